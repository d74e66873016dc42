/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/net/dash-request.h"

/* HTTP with one server: requests with a deadline, a limit on the size of the answer, and retries
 * where they do no harm (reads, and changes with an Idempotency-Key). */
#define DASH_TYPE_CLIENT (dash_client_get_type ())
G_DECLARE_FINAL_TYPE (DashClient, dash_client, DASH, CLIENT, GObject)

/* `url` like "http://127.0.0.1:8001". Without `token` (nullable) no Authorization is sent. */
DashClient *dash_client_new (const char *url, const char *token);

const char *dash_client_get_url (DashClient *self);
const char *dash_client_get_token (DashClient *self); /* (nullable) */

/* How long an attempt waits for the answer, and for more of it; 15 s unless set. */
void dash_client_set_timeout (DashClient *self, guint timeout_ms);

/* Called in another thread before each request. FALSE when the server for which the token is has
 * gone: another program may have its port by now, and nothing is sent. */
typedef gboolean (*DashClientPeerCheck) (const char *url, const char *token);
void dash_client_set_peer_check (DashClient *self, DashClientPeerCheck peer_check);

/* Runs the peer check, for messages that another session sends. FALSE with `error`
 * (DASH_ERROR_UNREACHABLE or G_IO_ERROR_CANCELLED): nothing must be sent. */
void dash_client_check_peer_async (DashClient *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean dash_client_check_peer_finish (DashClient *self, GAsyncResult *result, GError **error);

/* Sends `request`, which is taken over. */
void dash_client_send_async (DashClient *self, DashRequest *request, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);

/* (transfer full) the result of the request's `parse`, or the DashReply. NULL with `error`
 * (DASH_ERROR or G_IO_ERROR_CANCELLED). */
gpointer dash_client_send_finish (DashClient *self, GAsyncResult *result, GError **error);

/* (transfer full) a message with this client's address and token. */
SoupMessage *dash_client_new_message (DashClient *self, const char *method, const char *path);

/* (transfer full) an error of libsoup or GIO as a DASH_ERROR with a sentence; a cancellation stays
 * what it is. */
GError *dash_client_translate_error (DashClient *self, const GError *error);
