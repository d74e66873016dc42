/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestim-estimate/tasks/task.h"

/* All tasks of a job, several at a time. What each comes to does not depend on how many run at the
 * same time, for they share nothing but the data. */
typedef struct
{
  const VestimSelections *settings; /* of the job */
  TaskConfig task;                  /* what the tasks have in common: no number, no settings */

  /* After each task, one at a time: those done so far, best first. */
  void (*on_result) (const GPtrArray *results, void *user);
  void *user;
} SweepConfig;

/* `(transfer full)` TaskResult of every task, best first; only the best has its metrics. */
GPtrArray *sweep_run (const SweepConfig *config);
