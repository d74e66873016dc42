/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/* The tokens of remote servers, in the desktop's keyring. Built without libsecret nothing is kept:
 * a token then lasts as long as the program. */
void dash_secret_lookup_async (const char *url, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
char *dash_secret_lookup_finish (GAsyncResult *result); /* (nullable) (transfer full) */

/* Fire and forget: the token is in use already. */
void dash_secret_store (const char *url, const char *token);
