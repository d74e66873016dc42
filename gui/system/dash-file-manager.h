/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/* Shows a file in its folder: by the desktop's file manager, which selects it there, or else by
 * whatever opens folders. */
void dash_file_manager_show_async (GFile *file, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer data);
gboolean dash_file_manager_show_finish (GAsyncResult *result, GError **error);
