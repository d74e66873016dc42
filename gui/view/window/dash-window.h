/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "gui/model/dash-actions.h"

#define DASH_TYPE_WINDOW (dash_window_get_type ())
G_DECLARE_FINAL_TYPE (DashWindow, dash_window, DASH, WINDOW, AdwApplicationWindow)

/* `settings` (nullable): size and order are then not remembered. */
DashWindow *dash_window_new (GtkApplication *application, DashConnection *connection,
                             DashActions *actions, GSettings *settings);

/* Selects and opens a job, as soon as it is in the list. */
void dash_window_show_job (DashWindow *self, const char *job_id);

/* (transfer full) (nullable) the job that is still waited for, to be shown by another window. */
char *dash_window_take_wanted (DashWindow *self);

/* Keeps size and order for the next window. */
void dash_window_remember (DashWindow *self);

/* A toast with plain text. */
void dash_window_show_toast (DashWindow *self, const char *text);
