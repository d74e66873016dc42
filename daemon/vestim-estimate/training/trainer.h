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
  double train_rmse; /* of the windows in their order, each before its batch changed the weights */
  double val_rmse;   /* of the validation files after the epoch */
  double learning_rate;
  double seconds; /* of training up to the end of the epoch */
} EpochRecord;

typedef enum
{
  TRAINING_END_EPOCHS,
  TRAINING_END_PATIENCE,
  TRAINING_END_TIME,
  TRAINING_END_REQUEST,
} TrainingEnd;

typedef struct
{
  GArray *epochs;    /* EpochRecord */
  float *parameters; /* of the epoch with the lowest validation error */
  int best_epoch;
  double best_val_rmse;
  double seconds;
  TrainingEnd end;
  bool is_cut; /* the last epoch ended before its last batch: there is no state to save */
  double initial_val_rmse; /* of the initial parameters; NAN: there are none */
  int n_other_rates;       /* so many epochs had the rates of a cosine with another max_epochs */
} Training;

typedef struct
{
  const VestimHyperparameters *settings;
  Network *network;
  const Scaling *scaling;
  const Dataset *train;
  const Dataset *validation;
  const float *initial; /* (nullable) parameters to start from, instead of random ones */

  /* A clock in seconds, from any origin. */
  double (*clock) (void *user);

  /* (nullable) Called after each epoch; the last record of the training belongs to it. */
  void (*on_epoch) (const Training *training, void *user);

  /* (nullable) Called after each batch with the part of the epoch that is done. */
  void (*on_batch) (int epoch, double part, void *user);

  /* (nullable) Called after each batch and each epoch: whether training must end with the best
   * epoch so far. An epoch under way is dropped; the first one is cut short. */
  bool (*must_end) (void *user);
  void *user;
} TrainerConfig;

typedef struct Trainer Trainer;

/* The config must outlive the trainer. `(transfer full)` */
Trainer *trainer_new (const TrainerConfig *config);
void trainer_free (Trainer *trainer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trainer, trainer_free)

/* Appends the state that later epochs depend on, for trainer_restore() of a trainer with the same
 * data and kernel, and the same settings except the limits (max_epochs, max_minutes, patience).
 * Call it from on_epoch, or after a run that ended with a whole epoch. */
void trainer_save (const Trainer *trainer, GByteArray *state);

/* Restores such a state: training then continues bit for bit as without an interruption, and as if
 * it had had its limits from the start. The exception is a cosine schedule with another max_epochs:
 * the next rates are those of the new curve. False when this is not such a state, or it has more
 * epochs than its limits allow now; the trainer is then as new. */
bool trainer_restore (Trainer *trainer, const void *state, size_t length);

/* Trains to the end; false with `error` when the loss is no longer finite. */
bool trainer_run (Trainer *trainer, GError **error);

/* The training so far; owned by the trainer. */
const Training *trainer_training (const Trainer *trainer);

/* Back to the state of a new trainer. */
void trainer_reset (Trainer *trainer);

double trainer_monotonic_clock (void *user);
