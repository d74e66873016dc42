/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/results/error-unit.h"
#include "daemon/vestim-estimate/results/model-file.h"
#include "daemon/vestim-estimate/training/error-stats.h"

/* What --predict did with a file. */
typedef struct
{
  char *path;
  char *predictions; /* (nullable) path of the file written */
  char *error;       /* (nullable) a sentence; then only the path is valid */
  size_t n_rows;
  bool has_target;
  ErrorStats stats; /* if it has the target */
} PredictedFile;

/* `(transfer full)` PredictedFile, none yet. */
GArray *predicted_files_new (void);

/* Prints the errors to standard error, in their unit: a table with the pooled errors last, or a
 * sentence for a single file. Nothing without targets, unless it is a table. */
void predict_table_print (const GArray *files, bool as_table, const ErrorUnit *unit);

/* Prints an object to standard output, see docs/estimation.md. */
void predict_table_print_json (const GArray *files, const char *model_path, const Model *model);
