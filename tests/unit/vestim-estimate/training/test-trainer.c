/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "daemon/vestim-estimate/training/trainer.h"

/* Trains on series made here. The clock is a counter, so that the time limit is exact. */
typedef struct
{
  VestimHyperparameters settings;
  int size;
  Scaling *scaling;
  Dataset *train;
  Dataset *validation;
  Network *network;
  double now;
  double second_per_look; /* added each time the clock is read */
  int n_epochs;
  TrainerConfig config;
  Trainer *trainer;
  GPtrArray *states; /* (nullable) GByteArray: after each epoch */
} Fixture;

/* The target is a decaying sum of the input: the last row alone does not determine it. */
static Series *
new_series (size_t n, double phase)
{
  Series *series = g_new0 (Series, 1);
  double memory = 0;

  series->n_rows = n;
  series->n_inputs = 1;
  series->inputs = g_new (double, n);
  series->target = g_new (double, n);
  for (size_t i = 0; i < n; i++)
    {
      series->inputs[i] = sin (0.37 * (double) i + phase) + sin (0.11 * (double) i);
      memory = 0.7 * memory + 0.3 * series->inputs[i];
      series->target[i] = 3.7 + 0.3 * memory;
    }
  return series;
}

static Dataset *
new_dataset (size_t n, double phase)
{
  Dataset *dataset = g_new0 (Dataset, 1);

  dataset->series = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);
  g_ptr_array_add (dataset->series, new_series (n, phase));
  dataset->firsts = g_new0 (uint32_t, 2);
  dataset->firsts[1] = dataset->n_rows = (uint32_t) n;
  return dataset;
}

static void
set_up (Fixture *fixture, gconstpointer user)
{
  static const char *const inputs[] = { "A", NULL };
  NetworkShape shape = { .n_inputs = 1, .n_layers = 1, .sizes = &fixture->size, .lookback = 12 };

  fixture->size = 4;
  fixture->settings = (VestimHyperparameters){
    .training = VESTIM_TRAINING_WINDOWED,
    .lookback = 12,
    .batch_size = 32,
    .max_epochs = 3,
    .patience = 20,
    .learning_rate = 0.01,
    .schedule_factor = 0.5,
    .schedule_patience = 5,
    .seed = 1,
  };
  fixture->train = new_dataset (530, 0);
  fixture->validation = new_dataset (200, 1);
  fixture->scaling = scaling_fit (fixture->train->series, inputs, "V", NULL);
  dataset_scale (fixture->train, fixture->scaling);
  dataset_scale (fixture->validation, fixture->scaling);
  fixture->network = network_new (VESTIM_MODEL_LSTM, &shape);
}

static void
set_up_stateful (Fixture *fixture, gconstpointer user)
{
  set_up (fixture, user);
  fixture->settings.training = VESTIM_TRAINING_STATEFUL;
  fixture->settings.streams = 5;
}

static void
tear_down (Fixture *fixture, gconstpointer user)
{
  network_free (fixture->network);
  dataset_free (fixture->train);
  dataset_free (fixture->validation);
  scaling_free (fixture->scaling);
  g_clear_pointer (&fixture->states, g_ptr_array_unref);
}

static double
read_clock (void *user)
{
  Fixture *fixture = user;

  return fixture->now += fixture->second_per_look;
}

static void
on_epoch (const Training *training, void *user)
{
  Fixture *fixture = user;

  g_assert_cmpuint (training->epochs->len, ==, ++fixture->n_epochs);
  if (fixture->states)
    {
      GByteArray *state = g_byte_array_new ();

      trainer_save (fixture->trainer, state);
      g_ptr_array_add (fixture->states, state);
    }
}

static Trainer *
open_trainer (Fixture *fixture)
{
  fixture->config = (TrainerConfig){
    .settings = &fixture->settings,
    .network = fixture->network,
    .scaling = fixture->scaling,
    .train = fixture->train,
    .validation = fixture->validation,
    .clock = read_clock,
    .on_epoch = on_epoch,
    .user = fixture,
  };
  fixture->n_epochs = 0;
  fixture->trainer = trainer_new (&fixture->config);
  return fixture->trainer;
}

static void
training_free (Training *training)
{
  g_array_unref (training->epochs);
  g_free (training->parameters);
  g_free (training);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Training, training_free)

