/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "tests/support/trainer-fixture.h"

/* A result that can't be reproduced can't be checked. */
static void
test_one_seed_gives_the_same_bits (TrainerFixture *fixture, gconstpointer user)
{
  size_t size = network_n_parameters (fixture->network) * sizeof (float);
  g_autoptr (Training) first = trainer_fixture_run (fixture, NULL);
  g_autoptr (Training) second = trainer_fixture_run (fixture, NULL);

  g_assert_cmpmem (first->parameters, size, second->parameters, size);
  for (guint i = 0; i < first->epochs->len; i++)
    g_assert_cmpfloat (trainer_fixture_record (first, i)->val_rmse, ==,
                       trainer_fixture_record (second, i)->val_rmse);

  fixture->settings.seed = 2;
  g_autoptr (Training) third = trainer_fixture_run (fixture, NULL);
  g_assert_cmpint (memcmp (first->parameters, third->parameters, size), !=, 0);
}

/* The seed must determine every kind of network and the dropout too. */
static void
test_every_kind_gives_the_same_bits_with_dropout (TrainerFixture *fixture, gconstpointer user)
{
  static const VestimModelKind kinds[] = { VESTIM_MODEL_LSTM, VESTIM_MODEL_GRU, VESTIM_MODEL_FNN };
  const NetworkShape shape = { 1, 2, (int[]){ 5, 3 }, 12 };

  fixture->settings.dropout = 0.2;
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      network_free (fixture->network);
      fixture->network = network_new (kinds[k], &shape);
      size_t size = network_n_parameters (fixture->network) * sizeof (float);
      g_autoptr (Training) first = trainer_fixture_run (fixture, NULL);
      g_autoptr (Training) second = trainer_fixture_run (fixture, NULL);
      g_assert_cmpmem (first->parameters, size, second->parameters, size);
      fixture->settings.dropout = 0;
      g_autoptr (Training) whole = trainer_fixture_run (fixture, NULL);
      g_assert_cmpint (memcmp (first->parameters, whole->parameters, size), !=, 0);
      fixture->settings.dropout = 0.2;
    }
}

/* All parts work together: windows, targets, gradients and optimiser. */
static void
test_a_relation_over_time_is_learnt (TrainerFixture *fixture, gconstpointer user)
{
  bool is_stateful = fixture->settings.training == VESTIM_TRAINING_STATEFUL;

  fixture->settings.max_epochs = fixture->settings.patience = 60;
  g_autoptr (Training) training = trainer_fixture_run (fixture, NULL);

  g_assert_cmpfloat (training->best_val_rmse, <, 0.03);
  g_assert_cmpfloat (training->best_val_rmse * (is_stateful ? 1.3 : 3), <,
                     trainer_fixture_record (training, 0)->val_rmse);
  g_assert_cmpint (training->end, ==, TRAINING_END_EPOCHS);
  g_assert_cmpuint (training->epochs->len, ==, 60);
}

/* The result has the weights of the best epoch, not of the last. */
static void
test_the_best_epoch_is_kept (TrainerFixture *fixture, gconstpointer user)
{
  int best = 0;

  fixture->settings.max_epochs = 40;
  fixture->settings.learning_rate = 0.05;
  g_autoptr (Training) training = trainer_fixture_run (fixture, NULL);

  for (guint i = 1; i < training->epochs->len; i++)
    if (trainer_fixture_record (training, i)->val_rmse
        < trainer_fixture_record (training, (guint) best)->val_rmse)
      best = (int) i;
  g_assert_cmpint (training->best_epoch, ==, best + 1);
  g_assert_cmpfloat (training->best_val_rmse, ==,
                     trainer_fixture_record (training, (guint) best)->val_rmse);
}

