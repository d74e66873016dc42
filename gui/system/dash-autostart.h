/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/* Whether the daemon starts at login: by its systemd user unit where that is installed, otherwise
 * by an XDG autostart entry of this user, which overrides the system's. */
void dash_autostart_get_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer data);
gboolean dash_autostart_get_finish (GAsyncResult *result);

void dash_autostart_set_async (gboolean enabled, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
gboolean dash_autostart_set_finish (GAsyncResult *result, GError **error);