static Training *
copy_training (const Fixture *fixture)
{
  const Training *training = trainer_training (fixture->trainer);
  Training *copy = g_memdup2 (training, sizeof *training);

  copy->epochs = g_array_copy (training->epochs);
  copy->parameters =
      g_memdup2 (training->parameters, network_n_parameters (fixture->network) * sizeof (float));
  return copy;
}

/* (transfer full) a copy of the result; NULL with `error`. */
static Training *
run (Fixture *fixture, GError **error)
{
  g_autoptr (Trainer) trainer = open_trainer (fixture);

  return trainer_run (trainer, error) ? copy_training (fixture) : NULL;
}

static const EpochRecord *
record_of (const Training *training, guint index)
{
  return &g_array_index (training->epochs, EpochRecord, index);
}

/* A result that can't be reproduced can't be checked. */
static void
test_one_seed_gives_the_same_bits (Fixture *fixture, gconstpointer user)
{
  size_t size = network_n_parameters (fixture->network) * sizeof (float);
  g_autoptr (Training) first = run (fixture, NULL);
  g_autoptr (Training) second = run (fixture, NULL);

  g_assert_cmpmem (first->parameters, size, second->parameters, size);
  for (guint i = 0; i < first->epochs->len; i++)
    g_assert_cmpfloat (record_of (first, i)->val_rmse, ==, record_of (second, i)->val_rmse);

  fixture->settings.seed = 2;
  g_autoptr (Training) third = run (fixture, NULL);
  g_assert_cmpint (memcmp (first->parameters, third->parameters, size), !=, 0);
}

/* The seed must determine every kind of network and the dropout too. */
static void
test_every_kind_gives_the_same_bits_with_dropout (Fixture *fixture, gconstpointer user)
{
  static const VestimModelKind kinds[] = { VESTIM_MODEL_LSTM, VESTIM_MODEL_GRU, VESTIM_MODEL_FNN };
  const NetworkShape shape = { 1, 2, (int[]){ 5, 3 }, 12 };

  fixture->settings.dropout = 0.2;
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      network_free (fixture->network);
      fixture->network = network_new (kinds[k], &shape);
      size_t size = network_n_parameters (fixture->network) * sizeof (float);
      g_autoptr (Training) first = run (fixture, NULL);
      g_autoptr (Training) second = run (fixture, NULL);
      g_assert_cmpmem (first->parameters, size, second->parameters, size);
      fixture->settings.dropout = 0;
      g_autoptr (Training) whole = run (fixture, NULL);
      g_assert_cmpint (memcmp (first->parameters, whole->parameters, size), !=, 0);
      fixture->settings.dropout = 0.2;
    }
}

/* All parts work together: windows, targets, gradients and optimiser. */
static void
test_a_relation_over_time_is_learnt (Fixture *fixture, gconstpointer user)
{
  bool is_stateful = fixture->settings.training == VESTIM_TRAINING_STATEFUL;

  fixture->settings.max_epochs = fixture->settings.patience = 60;
  g_autoptr (Training) training = run (fixture, NULL);

  g_assert_cmpfloat (training->best_val_rmse, <, 0.03);
  g_assert_cmpfloat (training->best_val_rmse * (is_stateful ? 1.3 : 3), <,
                     record_of (training, 0)->val_rmse);
  g_assert_cmpint (training->end, ==, TRAINING_END_EPOCHS);
  g_assert_cmpuint (training->epochs->len, ==, 60);
}

/* The result has the weights of the best epoch, not of the last. */
static void
test_the_best_epoch_is_kept (Fixture *fixture, gconstpointer user)
{
  int best = 0;

  fixture->settings.max_epochs = 40;
  fixture->settings.learning_rate = 0.05;
  g_autoptr (Training) training = run (fixture, NULL);

  for (guint i = 1; i < training->epochs->len; i++)
    if (record_of (training, i)->val_rmse < record_of (training, (guint) best)->val_rmse)
      best = (int) i;
  g_assert_cmpint (training->best_epoch, ==, best + 1);
  g_assert_cmpfloat (training->best_val_rmse, ==, record_of (training, (guint) best)->val_rmse);
}

/* At a tiny rate no epoch is much better than another, so patience runs out. */
static void
test_patience_ends_the_training (Fixture *fixture, gconstpointer user)
{
  fixture->settings.max_epochs = 1000;
  fixture->settings.patience = 4;
  fixture->settings.learning_rate = 0.3;
  g_autoptr (Training) training = run (fixture, NULL);

  g_assert_cmpint (training->end, ==, TRAINING_END_PATIENCE);
  g_assert_cmpint ((int) training->epochs->len, ==, training->best_epoch + 4);
}

