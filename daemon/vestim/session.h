/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "common/access/vestim-client.h"
#include "daemon/vestim/arguments.h"

/* The server of this run, and the requests to it. It is looked for at the first request: by the
 * options --server, --data-dir and their variables, and started when it is this user's own and does
 * not run. Everything waits in the main context, so other sources go on meanwhile. */
typedef struct Session Session;

Session *session_new (const Arguments *arguments); /* keeps `arguments` */
void session_free (Session *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Session, session_free)

/* Finds or starts the server. False with `error`: a VESTIM_ERROR, or a USAGE_ERROR. */
bool session_open (Session *self, GError **error);

/* After session_open(). */
VestimClient *session_get_client (Session *self); /* (transfer none) */
bool session_is_local (Session *self);            /* it is this user's own daemon */

/* (nullable) (transfer full) the answer to `request`, which is taken over. Retries are those of
 * VestimClient; in addition a local server that has gone meanwhile is looked for, or started,
 * again, and asked with the same idempotency key. */
VestimReply *session_send (Session *self, VestimRequest *request, GError **error);

/* Whether there was a server in this session: it answered, or it is local and its lock showed it.
 */
bool session_has_met_server (Session *self);

/* Whether the last look for the local server found that it was stopped, and did not die. */
bool session_was_stopped (Session *self);

/* As session_send() but without any retry, for callers that wait for the server themselves. Once it
 * was there, a server that was stopped is not started again; one that was killed is. */
VestimReply *session_send_waiting (Session *self, VestimRequest *request, GError **error);

/* (nullable) (transfer full) as session_send() for an answer in JSON. */
JsonNode *session_ask (Session *self, VestimRequest *request, GError **error);

/* Callback of an asynchronous call: keeps its result in the GAsyncResult * at `data`. */
void session_result_cb (GObject *source, GAsyncResult *result, gpointer data);

/* Runs the main context until `*result` is set. */
void session_await (GAsyncResult **result);

/* Runs the main context for so long. */
void session_sleep (guint ms);
