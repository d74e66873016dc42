/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-job-store.h"

/* (transfer full) a command job as a server would send it; `number` makes its ID and its time. */
static inline DashSnapshot *
jobs_snapshot (guint number, const char *name, VestimJobState state, double progress)
{
  VestimJob *job = vestim_job_new ();

  job->sequence = number;
  job->id = vestim_job_id_new (1763841012123, number);
  g_free (job->name);
  job->name = g_strdup (name);
  job->kind = VESTIM_JOB_KIND_COMMAND;
  job->state = state;
  job->progress = progress;
  job->created_at = job->updated_at = 1763841012123;
  return dash_snapshot_new (job, NULL);
}

/* (transfer full) a list of `n` queued jobs, newest first: "job n" … "job 1". */
static inline GPtrArray *
jobs_list (guint n)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) dash_snapshot_free);

  for (guint number = n; number > 0; number--)
    {
      g_autofree char *name = g_strdup_printf ("job %u", number);

      g_ptr_array_add (list, jobs_snapshot (number, name, VESTIM_JOB_QUEUED, -1));
    }
  return list;
}
