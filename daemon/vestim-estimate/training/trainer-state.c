/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/training/trainer-private.h"

#include "daemon/vestim-estimate/base/packing.h"

#include <math.h>

/* Later epochs depend only on the state at the end of an epoch; for example, the order of the
 * windows follows from the random numbers. The length of each array follows from the network and
 * the number of epochs, so a state of another length belongs to another training. */

void
trainer_save (const Trainer *trainer, GByteArray *state)
{
  const Training *training = trainer->training;
  const Adam *adam = trainer->adam;
  size_t n = trainer->n_parameters;

  pack_u64 (state, training->epochs->len);
  for (guint i = 0; i < training->epochs->len; i++)
    {
      const EpochRecord *record = &g_array_index (training->epochs, EpochRecord, i);

      pack_double (state, record->train_rmse);
      pack_double (state, record->val_rmse);
      pack_double (state, record->learning_rate);
      pack_double (state, record->seconds);
    }
  pack_u64 (state, (uint64_t) training->best_epoch);
  for (size_t i = 0; i < G_N_ELEMENTS (trainer->random.state); i++)
    pack_u64 (state, trainer->random.state[i]);
  pack_double (state, trainer->schedule.rate);
  pack_double (state, trainer->schedule.best);
  pack_u64 (state, (uint64_t) trainer->schedule.n_worse);
  pack_u64 (state, adam->n_steps);
  pack_floats (state, adam->mean, n);
  pack_floats (state, adam->square, n);
  pack_floats (state, trainer->parameters, n);
  pack_floats (state, training->parameters, n);
  if (trainer->average)
    pack_floats (state, trainer->average, n);
}

static void
restore_history (Training *training, Unpacker *unpacker, size_t n_epochs)
{
  g_array_set_size (training->epochs, 0);
  for (size_t i = 0; i < n_epochs; i++)
    {
      EpochRecord record = { .epoch = (int) i + 1 };

      record.train_rmse = unpack_double (unpacker);
      record.val_rmse = unpack_double (unpacker);
      record.learning_rate = unpack_double (unpacker);
      record.seconds = training->seconds = unpack_double (unpacker);
      g_array_append_val (training->epochs, record);
    }
}

static void
restore_rest (Trainer *trainer, Unpacker *unpacker)
{
  Adam *adam = trainer->adam;
  size_t n = trainer->n_parameters;

  for (size_t i = 0; i < G_N_ELEMENTS (trainer->random.state); i++)
    trainer->random.state[i] = unpack_u64 (unpacker);
  schedule_go_on (&trainer->schedule, (int) trainer->training->epochs->len,
                  unpack_double (unpacker));
  trainer->schedule.best = unpack_double (unpacker);
  trainer->schedule.n_worse = (int) unpack_u64 (unpacker);
  adam->n_steps = unpack_u64 (unpacker);
  unpack_floats (unpacker, adam->mean, n);
  unpack_floats (unpacker, adam->square, n);
  unpack_floats (unpacker, trainer->parameters, n);
  unpack_floats (unpacker, trainer->training->parameters, n);
  if (trainer->average)
    unpack_floats (unpacker, trainer->average, n);
}

/* Up to the last one whose rate the schedule would not have given. */
static int
count_other_rates (const Trainer *trainer)
{
  const GArray *epochs = trainer->training->epochs;
  guint n = epochs->len;

  while (n > 0
         && schedule_could_give (&trainer->schedule, (int) n - 1,
                                 g_array_index (epochs, EpochRecord, n - 1).learning_rate))
    n--;
  return (int) n;
}

/* Whether the patience would have ended the training before its last epoch: it is smaller than it
 * was then. */
static bool
is_beyond_patience (const Trainer *trainer)
{
  const GArray *epochs = trainer->training->epochs;
  double best = INFINITY;
  int best_epoch = 0;

  for (int epoch = 1; epoch < (int) epochs->len; epoch++)
    {
      double error = g_array_index (epochs, EpochRecord, epoch - 1).val_rmse;

      if (error < best)
        {
          best = error;
          best_epoch = epoch;
        }
      if (epoch - best_epoch >= trainer->config->settings->patience)
        return true;
    }
  return false;
}

/* Rejects values that could make the training hang or read outside an array. */
static bool
is_sane (const Trainer *trainer)
{
  const uint64_t *random = trainer->random.state;
  const Training *training = trainer->training;
  size_t best = (size_t) training->best_epoch - 1;

  return (random[0] | random[1] | random[2] | random[3]) != 0 && best < training->epochs->len
         && isfinite (training->seconds) && training->seconds >= 0;
}

bool
trainer_restore (Trainer *trainer, const void *state, size_t length)
{
  Training *training = trainer->training;
  Unpacker unpacker = { .at = state, .left = length };
  uint64_t n_epochs = unpack_u64 (&unpacker);

  if (n_epochs > (uint64_t) trainer->config->settings->max_epochs)
    return false;

  restore_history (training, &unpacker, n_epochs);
  training->best_epoch = (int) unpack_u64 (&unpacker);
  restore_rest (trainer, &unpacker);
  if (unpacker.is_short || unpacker.left > 0 || !is_sane (trainer) || is_beyond_patience (trainer))
    {
      trainer_reset (trainer);
      return false;
    }
  training->is_cut = false;
  training->n_other_rates = count_other_rates (trainer);
  training->best_val_rmse =
      g_array_index (training->epochs, EpochRecord, training->best_epoch - 1).val_rmse;
  return true;
}
