/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/estimation/vestim-data-settings.h"
#include "common/estimation/vestim-hyperparameters.h"
#include "common/estimation/vestim-preprocessing.h"
#include "common/estimation/vestim-sweep.h"
#include "common/json/vestim-json.h"

/* The selections of a job of kind "estimation". Reading them checks names, types and ranges, but no
 * file. The daemon checks requests this way; vestim-estimate also works from them. */

typedef struct
{
  char **train_files; /* NULL-terminated absolute paths of files or folders; empty if folder_path
                         is given */
  char **validation_files; /* empty with a validation share */
  double validation_share; /* of the training files; 0: none */
  char **test_files;
  char *folder_path; /* (nullable) */
  char **inputs;     /* NULL-terminated column names */
  char *target;
  VestimDataSettings *data;           /* how the files are understood */
  VestimPreprocessing *preprocessing; /* (nullable) */
  char *initial_model; /* (nullable) path of a model file or job folder to start from */
  VestimHyperparameters hyperparameters;
  int repetitions;
  int threads;
  VestimSweep *sweep; /* (nullable) values that replace those of the hyperparameters */
  GPtrArray *notes;   /* char: sentences for the log about what was given but is ignored */
} VestimSelections;

/* `(transfer full)` with defaults for what is not given; NULL if something is wrong: then each
 * fault is added to `errors` (VestimFieldError) with a field under `prefix` ("selections"). */
VestimSelections *vestim_selections_read (const VestimJsonNode *object, const char *prefix,
                                          GPtrArray *errors);

/* The number of tasks: each combination of the sweep is repeated with consecutive seeds. */
int vestim_selections_n_tasks (const VestimSelections *selections);

/* `(transfer full)` the settings of a task, counted from 0: no sweep, one repetition, and no files.
 */
VestimSelections *vestim_selections_new_task (const VestimSelections *selections, int index);

/* Appends an object of the settings in which the tasks differ: {"learning_rate": 0.003, "seed": 2}.
 */
void vestim_selections_append_choice (GString *json, const VestimSelections *selections, int index);

/* Appends an object of all settings that decide the result of a task. With the same files and
 * kernel, equal text means equal bits. */
void vestim_selections_append_json (GString *json, const VestimSelections *selections);

void vestim_selections_free (VestimSelections *selections);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimSelections, vestim_selections_free)
