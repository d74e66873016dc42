/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/estimation/vestim-selections.h"
#include "daemon/vestim-estimate/base/team.h"
#include "daemon/vestim-estimate/data/data-traits.h"
#include "daemon/vestim-estimate/data/dataset.h"
#include "daemon/vestim-estimate/tasks/finish-request.h"
#include "daemon/vestim-estimate/tasks/progress.h"
#include "daemon/vestim-estimate/results/model-file.h"
#include "daemon/vestim-estimate/results/report.h"

/* One network trained and tested with one choice of settings, in a folder of its own. The data are
 * the job's, scaled. Tasks of one job may run at the same time. */
typedef struct Task Task;

typedef struct
{
  int number;
  const char *folder; /* of the job */
  const VestimSelections *settings;
  const Scaling *scaling;
  const DataTraits *traits; /* of the files */
  const Dataset *train;
  const Dataset *validation;
  const Dataset *test;
  const Model *initial; /* (nullable) the training starts from its parameters */
  uint64_t data_fingerprint;
  const char *provenance; /* of provenance_format_data() */
  bool is_fresh;          /* results of earlier attempts are not used */
  bool is_of_version_0_1; /* that version began the job */
  FinishRequest *finish;
  int end_after; /* epochs, as if someone had asked to finish then; 0: nobody does */
  Progress *progress;
  Team *team; /* NULL: the task has one thread for itself */
  int thread; /* number of the thread in the team */
} TaskConfig;

/* The config must outlive the task. `(transfer full)` */
Task *task_new (const TaskConfig *config);
void task_free (Task *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Task, task_free)

/* Trains, tests and writes the task's files. Resumes from the checkpoint of an earlier attempt,
 * also when that one ended with lower limits, and does nothing when it finished the task.
 * `(transfer full)` the result, failed or not. */
TaskResult *task_run (Task *task);

/* Whether an earlier attempt began the task, or finished it, with these settings and data. */
bool task_was_begun (const Task *task);
bool task_is_finished (const Task *task);
