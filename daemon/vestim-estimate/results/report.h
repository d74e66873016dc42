/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

#include "common/estimation/vestim-selections.h"
#include "daemon/vestim-estimate/network/network.h"
#include "daemon/vestim-estimate/results/task-result.h"
#include "daemon/vestim-estimate/results/error-unit.h"
#include "daemon/vestim-estimate/results/test-results.h"
#include "daemon/vestim-estimate/data/scaling.h"
#include "daemon/vestim-estimate/data/series.h"
#include "daemon/vestim-estimate/training/trainer.h"

/* The files that a task and a job write, see docs/estimation.md. Each is written by rename; false
 * with `error`. */

/* The content of a task's summary. */
typedef struct
{
  int number;
  uint64_t fingerprint;   /* of settings and data */
  const char *provenance; /* of provenance_format_data() */
  const VestimSelections *settings;
  const Network *network;
  const char *target_unit; /* (nullable) canonical */
  const Scaling *scaling;
  const Training *training;
  const GArray *tests; /* TestResult */
} TaskReport;

bool report_training (const Training *training, const char *path, GError **error);

/* `(transfer full)` EpochRecord of such a file, as far as it can be read: up to a line that is too
 * long. */
GArray *report_read_training (const char *path);

bool report_predictions (const Series *series, const float *predicted, const char *path,
                         GError **error);

/* The same to a stream; without a target there are no errors. */
void report_print_predictions (const Series *series, const float *predicted, FILE *stream);

/* The same for the rows of a piece, of which the first one has this number in the file, from 0. */
void report_print_piece (const Series *series, const float *predicted, size_t first_row,
                         FILE *stream);

bool report_task (const TaskReport *task, const char *path, GError **error);

/* The content of the job's summary, see docs/estimation.md. */
typedef struct
{
  int64_t attempt;
  const char *status;       /* "running", "completed", "failed" */
  const char *reason;       /* (nullable) why it failed */
  int n_tasks;              /* done or not */
  const GPtrArray *results; /* TaskResult, best first */
  const char *provenance;   /* (nullable) of provenance_format_data(), once the files are read */
  int threads;
  const GPtrArray *notes; /* (nullable) char: sentences about settings and data */
} JobReport;

bool report_job (const JobReport *job, const char *path, GError **error);

/* The table of test files, for people. */
void report_print_tests (const GArray *tests, const VestimHyperparameters *settings,
                         const ErrorUnit *unit);

/* The table of tasks, best first, for people. */
void report_print_tasks (const GPtrArray *results, const ErrorUnit *unit);
