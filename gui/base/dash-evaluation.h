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
} DashEvaluation;

/* (nullable) (transfer full) NULL with `error`. */
DashEvaluation *dash_evaluation_parse (const char *text, gsize length, GError **error);
void dash_evaluation_free (DashEvaluation *evaluation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashEvaluation, dash_evaluation_free)
