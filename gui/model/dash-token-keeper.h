/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-connection.h"

/* Stores the token of a server with an address in the keyring, as soon as the server has accepted
 * it: a mistyped token must not replace the right one. It holds no reference to `connection`.
 *
 * Errors: G_IO_ERROR_CANCELLED when the connection was freed before, or why the keyring could not
 * store it. */
void dash_token_keeper_keep_async (DashConnection *connection, const char *token,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean dash_token_keeper_keep_finish (GAsyncResult *result, GError **error);
