/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-connection.h"

/* Keeps the token of a server by its address in the keyring as soon as that server has accepted it:
 * one that was mistyped does not take the place of the right one. `connection` is not held.
 *
 * Errors: G_IO_ERROR_CANCELLED when the connection went before it was accepted, else why the
 * keyring did not take it. */
void dash_token_keeper_keep_async (DashConnection *connection, const char *token,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean dash_token_keeper_keep_finish (GAsyncResult *result, GError **error);
