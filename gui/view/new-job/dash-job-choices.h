/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-job-store.h"

/* A list of jobs, in a popover, from which a user chooses one. */

/* (nullable) (transfer full) the text of the job in the list. NULL: the job is not offered. */
typedef char *(*DashJobChoiceText) (DashJob *job, gpointer data);

/* An empty list, which shows `none` as long as it is empty. "row-activated": the choice. */
GtkWidget *dash_job_choices_new (const char *none);

/* Fills the list anew, with the newest jobs first. */
void dash_job_choices_fill (GtkListBox *list, DashJobStore *jobs, DashJobChoiceText text,
                            gpointer data);

/* The ID of the job of a row. */
const char *dash_job_choices_get_id (GtkListBoxRow *row);

/* (transfer floating) the list with a scroll bar when it is higher than `max_height`. */
GtkWidget *dash_job_choices_scroll (GtkWidget *list, int max_height);
