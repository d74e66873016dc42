/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "daemon/vestim-estimate/training/adam.h"

#define N 3
#define RATE 0.01

/* Far from each other, so that a mistake in one term shows. */
static const double gradients[][N] = { { 0.3, -4, 0.001 }, { -0.2, 3, 0.002 }, { 0.5, 0.1, 0 } };

static double
length_of (const double values[N])
{
  return sqrt (values[0] * values[0] + values[1] * values[1] + values[2] * values[2]);
}

/* The steps of the papers, in double precision. */
static void
follow_the_papers (const VestimHyperparameters *settings, double parameters[N])
{
  double mean[N] = { 0 }, square[N] = { 0 };
  bool is_decoupled = settings->optimizer == VESTIM_OPTIMIZER_ADAMW;

  for (size_t t = 0; t < G_N_ELEMENTS (gradients); t++)
    for (int i = 0; i < N; i++)
      {
        double clip = settings->gradient_clip, length = length_of (gradients[t]);
        double g = gradients[t][i] * (clip > 0 && length > clip ? clip / length : 1);
        double decay = is_decoupled ? RATE * settings->weight_decay * parameters[i] : 0;

        g += is_decoupled ? 0 : settings->weight_decay * parameters[i];
        mean[i] = 0.9 * mean[i] + 0.1 * g;
        square[i] = 0.999 * square[i] + 0.001 * g * g;
        parameters[i] -= decay
                         + RATE * mean[i] / (1 - pow (0.9, (double) t + 1))
                               / (sqrt (square[i] / (1 - pow (0.999, (double) t + 1))) + 1e-8);
      }
}

static void
step (Adam *adam, size_t t, float parameters[N])
{
  float gradient[N];

  for (int i = 0; i < N; i++)
    gradient[i] = (float) gradients[t][i];
  g_assert_true (adam_step (adam, RATE, gradient, parameters));
}

static void
assert_as_in_the_papers (const VestimHyperparameters *settings)
{
  double expected[N] = { 1, -2, 0.5 };
  float parameters[N] = { 1, -2, 0.5f };
  g_autoptr (Adam) adam = adam_new (N, settings);

  follow_the_papers (settings, expected);
  for (size_t t = 0; t < G_N_ELEMENTS (gradients); t++)
    step (adam, t, parameters);
  for (int i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (parameters[i], expected[i], 1e-6);
}

/* Each setting must have the meaning of its source. */
static void
test_steps_are_those_of_the_papers (void)
{
  assert_as_in_the_papers (&(VestimHyperparameters){ .optimizer = VESTIM_OPTIMIZER_ADAM });
  assert_as_in_the_papers (
      &(VestimHyperparameters){ .optimizer = VESTIM_OPTIMIZER_ADAM, .weight_decay = 0.4 });
  assert_as_in_the_papers (
      &(VestimHyperparameters){ .optimizer = VESTIM_OPTIMIZER_ADAMW, .weight_decay = 0.4 });
  assert_as_in_the_papers (&(VestimHyperparameters){ .gradient_clip = 1 });
  assert_as_in_the_papers (&(VestimHyperparameters){ .gradient_clip = 1, .weight_decay = 0.4 });
}

/* A checkpoint contains only the arrays and the count. */
static void
test_a_restored_state_goes_on_with_the_same_bits (void)
{
  const VestimHyperparameters settings = { .optimizer = VESTIM_OPTIMIZER_ADAMW,
                                           .weight_decay = 0.1 };
  float parameters[N] = { 1, 2, 3 }, restored_parameters[N];
  g_autoptr (Adam) adam = adam_new (N, &settings);
  g_autoptr (Adam) restored = adam_new (N, &settings);

  step (adam, 0, parameters);
  memcpy (restored_parameters, parameters, sizeof parameters);
  memcpy (restored->mean, adam->mean, N * sizeof (float));
  memcpy (restored->square, adam->square, N * sizeof (float));
  restored->n_steps = adam->n_steps;
  step (adam, 1, parameters);
  step (restored, 1, restored_parameters);
  g_assert_cmpmem (restored_parameters, sizeof parameters, parameters, sizeof parameters);
}

/* One bad batch must not destroy the weights before training stops. */
static void
test_a_gradient_that_is_not_finite_changes_nothing (void)
{
  const float gradient[N] = { 1, INFINITY, 0 };
  float parameters[N] = { 1, 2, 3 };
  g_autoptr (Adam) adam = adam_new (N, &(VestimHyperparameters){ 0 });

  g_assert_false (adam_step (adam, RATE, gradient, parameters));
  g_assert_cmpfloat (parameters[0], ==, 1);
  g_assert_cmpfloat (adam->mean[0], ==, 0);
  g_assert_cmpuint (adam->n_steps, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/adam/steps are those of the papers", test_steps_are_those_of_the_papers);
  g_test_add_func ("/adam/a restored state continues bit for bit",
                   test_a_restored_state_goes_on_with_the_same_bits);
  g_test_add_func ("/adam/a gradient that is not finite changes nothing",
                   test_a_gradient_that_is_not_finite_changes_nothing);
  return g_test_run ();
}
