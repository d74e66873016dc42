/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/json/vestim-json.h"
#include "common/estimation/vestim-preprocessing.h"

/* The selections of a job of kind "estimation": names, types and ranges, no file is touched. The
 * daemon checks a request with it, vestim-estimate works from it, the dashboard takes its defaults.
 */

typedef enum
{
  VESTIM_MODEL_LSTM,
  VESTIM_MODEL_GRU,
  VESTIM_MODEL_FNN,
} VestimModelKind;

typedef enum
{
  VESTIM_OPTIMIZER_ADAM,
  VESTIM_OPTIMIZER_ADAMW,
} VestimOptimizer;

typedef enum
{
  VESTIM_SCHEDULE_PLATEAU,
  VESTIM_SCHEDULE_STEP,
  VESTIM_SCHEDULE_COSINE,
  VESTIM_SCHEDULE_NONE,
} VestimScheduleKind;

typedef enum
{
  VESTIM_TEST_WINDOWED,
  VESTIM_TEST_CARRIED,
} VestimTestMode;

typedef struct VestimSweep VestimSweep;

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
  VestimModelKind model;
  int *layers;
  int n_layers;
  int lookback;
  int batch_size;
  int max_epochs;
  double max_minutes; /* 0: none */
  int patience;
  double learning_rate;
  VestimOptimizer optimizer;
  double weight_decay;
  double gradient_clip; /* 0: none */
  double dropout;
  VestimScheduleKind schedule;
  double schedule_factor;
  int schedule_patience;
  int schedule_period;
  VestimTestMode test_mode;
  int repetitions;
  uint64_t seed;
  int threads;
  VestimSweep *sweep; /* (nullable) values that take the place of those above */
} VestimEstimation;

/* `(transfer full)`, all defaults filled in; NULL when something is wrong, each fault then being
 * added to `errors` (VestimFieldError) with a field under `prefix` ("selections"). What a later
 * version brings is refused here with a message that says so. */
VestimEstimation *vestim_estimation_read (const VestimJsonNode *selections, const char *prefix,
                                          GPtrArray *errors);
/* A job's tasks: each combination of its sweep, `repetitions` times with seeds that follow each
 * other. */
int vestim_estimation_n_tasks (const VestimEstimation *estimation);

/* `(transfer full)` the settings of one of them, from 0: no sweep, one repetition, and no files. */
VestimEstimation *vestim_estimation_new_task (const VestimEstimation *estimation, int index);

/* The object of what tells the task from the others: {"learning_rate": 0.003, "seed": 2}. */
void vestim_estimation_append_choice (GString *json, const VestimEstimation *estimation, int index);

/* One object of all that decides what a task comes to, besides the files and the kernel: equal text
 * means equal bits. */
void vestim_estimation_append_json (GString *json, const VestimEstimation *estimation);

/* The words of the settings. */
const char *vestim_model_name (VestimModelKind model);
const char *vestim_optimizer_name (VestimOptimizer optimizer);
const char *vestim_schedule_name (VestimScheduleKind schedule);
const char *vestim_test_mode_name (VestimTestMode test_mode);

void vestim_estimation_free (VestimEstimation *estimation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimEstimation, vestim_estimation_free)
