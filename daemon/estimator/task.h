/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/vestim-estimation.h"
#include "estimator/dataset.h"
#include "estimator/progress.h"
#include "estimator/report.h"

/* One network trained and tested with one choice of settings, in a folder of its own. The data are
 * the job's, scaled. */
typedef struct Task Task;

typedef struct
{
  int number;
  const char *folder; /* of the job */
  const VestimEstimation *settings;
  const Scaling *scaling;
  const Dataset *train;
  const Dataset *validation;
  const Dataset *test;
  const Progress *progress;
} TaskConfig;

/* The config must outlive the task. `(transfer full)` */
Task *task_new (const TaskConfig *config);
void task_free (Task *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Task, task_free)

/* Trains, tests and writes the task's files; false with `error`. */
bool task_run (Task *task, GError **error);

/* After task_run(); borrowed. */
TaskResult task_result (const Task *task);
