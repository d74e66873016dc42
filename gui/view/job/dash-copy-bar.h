/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* Copies files of jobs, and shows how far it is and a button to give up, once that takes a moment.
 */
#define DASH_TYPE_COPY_BAR (dash_copy_bar_get_type ())
G_DECLARE_FINAL_TYPE (DashCopyBar, dash_copy_bar, DASH, COPY_BAR, GtkWidget)

/* As dash_download_async(); what became of it is told by dash_download_finish(). A bar that goes
 * away takes its copies along. */
void dash_copy_bar_copy_async (DashCopyBar *self, DashConnection *connection, const char *job_id,
                               const char *name, GFile *destination, GAsyncReadyCallback callback,
                               gpointer data);
