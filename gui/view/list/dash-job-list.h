/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-job-store.h"

/* The list of jobs with its search and filter. Rows are kept in step with the store without losing
 * selection, focus or place.
 *
 * Signals: "selection-changed" (), "activated" (): the selected job is to be opened. */
#define DASH_TYPE_JOB_LIST (dash_job_list_get_type ())
G_DECLARE_FINAL_TYPE (DashJobList, dash_job_list, DASH, JOB_LIST, GtkWidget)

void dash_job_list_set_store (DashJobList *self, DashJobStore *store);

/* (transfer full) the selected DashJobs. */
GPtrArray *dash_job_list_dup_selection (DashJobList *self);

/* Selects one job and brings it into view; a filter that hides it is taken off. */
void dash_job_list_select (DashJobList *self, DashJob *job);
void dash_job_list_select_all (DashJobList *self);

void dash_job_list_focus_search (DashJobList *self);
void dash_job_list_clear_filter (DashJobList *self);

/* A click opens a row when the list stands alone. */
void dash_job_list_set_single_click (DashJobList *self, gboolean single_click);

/* The jobs as they are shown. */
GListModel *dash_job_list_get_shown (DashJobList *self);

/* `column` (an ID of dash-job-columns) and direction; get gives the column's ID. */
void dash_job_list_sort (DashJobList *self, const char *column, gboolean descending);
const char *dash_job_list_get_sort (DashJobList *self, gboolean *descending);
