/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "daemon/vestim-estimate/results/task-result.h"

/* A network that was tested in windows may be useless when it keeps its state. */
static const ErrorUnit millivolts = { "V", "mV", 1 };

static void
test_tests_that_differ_are_a_warning (void)
{
  const TaskResult result = { .windowed_rmse_mv = 15.5, .stateful_rmse_mv = 142.5 };
  g_autofree char *warning = task_result_dup_warning (&result, &millivolts);

  g_assert_nonnull (strstr (warning, "more than 20 %"));
  g_assert_nonnull (strstr (warning, "142.50 mV from a network that keeps its state"));
  g_assert_nonnull (strstr (warning, "15.50 mV in windows"));
  g_assert_nonnull (strstr (warning, "\"training\": \"stateful\""));
}

static void
test_tests_that_agree_are_none (void)
{
  const TaskResult close = { .windowed_rmse_mv = 12, .stateful_rmse_mv = 10.5 };
  const TaskResult failed = { .reason = (char *) "x", .stateful_rmse_mv = 5 };

  g_assert_null (task_result_dup_warning (&close, &millivolts));
  g_assert_null (task_result_dup_warning (&failed, &millivolts));
  g_assert_true (task_result_modes_differ (12.1, 10));
  g_assert_true (task_result_modes_differ (10, 12.1));
  g_assert_false (task_result_modes_differ (11.9, 10));
  g_assert_false (task_result_modes_differ (0, 0));
  g_assert_false (task_result_modes_differ (NAN, 10));
}

/* Files seldom state the unit of a state of charge. */
static void
test_a_fraction_needs_no_unit (void)
{
  const ScalingRange fraction = { 0, 1 }, percent = { 0, 100 };

  g_assert_cmpstr (error_unit_find (NULL, "SOC", &fraction), ==, "1");
  g_assert_null (error_unit_find (NULL, "SOC", &percent));
  g_assert_null (error_unit_find (NULL, "U", &fraction));
  g_assert_cmpstr (error_unit_find ("V", "SOC", &fraction), ==, "V");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/task-result/tests that differ are a warning",
                   test_tests_that_differ_are_a_warning);
  g_test_add_func ("/task-result/tests that agree are none", test_tests_that_agree_are_none);
  g_test_add_func ("/error-unit/a fraction needs no unit", test_a_fraction_needs_no_unit);
  return g_test_run ();
}
