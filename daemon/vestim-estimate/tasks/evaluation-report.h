/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/vestim-estimate/tasks/model-test.h"

/* The content of the summary of an evaluation, see docs/estimation.md. */
typedef struct
{
  int64_t attempt;
  const char *status;     /* "running", "completed", "failed" */
  const char *reason;     /* (nullable) why it failed */
  const GArray *files;    /* EvaluatedFile */
  const GPtrArray *tests; /* ModelTest, in the order of the models */
  int n_models;           /* tested or not */
} EvaluationReport;

/* Writes by rename; false with `error`. */
bool evaluation_report_write (const EvaluationReport *report, const char *path, GError **error);

/* The best of the models (ModelTest); NULL when none was tested with any file. */
const ModelTest *evaluation_report_best (const GPtrArray *tests);

/* Whether models that were tested estimate different columns: their errors are no rank. */
bool evaluation_report_has_targets (const GPtrArray *tests);

/* The table of the models, best first, for people. */
void evaluation_report_print (const GPtrArray *tests);
