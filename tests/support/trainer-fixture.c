/* SPDX-License-Identifier: MIT */
#include "tests/support/trainer-fixture.h"

#include <math.h>

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

void
trainer_fixture_set_up (TrainerFixture *fixture, gconstpointer user)
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

void
trainer_fixture_set_up_stateful (TrainerFixture *fixture, gconstpointer user)
{
  trainer_fixture_set_up (fixture, user);
  fixture->settings.training = VESTIM_TRAINING_STATEFUL;
  fixture->settings.streams = 5;
}

void
trainer_fixture_tear_down (TrainerFixture *fixture, gconstpointer user)
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
  TrainerFixture *fixture = user;

  return fixture->now += fixture->second_per_look;
}

static void
on_epoch (const Training *training, void *user)
{
  TrainerFixture *fixture = user;

  g_assert_cmpuint (training->epochs->len, ==, ++fixture->n_epochs);
  if (fixture->states)
    {
      GByteArray *state = g_byte_array_new ();

      trainer_save (fixture->trainer, state);
      g_ptr_array_add (fixture->states, state);
    }
}

Trainer *
trainer_fixture_open (TrainerFixture *fixture)
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

void
trainer_fixture_result_free (Training *training)
{
  g_array_unref (training->epochs);
  g_free (training->parameters);
  g_free (training);
}

Training *
trainer_fixture_copy (const TrainerFixture *fixture)
{
  const Training *training = trainer_training (fixture->trainer);
  Training *copy = g_memdup2 (training, sizeof *training);

  copy->epochs = g_array_copy (training->epochs);
  copy->parameters =
      g_memdup2 (training->parameters, network_n_parameters (fixture->network) * sizeof (float));
  return copy;
}

Training *
trainer_fixture_run (TrainerFixture *fixture, GError **error)
{
  g_autoptr (Trainer) trainer = trainer_fixture_open (fixture);

  return trainer_run (trainer, error) ? trainer_fixture_copy (fixture) : NULL;
}

const EpochRecord *
trainer_fixture_record (const Training *training, guint index)
{
  return &g_array_index (training->epochs, EpochRecord, index);
}
