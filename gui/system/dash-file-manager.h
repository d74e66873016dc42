/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/* Shows a file in its folder: in the desktop's file manager, which selects it, or in the program
 * that opens folders. */
void dash_file_manager_show_async (GFile *file, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean dash_file_manager_show_finish (GAsyncResult *result, GError **error);
