/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/estimation/vestim-settings.h"

/* The settings that decide what a network learns: its type and size, and how it is trained. A sweep
 * can try several values of each. */

/* Limit for the rows of a window times the units of all layers. Training stores 768 bytes for each
 * unit and row of a block of windows, so this many take 1.5 GB. */
#define VESTIM_MAX_UNIT_ROWS 2000000

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
  VESTIM_TRAINING_STATEFUL,
  VESTIM_TRAINING_WINDOWED,
} VestimTrainingMode;

typedef enum
{
  VESTIM_TEST_AS_TRAINED,
  VESTIM_TEST_WINDOWED,
  VESTIM_TEST_STATEFUL,
} VestimTestMode;

typedef struct
{
  VestimModelKind model;
  VestimLayers layers;
  VestimTrainingMode training;
  int lookback;
  int batch_size;
  int streams;
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
  uint64_t seed;
} VestimHyperparameters;

/* Sets all to their defaults. */
void vestim_hyperparameters_init (VestimHyperparameters *hyperparameters);

/* Reads those that the object has; the others stay as they are. */
void vestim_hyperparameters_read (const VestimFieldReader *reader,
                                  VestimHyperparameters *hyperparameters);

/* Appends all as members with a comma between: "model": "LSTM", "layers": [10]. */
void vestim_hyperparameters_append_members (GString *json,
                                            const VestimHyperparameters *hyperparameters);

/* The number of units in all layers. */
int64_t vestim_hyperparameters_n_units (const VestimHyperparameters *hyperparameters);

/* Whether the training carries the state from chunk to chunk. An FNN has none. */
bool vestim_hyperparameters_train_stateful (const VestimHyperparameters *hyperparameters);

/* Sets training and test mode to what they mean for the model: an FNN has no state, and a test mode
 * that is not given follows the training. */
void vestim_hyperparameters_resolve (VestimHyperparameters *hyperparameters);

/* Sets the limits of the training to values that are the same for all. They decide when it ends,
 * but not how it goes on. */
void vestim_hyperparameters_clear_limits (VestimHyperparameters *hyperparameters);

/* Whether such a network sees a window of rows for each prediction. If not, it sees one row. */
bool vestim_model_sees_windows (VestimModelKind model);
