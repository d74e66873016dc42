/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "gui/model/dash-job.h"

/* All jobs of a server, newest first: a GListModel of DashJob. News are applied as differences, so
 * that whoever shows the list keeps selection, focus and place. A job's properties change at once;
 * what events do to the list is told a moment later, thousands of them together.
 *
 * Signals: "altered" (): jobs of the list have changed in what lists are filtered and sorted by;
 * "counts-changed" (), "job-ended" (DashJob *): it ran and is over. */
#define DASH_TYPE_JOB_STORE (dash_job_store_get_type ())
G_DECLARE_FINAL_TYPE (DashJobStore, dash_job_store, DASH, JOB_STORE, GObject)

DashJobStore *dash_job_store_new (void);

/* Makes the store equal to `snapshots` (GPtrArray of DashSnapshot, emptied), the server's whole
 * list. */
void dash_job_store_refresh (DashJobStore *self, GPtrArray *snapshots);

/* Adds or updates one job from an event; `snapshot` is taken over. */
void dash_job_store_put (DashJobStore *self, DashSnapshot *snapshot);

/* The same from the answer to a change, shown at once. Only a job that is not known yet is taken
 * from it: the events come in order, while an answer may be older than what they told. */
void dash_job_store_put_answer (DashJobStore *self, DashSnapshot *snapshot);

void dash_job_store_remove (DashJobStore *self, const char *const *job_ids);
void dash_job_store_clear (DashJobStore *self);

/* Shows what is known now, without waiting for more of it. */
void dash_job_store_publish (DashJobStore *self);

/* Takes jobs out of the list that are about to be deleted, and shows them again. */
void dash_job_store_hide (DashJobStore *self, GPtrArray *jobs);
void dash_job_store_show (DashJobStore *self, GPtrArray *jobs);

/* (nullable) (transfer none) */
DashJob *dash_job_store_lookup (DashJobStore *self, const char *job_id);

/* How many jobs of the list are in `state`. */
guint dash_job_store_count (DashJobStore *self, VestimJobState state);
guint dash_job_store_count_all (DashJobStore *self);
