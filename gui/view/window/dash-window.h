/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "gui/model/dash-actions.h"

/* The main window: the list of jobs beside the selected job, or one of them in a narrow window. */
#define DASH_TYPE_WINDOW (dash_window_get_type ())
G_DECLARE_FINAL_TYPE (DashWindow, dash_window, DASH, WINDOW, AdwApplicationWindow)

/* `settings` (nullable): without them the window does not remember its size and sort order. */
DashWindow *dash_window_new (GtkApplication *application, DashConnection *connection,
                             DashActions *actions, GSettings *settings);

/* Selects and opens a job, or does so later when the list contains it. */
void dash_window_show_job (DashWindow *self, const char *job_id);

/* (transfer full) (nullable) the ID of the job that the window still waits for. */
char *dash_window_take_wanted (DashWindow *self);

/* Stores size and sort order for the next window. */
void dash_window_remember (DashWindow *self);

/* Shows a toast with plain text. Does nothing after the window was closed. */
void dash_window_show_toast (DashWindow *self, const char *text);
