/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-connection.h"

/* What the page of a job fetches when it is shown. Without a server, VESTIM_ERROR_NO_SERVER. */

/* GPtrArray of DashSeries. */
void dash_fetch_metrics_async (DashConnection *connection, const char *job_id,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer data);

/* GPtrArray of DashFileInfo. */
void dash_fetch_files_async (DashConnection *connection, const char *job_id,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer data);

/* GPtrArray of DashSeries: measured, predicted, error_mv. */
void dash_fetch_predictions_async (DashConnection *connection, const char *job_id, const char *name,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer data);

/* (transfer full) for the three above. */
GPtrArray *dash_fetch_list_finish (GAsyncResult *result, GError **error);

/* A file of the job as a whole: GBytes. */
void dash_fetch_text_async (DashConnection *connection, const char *job_id, const char *name,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
GBytes *dash_fetch_text_finish (GAsyncResult *result, GError **error); /* (transfer full) */
