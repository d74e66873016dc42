/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/vestim-estimate/results/error-unit.h"

/* The result of a task, read from its summary.json. So results of this attempt and of earlier ones
 * are treated alike. */
typedef struct
{
  int number;
  char *settings; /* JSON object */
  char *choice;   /* (nullable) JSON object: the settings that differ between the job's tasks */
  char *reason;   /* why it failed; NULL: it is completed. Only completed tasks have figures */
  char *metrics;  /* (nullable) JSON object */
  char *bands;    /* (nullable) JSON object, of its "conditions" */
  bool is_early;  /* someone asked to end the training */
  double val_rmse_mv;
  double test_rmse_mv;
  double test_mae_mv;
  double test_max_mv;
  double test_r2; /* NAN: none */
  double windowed_rmse_mv;
  double stateful_rmse_mv;
  size_t n_files;
  size_t n_rows;
} TaskResult;

/* The largest share by which windowed and stateful error may differ before users are warned. */
#define REPORT_WARN_SHARE 0.2

/* `(transfer full)` a sentence for users when the errors of both tests (in mV) differ by more than
 * that; NULL when they do not. */
char *task_result_dup_warning (const TaskResult *result, const ErrorUnit *unit);

/* Whether they do. */
bool task_result_modes_differ (double windowed_mv, double stateful_mv);

/* `(transfer full)` the result of a completed task with this fingerprint in the folder; NULL when
 * there is none. */
TaskResult *task_result_read (const char *folder, int number, uint64_t fingerprint);

/* `(transfer full)` */
TaskResult *task_result_new_failed (int number, const char *settings, const char *reason);
void task_result_free (TaskResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TaskResult, task_result_free)

/* Completed ones first, by validation error, then by number. */
int task_result_compare (const TaskResult *a, const TaskResult *b);