/* At a tiny rate no epoch is much better than another, so patience runs out. */
static void
test_patience_ends_the_training (TrainerFixture *fixture, gconstpointer user)
{
  fixture->settings.max_epochs = 1000;
  fixture->settings.patience = 4;
  fixture->settings.learning_rate = 0.3;
  g_autoptr (Training) training = trainer_fixture_run (fixture, NULL);

  g_assert_cmpint (training->end, ==, TRAINING_END_PATIENCE);
  g_assert_cmpint ((int) training->epochs->len, ==, training->best_epoch + 4);
}

/* The clock is read after each batch: an epoch of hours must not exceed the limit. */
static void
test_the_time_limit_ends_an_epoch_early (TrainerFixture *fixture, gconstpointer user)
{
  fixture->second_per_look = 1;
  fixture->settings.max_minutes = 0.1;
  g_autoptr (Training) training = trainer_fixture_run (fixture, NULL);

  g_assert_cmpint (training->end, ==, TRAINING_END_TIME);
  g_assert_cmpuint (training->epochs->len, ==, 1);
  g_assert_cmpfloat (training->seconds, <, 9);
  g_assert_true (isfinite (training->best_val_rmse));
}

static void
test_the_plateau_lowers_the_rate (TrainerFixture *fixture, gconstpointer user)
{
  fixture->settings.max_epochs = 60;
  fixture->settings.patience = 60;
  fixture->settings.learning_rate = 0.1;
  fixture->settings.schedule_patience = 1;
  g_autoptr (Training) lowered = trainer_fixture_run (fixture, NULL);
  fixture->settings.schedule = VESTIM_SCHEDULE_NONE;
  g_autoptr (Training) constant = trainer_fixture_run (fixture, NULL);

  g_assert_cmpfloat (trainer_fixture_record (lowered, 59)->learning_rate, <, 0.1);
  g_assert_cmpfloat (trainer_fixture_record (constant, 59)->learning_rate, ==, 0.1);
}

/* Infinite weights must end the job with a reason, not with a model. */
static void
test_a_loss_that_diverges_is_an_error (TrainerFixture *fixture, gconstpointer user)
{
  Series *series = fixture->train->series->pdata[0];
  g_autoptr (GError) error = NULL;

  series->scaled_target[7] = INFINITY;
  g_assert_null (trainer_fixture_run (fixture, &error));
  g_assert_nonnull (strstr (error->message, "epoch 1"));
  g_assert_nonnull (strstr (error->message, "learning_rate"));
}

/* 530 windows are 16 batches of 32 and one of 18; a batch may also be larger than the number of
 * windows. */
static void
test_any_batch_size_takes_every_window (TrainerFixture *fixture, gconstpointer user)
{
  static const int sizes[] = { 1, 7, 529, 530, 531, 65536 };

  fixture->settings.max_epochs = 1;
  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      fixture->settings.batch_size = sizes[i];
      g_autoptr (Training) training = trainer_fixture_run (fixture, NULL);
      g_assert_true (isfinite (training->best_val_rmse));
    }
}

#define ADD(name, function) \
  g_test_add ("/trainer/" name, TrainerFixture, NULL, trainer_fixture_set_up, function, \
              trainer_fixture_tear_down)

#define ADD_STATEFUL(name, function) \
  g_test_add ("/trainer/stateful: " name, TrainerFixture, NULL, trainer_fixture_set_up_stateful, \
              function, trainer_fixture_tear_down)

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
  ADD_STATEFUL ("one seed gives the same bits", test_one_seed_gives_the_same_bits);
  ADD_STATEFUL ("a relation over time is learnt", test_a_relation_over_time_is_learnt);
  ADD_STATEFUL ("the best epoch is kept", test_the_best_epoch_is_kept);
  ADD_STATEFUL ("patience ends the training", test_patience_ends_the_training);
  ADD_STATEFUL ("the time limit ends an epoch early", test_the_time_limit_ends_an_epoch_early);
  ADD_STATEFUL ("a loss that diverges is an error", test_a_loss_that_diverges_is_an_error);
  return g_test_run ();
}
