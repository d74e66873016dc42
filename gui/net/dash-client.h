/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/net/dash-request.h"

/* HTTP with one daemon: requests with a deadline, a limit on the answer's size, and retries where
 * they can't do harm (reads, and changes by their Idempotency-Key). */
#define DASH_TYPE_CLIENT (dash_client_get_type ())
G_DECLARE_FINAL_TYPE (DashClient, dash_client, DASH, CLIENT, GObject)

/* `url` like "http://127.0.0.1:8001"; without `token` no Authorization is sent. */
DashClient *dash_client_new (const char *url, const char *token);

const char *dash_client_get_url (DashClient *self);
const char *dash_client_get_token (DashClient *self); /* (nullable) */

/* How long an attempt may take to begin or to go on without a byte, 15 s unless set. */
void dash_client_set_timeout (DashClient *self, guint timeout_ms);

/* Asked in another thread before anything is sent: FALSE when the server that the token was meant
 * for is not there any more, for another program may have its port by now. */
typedef gboolean (*DashClientPeerCheck) (const char *url, const char *token);
void dash_client_set_peer_check (DashClient *self, DashClientPeerCheck peer_check);

/* Runs the peer check, for what is sent by another session than the client's own. FALSE with
 * `error` (DASH_ERROR_UNREACHABLE or G_IO_ERROR_CANCELLED): nothing must be sent. */
void dash_client_check_peer_async (DashClient *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean dash_client_check_peer_finish (DashClient *self, GAsyncResult *result, GError **error);

/* Sends `request` (taken over). */
void dash_client_send_async (DashClient *self, DashRequest *request, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);

/* (transfer full) what the request's `parse` made, or the DashReply. NULL with `error` (DASH_ERROR
 * or G_IO_ERROR_CANCELLED). */
gpointer dash_client_send_finish (DashClient *self, GAsyncResult *result, GError **error);

/* (transfer full) a message with this client's address and token, for the event stream too. */
SoupMessage *dash_client_new_message (DashClient *self, const char *method, const char *path);

/* (transfer full) an error of libsoup or GIO as a DASH_ERROR with a sentence; cancellation is
 * passed on as it is. */
GError *dash_client_translate_error (DashClient *self, const GError *error);
