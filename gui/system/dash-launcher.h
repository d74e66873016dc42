/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#define DASH_DAEMON_UNIT "vestimd.service"

/* (nullable) (transfer full) where vestimd is: beside this program, in its build tree, or in PATH.
 * Looks at the disk: not for the main loop. */
char *dash_launcher_find_daemon (void);

/* (transfer full) what is to be told when it is nowhere. */
GError *dash_launcher_not_installed_error (void);

/* Whether the systemd user unit is there and stands for the data directory in use. The only error
 * is G_IO_ERROR_CANCELLED. */
void dash_launcher_has_unit_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer data);
gboolean dash_launcher_has_unit_finish (GAsyncResult *result, GError **error);

/* Starts the daemon: the systemd user unit when it is installed, else `vestimd --daemonize`. Ends
 * when it serves. Errors: DASH_ERROR_NOT_INSTALLED, DASH_ERROR_START_FAILED with what it said. */
void dash_launcher_start_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer data);
gboolean dash_launcher_start_finish (GAsyncResult *result, GError **error);

/* Runs a program to its end, without input, for at most 30 s. */
void dash_launcher_run_async (const char *const *argv, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);

/* The exit code, -1 with `error` when it could not be run. `out` and `err` (nullable) take what it
 * wrote. */
int dash_launcher_run_finish (GAsyncResult *result, char **out, char **err, GError **error);
