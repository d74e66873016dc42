/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/vestim-estimation.h"
#include "estimator/dataset.h"
#include "estimator/network.h"

/* One row of training.csv; errors in the target's unit. */
typedef struct
{
  int epoch;
  double train_rmse; /* of the windows as they came, each before the weights learnt from it */
  double val_rmse;   /* of the validation files after the epoch */
  double learning_rate;
  double seconds; /* of training up to the end of the epoch */
} EpochRecord;

typedef enum
{
  TRAINING_END_EPOCHS,
  TRAINING_END_PATIENCE,
  TRAINING_END_TIME,
} TrainingEnd;

typedef struct
{
  GArray *epochs;    /* EpochRecord */
  float *parameters; /* of the epoch with the lowest validation error */
  int best_epoch;
  double best_val_rmse;
  double seconds;
  TrainingEnd end;
} Training;

typedef struct
{
  const VestimEstimation *settings;
  Network *network;
  const Scaling *scaling;
  const Dataset *train;
  const Dataset *validation;

  /* Seconds from any start. */
  double (*clock) (void *user);

  /* (nullable) after each epoch; the record is the last one. */
  void (*on_epoch) (const Training *training, void *user);

  /* (nullable) after each batch: how much of the epoch is done. */
  void (*on_batch) (int epoch, double part, void *user);
  void *user;
} TrainerConfig;

/* `(transfer full)`; NULL with `error` when the loss is no longer finite. */
Training *trainer_run (const TrainerConfig *config, GError **error);
void training_free (Training *training);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Training, training_free)

double trainer_monotonic_clock (void *user);
