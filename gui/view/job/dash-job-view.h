/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* One job: its state and actions, and pages with curves, results, log, files and settings. */
#define DASH_TYPE_JOB_VIEW (dash_job_view_get_type ())
G_DECLARE_FINAL_TYPE (DashJobView, dash_job_view, DASH, JOB_VIEW, GtkWidget)

void dash_job_view_set_connection (DashJobView *self, DashConnection *connection);

/* `job` (nullable): the one that is selected when `n_selected` is 1. */
void dash_job_view_set_job (DashJobView *self, DashJob *job, guint n_selected);
