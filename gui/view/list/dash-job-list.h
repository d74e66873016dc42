/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-job-store.h"

/* The list of jobs with its search, filter and sort order. It follows the store and keeps
 * selection, focus and scroll position.
 *
 * In the order of the queue, queued jobs can be dragged to another place.
 *
 * Signals: "selection-changed" (); "activated" (): the user opened the selected job; "moved"
 * (GPtrArray of DashQueueMove *): the user dragged jobs to another place. */
#define DASH_TYPE_JOB_LIST (dash_job_list_get_type ())
G_DECLARE_FINAL_TYPE (DashJobList, dash_job_list, DASH, JOB_LIST, GtkWidget)

/* To be called once. */
void dash_job_list_set_store (DashJobList *self, DashJobStore *store);

/* (transfer full) the selected DashJobs. */
GPtrArray *dash_job_list_dup_selection (DashJobList *self);

/* Selects one job and scrolls to it. Clears the filter if it hides the job. */
void dash_job_list_select (DashJobList *self, DashJob *job);
void dash_job_list_select_all (DashJobList *self);

void dash_job_list_focus_search (DashJobList *self);
void dash_job_list_clear_filter (DashJobList *self);

/* Whether a single click opens a row: for a narrow window, which shows either list or job. */
void dash_job_list_set_single_click (DashJobList *self, gboolean single_click);

/* (transfer none) the jobs that pass the filter, in the order of the list. */
GListModel *dash_job_list_get_shown (DashJobList *self);

/* `column` is an ID of dash-job-columns.c. */
void dash_job_list_sort (DashJobList *self, const char *column, gboolean descending);
const char *dash_job_list_get_sort (DashJobList *self, gboolean *descending);
