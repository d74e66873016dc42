/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "tests/support/trainer-fixture.h"

static void
keep_states (TrainerFixture *fixture)
{
  fixture->states = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
}

/* The result of a trainer that resumes from the state after `n` epochs. */
static Training *
run_from (TrainerFixture *fixture, const GPtrArray *states, guint n)
{
  g_autoptr (Trainer) trainer = trainer_fixture_open (fixture);
  const GByteArray *state = states->pdata[n - 1];

  g_assert_true (trainer_restore (trainer, state->data, state->len));
  fixture->n_epochs = (int) n;
  g_assert_true (trainer_run (trainer, NULL));
  return trainer_fixture_copy (fixture);
}

static void
assert_same_epochs (const Training *a, const Training *b)
{
  g_assert_cmpuint (a->epochs->len, ==, b->epochs->len);
  for (guint i = 0; i < a->epochs->len; i++)
    {
      g_assert_cmpint (trainer_fixture_record (a, i)->epoch, ==,
                       trainer_fixture_record (b, i)->epoch);
      g_assert_cmpfloat (trainer_fixture_record (a, i)->train_rmse, ==,
                         trainer_fixture_record (b, i)->train_rmse);
      g_assert_cmpfloat (trainer_fixture_record (a, i)->val_rmse, ==,
                         trainer_fixture_record (b, i)->val_rmse);
      g_assert_cmpfloat (trainer_fixture_record (a, i)->learning_rate, ==,
                         trainer_fixture_record (b, i)->learning_rate);
    }
}

