/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/training/trainer-private.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/training/tester.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

/* How often an epoch of stateful training passes over as many rows as the training files have. A
 * pass takes milliseconds: as many as this take about as long as an epoch of windows, and the
 * validation takes a small part of the time. */
#define PASSES 20

/* The average of the parameters keeps this part of itself in each step, and less in the first ones.
 * Without it, the error of a network that carries its state goes up and down from step to step. */
#define AVERAGE_KEPT 0.999

double
trainer_monotonic_clock (void *user)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static void
prepare_windows (Trainer *trainer)
{
  const TrainerConfig *config = trainer->config;
  uint32_t n_rows = config->train->n_rows;

  trainer->order = g_new (uint32_t, n_rows);
  trainer->batch_size = (int) MIN ((uint32_t) config->settings->batch_size, n_rows);
  trainer->windows = g_new (NetworkWindow, trainer->batch_size);
  trainer->targets = g_new (float, trainer->batch_size);
}

Trainer *
trainer_new (const TrainerConfig *config)
{
  Trainer *trainer = g_new0 (Trainer, 1);
  const VestimHyperparameters *settings = config->settings;

  trainer->config = config;
  trainer->n_parameters = network_n_parameters (config->network);
  trainer->adam = adam_new (trainer->n_parameters, settings);
  trainer->parameters = g_new0 (float, trainer->n_parameters);
  trainer->gradient = g_new0 (float, trainer->n_parameters);
  if (vestim_hyperparameters_train_stateful (settings))
    {
      trainer->streams = streams_new (config->network, config->train, settings->streams);
      trainer->average = g_new0 (float, trainer->n_parameters);
    }
  else
    prepare_windows (trainer);
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
  streams_free (trainer->streams);
  g_free (trainer->average);
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
  if (config->initial)
    memcpy (trainer->parameters, config->initial, trainer->n_parameters * sizeof (float));
  if (trainer->average)
    memcpy (trainer->average, trainer->parameters, trainer->n_parameters * sizeof (float));
  g_array_set_size (training->epochs, 0);
  training->best_epoch = 0;
  training->best_val_rmse = INFINITY;
  training->seconds = 0;
  training->initial_val_rmse = NAN;
  training->is_cut = false;
  training->n_other_rates = 0;
  trainer->is_asked = false;
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

static bool
is_asked_to_end (Trainer *trainer)
{
  const TrainerConfig *config = trainer->config;

  trainer->is_asked = trainer->is_asked || (config->must_end && config->must_end (config->user));
  return trainer->is_asked;
}

/* Whether the epoch must end before its last batch. */
static bool
must_cut (Trainer *trainer)
{
  return is_asked_to_end (trainer) || seconds_spent (trainer) >= trainer->limit_s;
}

/* A new key for each batch: the state of the random numbers alone decides what dropout leaves out.
 */
static NetworkDropout
next_dropout (Trainer *trainer)
{
  double rate = trainer->config->settings->dropout;

  return (NetworkDropout){
    .rate = rate,
    .key = rate > 0 ? random_next (&trainer->random) : 0,
  };
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
train_windows (Trainer *trainer, int epoch)
{
  const TrainerConfig *config = trainer->config;
  uint32_t n_rows = config->train->n_rows, done = 0;
  double squares = 0;

  /* Shuffles from the same order each time, so that the result depends on the random numbers alone.
   */
  for (uint32_t i = 0; i < n_rows; i++)
    trainer->order[i] = i;
  random_shuffle (&trainer->random, trainer->order, n_rows);
  trainer->training->is_cut = false;
  while (done < n_rows && isfinite (squares) && !trainer->training->is_cut)
    {
      int n = (int) MIN (n_rows - done, (uint32_t) trainer->batch_size);

      squares += train_batch (trainer, done, n);
      done += (uint32_t) n;
      if (config->on_batch)
        config->on_batch (epoch, (double) done / n_rows, config->user);
      trainer->training->is_cut = must_cut (trainer) && done < n_rows;
    }
  return sqrt (squares / done);
}

static void
update_average (Trainer *trainer)
{
  double n_steps = (double) trainer->adam->n_steps;
  float added = (float) (1 - MIN (AVERAGE_KEPT, n_steps / (n_steps + 9)));

  for (size_t i = 0; i < trainer->n_parameters; i++)
    trainer->average[i] += added * (trainer->parameters[i] - trainer->average[i]);
}

/* One step over the next chunk of each stream. Returns the sum of the squared errors, and adds the
 * number of outputs to `n_outputs`. */
static double
train_chunks (Trainer *trainer, uint64_t *n_outputs)
{
  Network *network = trainer->config->network;
  int n = trainer->config->settings->streams, n_rows = streams_chunk_rows (trainer->streams);
  const NetworkChunk *chunks =
      streams_next (trainer->streams, &trainer->random, trainer->parameters);
  const NetworkDropout dropout = next_dropout (trainer);

  double squares =
      network_stream_gradient (network, trainer->parameters, chunks, n, n_rows, &dropout,
                               streams_states (trainer->streams), trainer->gradient);
  for (int i = 0; i < n; i++)
    *n_outputs += (uint64_t) (n_rows - chunks[i].n_uncounted);
  if (!adam_step (trainer->adam, trainer->schedule.rate, trainer->gradient, trainer->parameters))
    return NAN;
  update_average (trainer);
  return squares;
}

/* The same as train_windows(), for stateful training. Streams don't go on from one epoch to the
 * next, so that a checkpoint needs none of them. */
static double
train_streams (Trainer *trainer, int epoch)
{
  const TrainerConfig *config = trainer->config;
  int64_t step_rows = (int64_t) config->settings->streams * streams_chunk_rows (trainer->streams);
  int64_t n_steps = MAX (PASSES * (int64_t) config->train->n_rows / step_rows, 1);
  uint64_t n_outputs = 0;
  double squares = 0;

  streams_restart (trainer->streams);
  trainer->training->is_cut = false;
  for (int64_t step = 1; step <= n_steps && isfinite (squares) && !trainer->training->is_cut;
       step++)
    {
      squares += train_chunks (trainer, &n_outputs);
      if (config->on_batch)
        config->on_batch (epoch, (double) step / (double) n_steps, config->user);
      trainer->training->is_cut = must_cut (trainer) && step < n_steps;
    }
  return sqrt (squares / (double) n_outputs);
}

/* What the training has come to: the parameters that are validated. */
static const float *
result (const Trainer *trainer)
{
  return trainer->average ? trainer->average : trainer->parameters;
}

/* The RMSE over the validation files. */
static double
validate (const Trainer *trainer, const float *parameters)
{
  const TrainerConfig *config = trainer->config;
  VestimTestMode mode = trainer->streams ? VESTIM_TEST_STATEFUL : VESTIM_TEST_WINDOWED;
  ErrorStats stats = tester_evaluate (config->network, parameters, &config->scaling->target, mode,
                                      config->validation);

  return error_stats_rmse (&stats);
}

static void
keep_best (Trainer *trainer, const EpochRecord *record)
{
  Training *training = trainer->training;

  if (record->val_rmse >= training->best_val_rmse)
    return;

  training->best_val_rmse = record->val_rmse;
  training->best_epoch = record->epoch;
  memcpy (training->parameters, result (trainer), trainer->n_parameters * sizeof (float));
}

/* False with `error` when training has diverged. */
static bool
run_epoch (Trainer *trainer, int epoch, GError **error)
{
  const TrainerConfig *config = trainer->config;
  EpochRecord record = { .epoch = epoch, .learning_rate = trainer->schedule.rate };
  double error_of_training =
      trainer->streams ? train_streams (trainer, epoch) : train_windows (trainer, epoch);

  if (trainer->is_asked && trainer->training->is_cut && trainer->training->epochs->len > 0)
    return true;

  record.train_rmse = error_of_training * scaling_width (&config->scaling->target);
  if (isfinite (record.train_rmse))
    record.val_rmse = validate (trainer, result (trainer));
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
is_over (Trainer *trainer, int epoch)
{
  const VestimHyperparameters *settings = trainer->config->settings;
  Training *training = trainer->training;

  if (epoch > 0 && is_asked_to_end (trainer))
    training->end = TRAINING_END_REQUEST;
  else if (training->seconds >= trainer->limit_s)
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
  if (trainer->config->initial)
    trainer->training->initial_val_rmse = validate (trainer, trainer->config->initial);
  while (!is_over (trainer, epoch))
    if (!run_epoch (trainer, ++epoch, error))
      return false;
  return true;
}
