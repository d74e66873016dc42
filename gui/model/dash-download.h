/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-connection.h"

/* Copies one of the job's files to `destination`, piece by piece, and makes the folders above it.
 * Of a file that grows meanwhile, the copy has what was there at first. A file at `destination` is
 * replaced when all pieces have arrived; a copy that fails leaves it as it was. Of a link, the file
 * that it leads to is replaced. Anything but a regular file is G_IO_ERROR_NOT_REGULAR_FILE.
 *
 * Errors: VESTIM_ERROR_NO_SERVER, those of an answer, VESTIM_ERROR_GARBLED when a piece is not the
 * requested one, those of the file system (G_IO_ERROR), and G_IO_ERROR_CANCELLED.
 *
 * `progress` (nullable) is called after each piece. */
void dash_download_async (DashConnection *connection, const char *job_id, const char *name,
                          GFile *destination, GFileProgressCallback progress,
                          gpointer progress_data, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
gboolean dash_download_finish (GAsyncResult *result, GError **error);