/* An interruption after any epoch must not change the result. */
static void
test_a_restored_training_ends_with_the_same_bits (TrainerFixture *fixture, gconstpointer user)
{
  size_t size = network_n_parameters (fixture->network) * sizeof (float);

  fixture->settings.max_epochs = 12;
  fixture->settings.schedule_patience = 0;
  fixture->settings.learning_rate = 0.1;
  keep_states (fixture);
  g_autoptr (Training) whole = trainer_fixture_run (fixture, NULL);
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
test_a_wrong_state_is_refused (TrainerFixture *fixture, gconstpointer user)
{
  size_t size = network_n_parameters (fixture->network) * sizeof (float);

  keep_states (fixture);
  g_autoptr (Training) whole = trainer_fixture_run (fixture, NULL);
  g_autoptr (GPtrArray) states = g_steal_pointer (&fixture->states);
  GByteArray *state = states->pdata[1];
  g_autoptr (Trainer) trainer = trainer_fixture_open (fixture);

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
test_the_time_limit_counts_earlier_runs (TrainerFixture *fixture, gconstpointer user)
{
  fixture->settings.max_epochs = 5;
  fixture->second_per_look = 1;
  keep_states (fixture);
  g_autoptr (Training) whole = trainer_fixture_run (fixture, NULL);
  g_autoptr (GPtrArray) states = g_steal_pointer (&fixture->states);
  double seconds = trainer_fixture_record (whole, 1)->seconds;

  fixture->settings.max_minutes = (seconds + 3) / 60;
  g_autoptr (Training) resumed = run_from (fixture, states, 2);
  g_assert_cmpuint (resumed->epochs->len, ==, 3);
  g_assert_cmpint (resumed->end, ==, TRAINING_END_TIME);
  g_assert_cmpfloat (resumed->seconds, >, seconds);
}

/* Larger limits give what they would have given from the start. */
static void
test_larger_limits_go_on_with_the_same_bits (TrainerFixture *fixture, gconstpointer user)
{
  size_t size = network_n_parameters (fixture->network) * sizeof (float);

  fixture->settings.schedule_patience = 0;
  fixture->settings.learning_rate = 0.1;
  fixture->settings.max_epochs = 12;
  g_autoptr (Training) whole = trainer_fixture_run (fixture, NULL);

  fixture->settings.max_epochs = 5;
  keep_states (fixture);
  g_autoptr (Training) part = trainer_fixture_run (fixture, NULL);
  g_autoptr (GPtrArray) states = g_steal_pointer (&fixture->states);
  g_assert_cmpuint (part->epochs->len, ==, 5);

  fixture->settings.max_epochs = 12;
  g_autoptr (Training) more = run_from (fixture, states, 5);
  g_assert_cmpmem (whole->parameters, size, more->parameters, size);
  assert_same_epochs (whole, more);
  g_assert_cmpint (more->n_other_rates, ==, 0);
}

/* A cosine ends at max_epochs, so its rates depend on them. */
static void
test_a_cosine_goes_on_with_the_rates_of_more_epochs (TrainerFixture *fixture, gconstpointer user)
{
  fixture->settings.schedule = VESTIM_SCHEDULE_COSINE;
  fixture->settings.max_epochs = 4;
  keep_states (fixture);
  g_autoptr (Training) part = trainer_fixture_run (fixture, NULL);
  g_autoptr (GPtrArray) states = g_steal_pointer (&fixture->states);

  fixture->settings.max_epochs = 8;
  g_autoptr (Training) whole = trainer_fixture_run (fixture, NULL);
  g_autoptr (Training) more = run_from (fixture, states, 4);
  g_assert_cmpint (more->n_other_rates, ==, 4);
  g_assert_cmpfloat (trainer_fixture_record (more, 3)->learning_rate, ==,
                     trainer_fixture_record (part, 3)->learning_rate);
  for (guint i = 4; i < 8; i++)
    g_assert_cmpfloat (trainer_fixture_record (more, i)->learning_rate, ==,
                       trainer_fixture_record (whole, i)->learning_rate);
}

/* What smaller limits would have given lies before the state. */
static void
test_smaller_limits_refuse_the_state (TrainerFixture *fixture, gconstpointer user)
{
  fixture->settings.max_epochs = 40;
  fixture->settings.patience = 5;
  fixture->settings.learning_rate = 0.3;
  keep_states (fixture);
  g_autoptr (Training) whole = trainer_fixture_run (fixture, NULL);
  g_autoptr (GPtrArray) states = g_steal_pointer (&fixture->states);
  const GByteArray *state = states->pdata[states->len - 1];
  g_assert_cmpint (whole->end, ==, TRAINING_END_PATIENCE);

  fixture->settings.patience = 4;
  g_autoptr (Trainer) impatient = trainer_fixture_open (fixture);
  g_assert_false (trainer_restore (impatient, state->data, state->len));
  fixture->settings.patience = 5;
  fixture->settings.max_epochs = (int) states->len - 1;
  g_autoptr (Trainer) shorter = trainer_fixture_open (fixture);
  g_assert_false (trainer_restore (shorter, state->data, state->len));
  fixture->settings.max_epochs = 40;
  g_autoptr (Trainer) same = trainer_fixture_open (fixture);
  g_assert_true (trainer_restore (same, state->data, state->len));
}

static bool
ask_after_looks (void *user)
{
  TrainerFixture *fixture = user;

  return fixture->n_looks-- <= 0;
}

/* Whoever asks for an end must get the best network so far, whenever he asks. */
static void
test_training_ends_when_asked (TrainerFixture *fixture, gconstpointer user)
{
  fixture->settings.max_epochs = 6;
  g_autoptr (Training) whole = trainer_fixture_run (fixture, NULL);

  for (int n_looks = 0; n_looks < 80; n_looks++)
    {
      fixture->n_looks = n_looks;
      g_autoptr (Trainer) trainer = trainer_fixture_open (fixture);
      fixture->config.must_end = ask_after_looks;
      g_assert_true (trainer_run (trainer, NULL));
      g_autoptr (Training) asked = trainer_fixture_copy (fixture);

      g_assert_cmpuint (asked->epochs->len, >=, 1);
      g_assert_true (isfinite (asked->best_val_rmse));
      if (asked->epochs->len > 1)
        for (guint i = 0; i < asked->epochs->len; i++)
          g_assert_cmpfloat (trainer_fixture_record (asked, i)->val_rmse, ==,
                             trainer_fixture_record (whole, i)->val_rmse);
      g_assert_true (asked->end == TRAINING_END_REQUEST || asked->epochs->len == 6);
    }
}

#define ADD(name, function) \
  g_test_add ("/trainer-resume/" name, TrainerFixture, NULL, trainer_fixture_set_up, function, \
              trainer_fixture_tear_down); \
  g_test_add ("/trainer-resume/stateful: " name, TrainerFixture, NULL, \
              trainer_fixture_set_up_stateful, function, trainer_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a restored training ends bit for bit the same",
       test_a_restored_training_ends_with_the_same_bits);
  ADD ("a wrong state is refused", test_a_wrong_state_is_refused);
  ADD ("the time limit counts earlier attempts", test_the_time_limit_counts_earlier_runs);
  ADD ("larger limits go on with the same bits", test_larger_limits_go_on_with_the_same_bits);
  ADD ("a cosine goes on with the rates of more epochs",
       test_a_cosine_goes_on_with_the_rates_of_more_epochs);
  ADD ("smaller limits refuse the state", test_smaller_limits_refuse_the_state);
  ADD ("training ends when asked", test_training_ends_when_asked);
  return g_test_run ();
}
