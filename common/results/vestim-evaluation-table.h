/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The table of models and files of an evaluation, from its summary.json. */
typedef struct
{
  char **titles; /* of the columns: the model, what it is, its error over all rows, the mean of the
                    files, and its error in each file */
  GPtrArray *rows;  /* GStrv: the cells of each model */
  const char *unit; /* of the errors: "mV", "%", … */
  guint n_more;     /* files without a column, because there are too many */
} VestimEvaluationTable;

/* (nullable) (transfer full) NULL with `error`. */
VestimEvaluationTable *vestim_evaluation_table_parse (const char *text, gsize length,
                                                      GError **error);
void vestim_evaluation_table_free (VestimEvaluationTable *evaluation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimEvaluationTable, vestim_evaluation_table_free)