/* The clock is read after each batch: an epoch of hours must not exceed the limit. */
static void
test_the_time_limit_ends_an_epoch_early (Fixture *fixture, gconstpointer user)
{
  fixture->second_per_look = 1;
  fixture->settings.max_minutes = 0.1;
  g_autoptr (Training) training = run (fixture, NULL);

  g_assert_cmpint (training->end, ==, TRAINING_END_TIME);
  g_assert_cmpuint (training->epochs->len, ==, 1);
  g_assert_cmpfloat (training->seconds, <, 9);
  g_assert_true (isfinite (training->best_val_rmse));
}

static void
test_the_plateau_lowers_the_rate (Fixture *fixture, gconstpointer user)
{
  fixture->settings.max_epochs = 60;
  fixture->settings.patience = 60;
  fixture->settings.learning_rate = 0.1;
  fixture->settings.schedule_patience = 1;
  g_autoptr (Training) lowered = run (fixture, NULL);
  fixture->settings.schedule = VESTIM_SCHEDULE_NONE;
  g_autoptr (Training) constant = run (fixture, NULL);

  g_assert_cmpfloat (record_of (lowered, 59)->learning_rate, <, 0.1);
  g_assert_cmpfloat (record_of (constant, 59)->learning_rate, ==, 0.1);
}

/* Infinite weights must end the job with a reason, not with a model. */
static void
test_a_loss_that_diverges_is_an_error (Fixture *fixture, gconstpointer user)
{
  Series *series = fixture->train->series->pdata[0];
  g_autoptr (GError) error = NULL;

  series->scaled_target[7] = INFINITY;
  g_assert_null (run (fixture, &error));
  g_assert_nonnull (strstr (error->message, "epoch 1"));
  g_assert_nonnull (strstr (error->message, "learning_rate"));
}

/* 530 windows are 16 batches of 32 and one of 18; a batch may also be larger than the number of
 * windows. */
static void
test_any_batch_size_takes_every_window (Fixture *fixture, gconstpointer user)
{
  static const int sizes[] = { 1, 7, 529, 530, 531, 65536 };

  fixture->settings.max_epochs = 1;
  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      fixture->settings.batch_size = sizes[i];
      g_autoptr (Training) training = run (fixture, NULL);
      g_assert_true (isfinite (training->best_val_rmse));
    }
}

static void
keep_states (Fixture *fixture)
{
  fixture->states = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
}

/* The result of a trainer that resumes from the state after `n` epochs. */
static Training *
run_from (Fixture *fixture, const GPtrArray *states, guint n)
{
  g_autoptr (Trainer) trainer = open_trainer (fixture);
  const GByteArray *state = states->pdata[n - 1];

  g_assert_true (trainer_restore (trainer, state->data, state->len));
  fixture->n_epochs = (int) n;
  g_assert_true (trainer_run (trainer, NULL));
  return copy_training (fixture);
}

static void
assert_same_epochs (const Training *a, const Training *b)
{
  g_assert_cmpuint (a->epochs->len, ==, b->epochs->len);
  for (guint i = 0; i < a->epochs->len; i++)
    {
      g_assert_cmpint (record_of (a, i)->epoch, ==, record_of (b, i)->epoch);
      g_assert_cmpfloat (record_of (a, i)->train_rmse, ==, record_of (b, i)->train_rmse);
      g_assert_cmpfloat (record_of (a, i)->val_rmse, ==, record_of (b, i)->val_rmse);
      g_assert_cmpfloat (record_of (a, i)->learning_rate, ==, record_of (b, i)->learning_rate);
    }
}

/* An interruption after any epoch must not change the result. */
static void
test_a_restored_training_ends_with_the_same_bits (Fixture *fixture, gconstpointer user)
{
  size_t size = network_n_parameters (fixture->network) * sizeof (float);

  fixture->settings.max_epochs = 12;
  fixture->settings.schedule_patience = 0;
  fixture->settings.learning_rate = 0.1;
  keep_states (fixture);
  g_autoptr (Training) whole = run (fixture, NULL);
  g_autoptr (GPtrArray) states = g_steal_pointer (&fixture->states);

  for (guint n = 1; n <= states->len; n++)
    {
      g_autoptr (Training) resumed = run_from (fixture, states, n);

      g_assert_cmpmem (whole->parameters, size, resumed->parameters, size);
      assert_same_epochs (whole, resumed);
      g_assert_cmpint (whole->best_epoch, ==, resumed->best_epoch);
      g_assert_cmpfloat (whole->best_val_rmse, ==, resumed->best_val_rmse);
      g_assert_cmpint (whole->end, ==, resumed->end);
    }
}

