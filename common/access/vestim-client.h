/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/access/vestim-request.h"

/* HTTP with one server: requests with a deadline, a limit on the size of the answer, and retries
 * where they do no harm (reads, and changes with an Idempotency-Key). */
#define VESTIM_TYPE_CLIENT (vestim_client_get_type ())
G_DECLARE_FINAL_TYPE (VestimClient, vestim_client, VESTIM, CLIENT, GObject)

/* `url` like "http://127.0.0.1:8001". Without `token` (nullable) no Authorization is sent. */
VestimClient *vestim_client_new (const char *url, const char *token);

const char *vestim_client_get_url (VestimClient *self);
const char *vestim_client_get_token (VestimClient *self); /* (nullable) */

/* How long an attempt waits for the answer, and for more of it; 15 s unless set. */
void vestim_client_set_timeout (VestimClient *self, guint timeout_ms);

/* Called in another thread before each request. FALSE when the server for which the token is has
 * gone: another program may have its port by now, and nothing is sent. */
typedef gboolean (*VestimClientPeerCheck) (const char *url, const char *token);
void vestim_client_set_peer_check (VestimClient *self, VestimClientPeerCheck peer_check);

/* The caller has just made that check itself: the next 50 ms need none. */
void vestim_client_set_peer_checked (VestimClient *self);

/* Runs the peer check, for messages that another session sends. FALSE with `error`
 * (VESTIM_ERROR_UNREACHABLE or G_IO_ERROR_CANCELLED): nothing must be sent. */
void vestim_client_check_peer_async (VestimClient *self, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer data);
gboolean vestim_client_check_peer_finish (VestimClient *self, GAsyncResult *result, GError **error);

/* Sends `request`, which is taken over. */
void vestim_client_send_async (VestimClient *self, VestimRequest *request,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer data);

/* (transfer full) the result of the request's `parse`, or the VestimReply. NULL with `error`
 * (VESTIM_ERROR or G_IO_ERROR_CANCELLED). */
gpointer vestim_client_send_finish (VestimClient *self, GAsyncResult *result, GError **error);

/* (transfer full) a message with this client's address and token. */
SoupMessage *vestim_client_new_message (VestimClient *self, const char *method, const char *path);

/* (transfer full) an error of libsoup or GIO as a VESTIM_ERROR with a sentence; a cancellation
 * stays what it is. */
GError *vestim_client_translate_error (VestimClient *self, const GError *error);
