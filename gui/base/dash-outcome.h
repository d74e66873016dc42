/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* What an estimation came to, besides its test files: the tasks of a sweep, and under which
 * conditions the network errs. Tables are GPtrArrays of GStrv, each a row of cells to be shown. */

/* The best task's number, from details.tasks (nullable JSON text); 1 when there is no sweep. */
int dash_outcome_best_task (const char *tasks);

/* (transfer full) task, choice, validation RMSE, test RMSE, largest error; best first, which is
 * marked. A task that failed has its reason behind the choice. */
GPtrArray *dash_outcome_task_rows (const char *tasks);

/* (nullable) (transfer full) "All files: RMSE 17.4 mV, …" from details.metrics and details.tasks
 * (both nullable); of a sweep, for its best task. NULL when nothing was tested. */
char *dash_outcome_dup_summary (const char *metrics, const char *tasks);

typedef struct
{
  GPtrArray *temperature; /* range, rows, RMSE */
  GPtrArray *soc;
  GPtrArray *current;
  GPtrArray *worst; /* file, stretch of time, RMSE */
} DashConditions;

/* (transfer full) `text` is a task's summary.json; NULL with `error` when it is none. */
DashConditions *dash_conditions_parse (const char *text, gsize length, GError **error);
void dash_conditions_free (DashConditions *conditions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashConditions, dash_conditions_free)