/* A hostile or incomplete state is refused and changes nothing. */
static void
test_a_wrong_state_is_refused (Fixture *fixture, gconstpointer user)
{
  size_t size = network_n_parameters (fixture->network) * sizeof (float);

  keep_states (fixture);
  g_autoptr (Training) whole = run (fixture, NULL);
  g_autoptr (GPtrArray) states = g_steal_pointer (&fixture->states);
  GByteArray *state = states->pdata[1];
  g_autoptr (Trainer) trainer = open_trainer (fixture);

  for (guint length = 0; length < state->len; length++)
    g_assert_false (trainer_restore (trainer, state->data, length));
  g_byte_array_append (state, (const guint8 *) "", 1);
  g_assert_false (trainer_restore (trainer, state->data, state->len));
  memset (state->data, 0xff, 8);
  g_assert_false (trainer_restore (trainer, state->data, state->len));

  g_assert_true (trainer_run (trainer, NULL));
  g_assert_cmpmem (whole->parameters, size, trainer_training (trainer)->parameters, size);
}

/* A job that is stopped each minute must not train for ever. */
static void
test_the_time_limit_counts_earlier_runs (Fixture *fixture, gconstpointer user)
{
  fixture->settings.max_epochs = 5;
  fixture->second_per_look = 1;
  keep_states (fixture);
  g_autoptr (Training) whole = run (fixture, NULL);
  g_autoptr (GPtrArray) states = g_steal_pointer (&fixture->states);
  double seconds = record_of (whole, 1)->seconds;

  fixture->settings.max_minutes = (seconds + 3) / 60;
  g_autoptr (Training) resumed = run_from (fixture, states, 2);
  g_assert_cmpuint (resumed->epochs->len, ==, 3);
  g_assert_cmpint (resumed->end, ==, TRAINING_END_TIME);
  g_assert_cmpfloat (resumed->seconds, >, seconds);
}

#define ADD(name, function) \
  g_test_add ("/trainer/" name, Fixture, NULL, set_up, function, tear_down)

#define ADD_STATEFUL(name, function) \
  g_test_add ("/trainer/stateful: " name, Fixture, NULL, set_up_stateful, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one seed gives the same bits", test_one_seed_gives_the_same_bits);
  ADD ("every kind gives the same bits with dropout",
       test_every_kind_gives_the_same_bits_with_dropout);
  ADD ("a relation over time is learnt", test_a_relation_over_time_is_learnt);
  ADD ("the best epoch is kept", test_the_best_epoch_is_kept);
  ADD ("patience ends the training", test_patience_ends_the_training);
  ADD ("the time limit ends an epoch early", test_the_time_limit_ends_an_epoch_early);
  ADD ("the plateau lowers the rate", test_the_plateau_lowers_the_rate);
  ADD ("a loss that diverges is an error", test_a_loss_that_diverges_is_an_error);
  ADD ("any batch size takes every window", test_any_batch_size_takes_every_window);
  ADD ("a restored training ends bit for bit the same",
       test_a_restored_training_ends_with_the_same_bits);
  ADD ("a wrong state is refused", test_a_wrong_state_is_refused);
  ADD ("the time limit counts earlier attempts", test_the_time_limit_counts_earlier_runs);
  ADD_STATEFUL ("one seed gives the same bits", test_one_seed_gives_the_same_bits);
  ADD_STATEFUL ("a relation over time is learnt", test_a_relation_over_time_is_learnt);
  ADD_STATEFUL ("the best epoch is kept", test_the_best_epoch_is_kept);
  ADD_STATEFUL ("patience ends the training", test_patience_ends_the_training);
  ADD_STATEFUL ("the time limit ends an epoch early", test_the_time_limit_ends_an_epoch_early);
  ADD_STATEFUL ("a loss that diverges is an error", test_a_loss_that_diverges_is_an_error);
  ADD_STATEFUL ("a restored training ends bit for bit the same",
                test_a_restored_training_ends_with_the_same_bits);
  ADD_STATEFUL ("a wrong state is refused", test_a_wrong_state_is_refused);
  ADD_STATEFUL ("the time limit counts earlier attempts", test_the_time_limit_counts_earlier_runs);
  return g_test_run ();
}
