/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/job/vestim-job.h"

/* Requests in progress that follow one job. A change costs a look-up, and a call for each watcher
 * of this very job. */

typedef struct JobWatcher JobWatcher;

typedef struct
{
  GHashTable *by_job; /* sequence → the first JobWatcher */
} JobWatchers;

/* Embedded in its owner. `attempt` and `state` are those that the owner knows: of
 * job_watchers_add() or of the last call of `changed`. */
struct JobWatcher
{
  int64_t sequence;
  int attempt;
  VestimJobState state;
  /* Status or attempt of the job have changed; `job` is NULL when it was deleted. May remove this
   * watcher, but no other one. */
  void (*changed) (JobWatcher *watcher, const VestimJob *job);
  JobWatchers *watchers;
  JobWatcher *previous; /* of the same job */
  JobWatcher *next;
};

void job_watchers_init (JobWatchers *watchers);
void job_watchers_deinit (JobWatchers *watchers); /* it has no watcher */

void job_watchers_add (JobWatchers *watchers, JobWatcher *watcher, const VestimJob *job,
                       void (*changed) (JobWatcher *watcher, const VestimJob *job));
void job_watcher_remove (JobWatcher *watcher);

void job_watchers_tell_change (JobWatchers *watchers, const VestimJob *job);
void job_watchers_tell_deletion (JobWatchers *watchers, const char *job_id);
