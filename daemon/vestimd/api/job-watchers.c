/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/job-watchers.h"

#include <assert.h>

void
job_watchers_init (JobWatchers *watchers)
{
  watchers->by_job = g_hash_table_new (g_int64_hash, g_int64_equal);
}

void
job_watchers_deinit (JobWatchers *watchers)
{
  assert (g_hash_table_size (watchers->by_job) == 0);
  g_hash_table_unref (watchers->by_job);
}

void
job_watchers_add (JobWatchers *watchers, JobWatcher *watcher, const VestimJob *job,
                  void (*changed) (JobWatcher *watcher, const VestimJob *job))
{
  *watcher = (JobWatcher){ .sequence = job->sequence,
                           .attempt = job->attempt,
                           .state = job->state,
                           .changed = changed,
                           .watchers = watchers,
                           .next = g_hash_table_lookup (watchers->by_job, &job->sequence) };
  if (watcher->next != NULL)
    watcher->next->previous = watcher;
  g_hash_table_replace (watchers->by_job, &watcher->sequence, watcher);
}

void
job_watcher_remove (JobWatcher *watcher)
{
  GHashTable *by_job = watcher->watchers->by_job;

  if (watcher->next != NULL)
    watcher->next->previous = watcher->previous;
  if (watcher->previous != NULL)
    watcher->previous->next = watcher->next;
  else if (watcher->next != NULL)
    g_hash_table_replace (by_job, &watcher->next->sequence, watcher->next);
  else
    g_hash_table_remove (by_job, &watcher->sequence);
}

void
job_watchers_tell_change (JobWatchers *watchers, const VestimJob *job)
{
  JobWatcher *next;

  for (JobWatcher *watcher = g_hash_table_lookup (watchers->by_job, &job->sequence);
       watcher != NULL; watcher = next)
    {
      next = watcher->next;
      if (watcher->state == job->state && watcher->attempt == job->attempt)
        continue;
      watcher->state = job->state;
      watcher->attempt = job->attempt;
      watcher->changed (watcher, job);
    }
}

void
job_watchers_tell_deletion (JobWatchers *watchers, const char *job_id)
{
  int64_t sequence = vestim_job_id_sequence (job_id);
  JobWatcher *next;

  for (JobWatcher *watcher = g_hash_table_lookup (watchers->by_job, &sequence); watcher != NULL;
       watcher = next)
    {
      next = watcher->next;
      watcher->changed (watcher, NULL);
    }
}
