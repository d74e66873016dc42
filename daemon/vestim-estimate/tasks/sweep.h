/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestim-estimate/tasks/task.h"

/* Runs all tasks of a job, several at a time. Tasks share only the data, so no result depends on
 * how many run at the same time. Threads that have no task help the others' tasks; that changes how
 * results are rounded, but not with the number of such threads. */
typedef struct
{
  const VestimSelections *settings; /* of the job */
  TaskConfig task;                  /* the common part of the tasks: no number, no settings */

  /* (nullable) int for each task: how an earlier run of the job that is repeated here ended it
   * early. The number of epochs after which someone asked it to finish, 0: nobody did; -1: it was
   * left out. Time ends no search then. */
  const GArray *repeat;

  /* Called after each task, one call at a time, with the results so far, best first. */
  void (*on_result) (const GPtrArray *results, void *user);
  void *user;
} SweepConfig;

/* `(transfer full)` TaskResult of every task, best first; only the best has its metrics. When
 * someone asks the job to finish, the tasks that were not begun are left out, but not all. */
GPtrArray *sweep_run (const SweepConfig *config);

/* Whether earlier attempts finished every task. */
bool sweep_is_finished (const SweepConfig *config);
