/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* Downloads files of jobs. After a moment it appears, with the progress and a button to cancel. */
#define DASH_TYPE_COPY_BAR (dash_copy_bar_get_type ())
G_DECLARE_FINAL_TYPE (DashCopyBar, dash_copy_bar, DASH, COPY_BAR, GtkWidget)

/* Like dash_download_async(); the callback gets the result from dash_download_finish(). Disposing
 * of the bar cancels its downloads. */
void dash_copy_bar_copy_async (DashCopyBar *self, DashConnection *connection, const char *job_id,
                               const char *name, GFile *destination, GAsyncReadyCallback callback,
                               gpointer data);
