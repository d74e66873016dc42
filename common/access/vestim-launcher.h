/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#define VESTIM_DAEMON_UNIT "vestimd.service"

/* (nullable) (transfer full) the path of vestimd: beside this program, in its build tree, or in
 * PATH. It reads the disk: not for the main loop. */
char *vestim_launcher_find_daemon (void);

/* (transfer full) VESTIM_ERROR_NOT_INSTALLED, for when vestimd is not found. */
GError *vestim_launcher_not_installed_error (void);

/* Whether the systemd user unit is installed and serves the data directory in use. The only error
 * is G_IO_ERROR_CANCELLED. */
void vestim_launcher_has_unit_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer data);
gboolean vestim_launcher_has_unit_finish (GAsyncResult *result, GError **error);

/* Starts the daemon and finishes when it serves. Errors: VESTIM_ERROR_NOT_INSTALLED, or
 * VESTIM_ERROR_START_FAILED with the daemon's message. */
void vestim_launcher_start_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer data);
gboolean vestim_launcher_start_finish (GAsyncResult *result, GError **error);

/* Runs a program without input until it ends, for at most 30 s. */
void vestim_launcher_run_async (const char *const *argv, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);

/* The exit code; -1 with `error` when the program could not run. `out` and `err` (nullable) take
 * its output. */
int vestim_launcher_run_finish (GAsyncResult *result, char **out, char **err, GError **error);
