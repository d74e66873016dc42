/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/training/trainer-private.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/training/tester.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

double
trainer_monotonic_clock (void *user)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

Trainer *
trainer_new (const TrainerConfig *config)
{
  Trainer *trainer = g_new0 (Trainer, 1);
  const VestimHyperparameters *settings = config->settings;
  uint32_t n_rows = config->train->n_rows;

  trainer->config = config;
  trainer->n_parameters = network_n_parameters (config->network);
  trainer->adam = adam_new (trainer->n_parameters, settings);
  trainer->parameters = g_new0 (float, trainer->n_parameters);
  trainer->gradient = g_new0 (float, trainer->n_parameters);
  trainer->order = g_new (uint32_t, n_rows);
  trainer->batch_size = (int) MIN ((uint32_t) settings->batch_size, n_rows);
  trainer->windows = g_new (NetworkWindow, trainer->batch_size);
  trainer->targets = g_new (float, trainer->batch_size);
  trainer->limit_s = settings->max_minutes > 0 ? settings->max_minutes * 60 : INFINITY;

  trainer->training = g_new0 (Training, 1);
  trainer->training->epochs = g_array_new (FALSE, FALSE, sizeof (EpochRecord));
  trainer->training->parameters = g_new0 (float, trainer->n_parameters);
  trainer_reset (trainer);
  return trainer;
}

void
trainer_free (Trainer *trainer)
{
  if (!trainer)
    return;

  adam_free (trainer->adam);
  g_free (trainer->parameters);
  g_free (trainer->gradient);
  g_free (trainer->order);
  g_free (trainer->windows);
  g_free (trainer->targets);
  g_array_unref (trainer->training->epochs);
  g_free (trainer->training->parameters);
  g_free (trainer->training);
  g_free (trainer);
}

void
trainer_reset (Trainer *trainer)
{
  const TrainerConfig *config = trainer->config;
  Training *training = trainer->training;

  random_init (&trainer->random, config->settings->seed);
  schedule_init (&trainer->schedule, config->settings);
  adam_reset (trainer->adam);
  network_initialise (config->network, &trainer->random, trainer->parameters);
  g_array_set_size (training->epochs, 0);
  training->best_epoch = 0;
  training->best_val_rmse = INFINITY;
  training->seconds = 0;
}

const Training *
trainer_training (const Trainer *trainer)
{
  return trainer->training;
}

static double
seconds_spent (const Trainer *trainer)
{
  return trainer->config->clock (trainer->config->user) - trainer->started;
}

/* A new key for each batch: the state of the random numbers alone decides what dropout leaves out.
 */
static NetworkDropout
next_dropout (Trainer *trainer)
{
  double rate = trainer->config->settings->dropout;

  return (NetworkDropout){ rate, rate > 0 ? random_next (&trainer->random) : 0 };
}

/* One step over `n` windows from `first` on. Returns the sum of their squared errors. */
static double
train_batch (Trainer *trainer, uint32_t first, int n)
{
  const TrainerConfig *config = trainer->config;
  const NetworkDropout dropout = next_dropout (trainer);

  for (int i = 0; i < n; i++)
    dataset_window (config->train, trainer->order[first + (uint32_t) i],
                    network_shape (config->network)->lookback, &trainer->windows[i],
                    &trainer->targets[i]);

  double squares = network_gradient (config->network, trainer->parameters, trainer->windows,
                                     trainer->targets, n, &dropout, trainer->gradient);
  if (!adam_step (trainer->adam, trainer->schedule.rate, trainer->gradient, trainer->parameters))
    return NAN;
  return squares;
}

/* Runs all batches, the last one short; fewer when the time is up. Returns the scaled RMSE of the
 * windows, which is not finite when training has diverged. */
static double
train_epoch (Trainer *trainer, int epoch)
{
  const TrainerConfig *config = trainer->config;
  uint32_t n_rows = config->train->n_rows, done = 0;
  double squares = 0;

  /* Shuffles from the same order each time, so that the result depends on the random numbers alone.
   */
  for (uint32_t i = 0; i < n_rows; i++)
    trainer->order[i] = i;
  random_shuffle (&trainer->random, trainer->order, n_rows);
  while (done < n_rows && isfinite (squares))
    {
      int n = (int) MIN (n_rows - done, (uint32_t) trainer->batch_size);

      squares += train_batch (trainer, done, n);
      done += (uint32_t) n;
      if (config->on_batch)
        config->on_batch (epoch, (double) done / n_rows, config->user);
      if (seconds_spent (trainer) >= trainer->limit_s)
        break;
    }
  return sqrt (squares / done);
}

static void
keep_best (Trainer *trainer, const EpochRecord *record)
{
  Training *training = trainer->training;

  if (record->val_rmse >= training->best_val_rmse)
    return;

  training->best_val_rmse = record->val_rmse;
  training->best_epoch = record->epoch;
  memcpy (training->parameters, trainer->parameters, trainer->n_parameters * sizeof (float));
}

/* False with `error` when training has diverged. */
static bool
run_epoch (Trainer *trainer, int epoch, GError **error)
{
  const TrainerConfig *config = trainer->config;
  const ScalingRange *target = &config->scaling->target;
  EpochRecord record = { .epoch = epoch, .learning_rate = trainer->schedule.rate };

  record.train_rmse = train_epoch (trainer, epoch) * scaling_width (target);
  if (isfinite (record.train_rmse))
    {
      ErrorStats stats =
          tester_evaluate (config->network, trainer->parameters, target, config->validation);
      record.val_rmse = error_stats_rmse (&stats);
    }
  if (!isfinite (record.train_rmse) || !isfinite (record.val_rmse))
    {
      failure_set (error,
                   "training stopped in epoch %d: the loss is no longer a finite number; choose a "
                   "smaller learning_rate than %g",
                   epoch, trainer->schedule.rate);
      return false;
    }

  record.seconds = trainer->training->seconds = seconds_spent (trainer);
  g_array_append_val (trainer->training->epochs, record);
  keep_best (trainer, &record);
  schedule_step (&trainer->schedule, record.val_rmse);
  if (config->on_epoch)
    config->on_epoch (trainer->training, config->user);
  return true;
}

/* Whether training is over after the epoch, and why. */
static bool
is_over (const Trainer *trainer, int epoch)
{
  const VestimHyperparameters *settings = trainer->config->settings;
  Training *training = trainer->training;

  if (training->seconds >= trainer->limit_s)
    training->end = TRAINING_END_TIME;
  else if (epoch - training->best_epoch >= settings->patience)
    training->end = TRAINING_END_PATIENCE;
  else if (epoch >= settings->max_epochs)
    training->end = TRAINING_END_EPOCHS;
  else
    return false;
  return true;
}

bool
trainer_run (Trainer *trainer, GError **error)
{
  int epoch = (int) trainer->training->epochs->len;

  /* The time of earlier attempts counts. */
  trainer->started = trainer->config->clock (trainer->config->user) - trainer->training->seconds;
  while (!is_over (trainer, epoch))
    if (!run_epoch (trainer, ++epoch, error))
      return false;
  return true;
}
