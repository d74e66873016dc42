/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "gui/model/dash-job.h"

/* All jobs of a server, newest first: a GListModel of DashJob. Changes are applied as differences,
 * so that views keep selection, focus and scroll position. A job's properties change at once;
 * changes of the list from events are published a moment later, many together.
 *
 * Signals: "altered" (): jobs have changed in what lists filter and sort by; "counts-changed" ();
 * "job-ended" (DashJob *): it ran and is over. */
#define DASH_TYPE_JOB_STORE (dash_job_store_get_type ())
G_DECLARE_FINAL_TYPE (DashJobStore, dash_job_store, DASH, JOB_STORE, GObject)

DashJobStore *dash_job_store_new (void);

/* Makes the store equal to the server's list `snapshots` (element-type DashSnapshot), which becomes
 * empty. */
void dash_job_store_refresh (DashJobStore *self, GPtrArray *snapshots);

/* Adds or updates one job from an event; `snapshot` is taken over. */
void dash_job_store_put (DashJobStore *self, DashSnapshot *snapshot);

/* Adds a new job from the answer to a request and publishes it at once. A known job stays as it is:
 * an answer may be older than the events. `snapshot` is taken over. */
void dash_job_store_put_answer (DashJobStore *self, DashSnapshot *snapshot);

/* Takes what is new of queued jobs (element-type DashSnapshot), which become an empty list. The
 * answer that had them may be older than the events: a job that is no longer queued stays as it is.
 */
void dash_job_store_put_queued (DashJobStore *self, GPtrArray *snapshots);

void dash_job_store_remove (DashJobStore *self, const char *const *job_ids);
void dash_job_store_clear (DashJobStore *self);

/* Publishes all changes now. */
void dash_job_store_publish (DashJobStore *self);

/* Takes jobs out of the list, and puts them back. */
void dash_job_store_hide (DashJobStore *self, GPtrArray *jobs);
void dash_job_store_show (DashJobStore *self, GPtrArray *jobs);

/* (nullable) (transfer none) */
DashJob *dash_job_store_lookup (DashJobStore *self, const char *job_id);

/* A DashJobFinder of dash-queue-text.h; `store` is a DashJobStore. */
const VestimJob *dash_job_store_find (const char *job_id, gpointer store);

/* The number of listed jobs in `state`; of all listed jobs. */
guint dash_job_store_count (DashJobStore *self, VestimJobState state);
guint dash_job_store_count_all (DashJobStore *self);
