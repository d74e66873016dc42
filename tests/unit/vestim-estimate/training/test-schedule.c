/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>

#include "daemon/vestim-estimate/training/schedule.h"

static Schedule
new_schedule (VestimScheduleKind kind)
{
  const VestimHyperparameters settings = {
    .learning_rate = 0.8,
    .schedule = kind,
    .schedule_factor = 0.5,
    .schedule_patience = 1,
    .schedule_period = 3,
    .max_epochs = 8,
  };
  Schedule schedule;

  schedule_init (&schedule, &settings);
  return schedule;
}

/* The rates of the epochs, given the validation error after each. */
static void
assert_rates (VestimScheduleKind kind, const double *errors, const double *rates, int n)
{
  Schedule schedule = new_schedule (kind);

  for (int epoch = 0; epoch < n; epoch++)
    {
      g_assert_cmpfloat_with_epsilon (schedule.rate, rates[epoch], 1e-12);
      schedule_step (&schedule, errors[epoch]);
    }
}

static const double worse[] = { 1, 2, 3, 4, 5, 6, 7, 8 };

/* The rate falls after more than `patience` epochs without improvement, not after exactly that
 * many. */
static void
test_the_plateau_waits_for_patience_to_run_out (void)
{
  assert_rates (VESTIM_SCHEDULE_PLATEAU, worse,
                (double[]){ 0.8, 0.8, 0.8, 0.4, 0.4, 0.2, 0.2, 0.1 }, 8);
}

static void
test_the_step_comes_after_each_period (void)
{
  assert_rates (VESTIM_SCHEDULE_STEP, worse, (double[]){ 0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2 },
                8);
}

/* The full rate at the first epoch, half of it in the middle, not yet 0 at the last. */
static void
test_the_cosine_falls_over_all_epochs (void)
{
  Schedule schedule = new_schedule (VESTIM_SCHEDULE_COSINE);

  for (int epoch = 0; epoch < 8; epoch++)
    {
      g_assert_cmpfloat_with_epsilon (schedule.rate, 0.4 * (1 + cos (G_PI * epoch / 8)), 1e-12);
      schedule_step (&schedule, 1);
    }
  g_assert_cmpfloat_with_epsilon (schedule.rate, 0, 1e-12);
}

static void
test_none_keeps_the_rate (void)
{
  assert_rates (VESTIM_SCHEDULE_NONE, worse, (double[]){ 0.8, 0.8, 0.8, 0.8, 0.8 }, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/the plateau waits for patience to run out",
                   test_the_plateau_waits_for_patience_to_run_out);
  g_test_add_func ("/schedule/the step comes after each period",
                   test_the_step_comes_after_each_period);
  g_test_add_func ("/schedule/the cosine falls over all epochs",
                   test_the_cosine_falls_over_all_epochs);
  g_test_add_func ("/schedule/none keeps the rate", test_none_keeps_the_rate);
  return g_test_run ();
}
