/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-connection.h"

/* Copies one of the job's files to `destination`, piece by piece; folders above it are made. Of a
 * file that grows meanwhile what was there at first is copied. What stood at `destination` is
 * replaced when all has arrived; a copy that fails leaves it as it was.
 *
 * Errors: DASH_ERROR_NO_SERVER, those of an answer, DASH_ERROR_GARBLED when a piece is not the one
 * asked for, what the file system says (G_IO_ERROR), and G_IO_ERROR_CANCELLED.
 *
 * `progress` (nullable) is told of each piece. */
void dash_download_async (DashConnection *connection, const char *job_id, const char *name,
                          GFile *destination, GFileProgressCallback progress,
                          gpointer progress_data, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data);
gboolean dash_download_finish (GAsyncResult *result, GError **error);
