/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-job.h"
#include "common/results/vestim-error-unit.h"

/* The result of a job in words: in one line, and the tasks of a sweep as a table. */

/* (transfer full) what to show about a job that does not run: "exit code 3", "SIGSEGV", … */
char *vestim_result_text_dup_line (const VestimJob *job, gsize max_chars);

/* (nullable) (transfer full) "All files: RMSE 17.4 mV, …" from details.metrics and details.tasks
 * (both nullable); of a sweep, for its best task. A second line has the errors of both tests, if
 * the network has a state. NULL when nothing was tested. */
char *vestim_result_text_dup_summary (const char *metrics, const char *tasks);

/* (nullable) (transfer full) a warning when a network's error with its state, as deployed, and its
 * error in windows differ by more than 20 %. Both are in details.metrics. */
char *vestim_result_text_dup_warning (const char *metrics);

/* (nullable) (transfer full) how many of the tasks have that warning, and their mark. */
char *vestim_result_text_dup_tasks_warning (const char *tasks);

/* The best task's number, from details.tasks (nullable JSON text); 1 when there is no sweep. */
int vestim_result_text_best_task (const char *tasks);

/* (transfer full) the folder within the job's folder that has the summary and the predictions of
 * its best task, or of the best model of an evaluation: "tasks/3". */
char *vestim_result_text_dup_folder (const VestimJob *job);

/* (transfer full) (element-type GStrv) a row of cells for each task: number, choice, RMSE of the
 * validation, of the stateful and of the windowed test, largest error; the best first, with a mark.
 * The choice ends with the reason for which a task failed. The stateful error has a mark when the
 * tests differ. Errors are in `unit`. */
GPtrArray *vestim_result_text_task_rows (const char *tasks, const VestimErrorUnit *unit);
