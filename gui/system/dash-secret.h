/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/* The tokens of remote servers, in the desktop's keyring. Built without libsecret nothing is kept:
 * a token then lasts as long as the program. */
void dash_secret_lookup_async (const char *url, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
char *dash_secret_lookup_finish (GAsyncResult *result); /* (nullable) (transfer full) */

/* Where it fails the token is kept nowhere; the error's message says why. */
void dash_secret_store_async (const char *url, const char *token, GAsyncReadyCallback callback,
                              gpointer data);
gboolean dash_secret_store_finish (GAsyncResult *result, GError **error);
