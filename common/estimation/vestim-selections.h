/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/estimation/vestim-hyperparameters.h"
#include "common/estimation/vestim-preprocessing.h"
#include "common/estimation/vestim-sweep.h"
#include "common/json/vestim-json.h"

/* The selections of a job of kind "estimation". They are read and checked (names, types, ranges)
 * without a look at any file. The daemon checks a request with it, vestim-estimate works from it.
 */

typedef struct
{
  char **train_files; /* NULL-terminated absolute paths of files or folders; empty when folder_path
                         is given */
  char **validation_files;
  char **test_files;
  char *folder_path; /* (nullable) */
  char **inputs;     /* NULL-terminated column names */
  char *target;
  VestimPreprocessing *preprocessing; /* (nullable) */
  VestimHyperparameters hyperparameters;
  int repetitions;
  int threads;
  VestimSweep *sweep; /* (nullable) values that replace those of the hyperparameters */
} VestimSelections;

/* `(transfer full)`, all defaults filled in; NULL when something is wrong, each fault then being
 * added to `errors` (VestimFieldError) with a field under `prefix` ("selections"). What a later
 * version brings is refused here with a message that says so. */
VestimSelections *vestim_selections_read (const VestimJsonNode *object, const char *prefix,
                                          GPtrArray *errors);
/* A job's tasks: each combination of its sweep, `repetitions` times with seeds that follow each
 * other. */
int vestim_selections_n_tasks (const VestimSelections *selections);

/* `(transfer full)` the settings of one of them, from 0: no sweep, one repetition, and no files. */
VestimSelections *vestim_selections_new_task (const VestimSelections *selections, int index);

/* The object of what tells the task from the others: {"learning_rate": 0.003, "seed": 2}. */
void vestim_selections_append_choice (GString *json, const VestimSelections *selections, int index);

/* One object of all that decides what a task comes to, besides the files and the kernel: equal text
 * means equal bits. */
void vestim_selections_append_json (GString *json, const VestimSelections *selections);

void vestim_selections_free (VestimSelections *selections);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimSelections, vestim_selections_free)
