/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/* The tokens of remote servers, in the desktop's keyring. A build without libsecret stores nothing:
 * a token then lasts as long as the program. */
void vestim_secret_lookup_async (const char *url, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer data);
char *vestim_secret_lookup_finish (GAsyncResult *result); /* (nullable) (transfer full) */

/* When it fails, the token is not stored, and the error says why. */
void vestim_secret_store_async (const char *url, const char *token, GAsyncReadyCallback callback,
                                gpointer data);
gboolean vestim_secret_store_finish (GAsyncResult *result, GError **error);
