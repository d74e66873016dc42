/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/estimation/vestim-hyperparameters.h"
#include "daemon/vestim-estimate/data/dataset.h"
#include "daemon/vestim-estimate/network/network.h"

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
  const VestimHyperparameters *settings;
  Network *network;
  const Scaling *scaling;
  const Dataset *train;
  const Dataset *validation;

  /* Seconds from any start. */
  double (*clock) (void *user);

  /* (nullable) after each epoch; the training's last record is its. */
  void (*on_epoch) (const Training *training, void *user);

  /* (nullable) after each batch: how much of the epoch is done. */
  void (*on_batch) (int epoch, double part, void *user);
  void *user;
} TrainerConfig;

typedef struct Trainer Trainer;

/* The config must outlive the trainer. `(transfer full)` */
Trainer *trainer_new (const TrainerConfig *config);
void trainer_free (Trainer *trainer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trainer, trainer_free)

/* Appends all that the epochs to come depend on, for trainer_restore() of a trainer with the same
 * settings, data and kernel. To be called from on_epoch or after trainer_run(). */
void trainer_save (const Trainer *trainer, GByteArray *state);

/* Goes on from there: what follows is the same, to the bit, as if there had been no break. False,
 * the trainer being as new, when this is no such state. */
bool trainer_restore (Trainer *trainer, const void *state, size_t length);

/* Trains to the end; false with `error` when the loss is no longer finite. */
bool trainer_run (Trainer *trainer, GError **error);

/* How far it is; the trainer's. */
const Training *trainer_training (const Trainer *trainer);

/* As it was when it was new. */
void trainer_reset (Trainer *trainer);

double trainer_monotonic_clock (void *user);
