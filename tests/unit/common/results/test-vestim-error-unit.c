/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-error-unit.h"

#include <math.h>

static void
assert_text (const char *metrics, double error, const char *wanted)
{
  const VestimErrorUnit unit = vestim_error_unit_parse (metrics);
  g_autofree char *text = vestim_error_unit_text (&unit, error);

  g_assert_cmpstr (text, ==, wanted);
}

/* Old results have no unit, and were of voltages. */
static void
test_text (void)
{
  assert_text (NULL, 17.42, "17.4 mV");
  assert_text ("{}", NAN, "–");
  assert_text ("{\"error_unit\":\"%\",\"error_factor\":0.1}", 10.58, "1.06 %");
  assert_text ("{\"error_unit\":\"°C\",\"error_factor\":0.001}", 1234.5, "1.234 °C");
  assert_text ("{\"error_unit\":\"\",\"error_factor\":0.001}", 500, "0.5");
}

/* A curve of a running job has no unit yet, unless it is that of a voltage. */
static void
test_running (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  VestimErrorUnit unit = vestim_error_unit_of_job (job);

  g_assert_cmpstr (unit.name, ==, "mV");
  g_free (job->selections);
  job->selections = g_strdup ("{\"target\":\"SOC\"}");
  unit = vestim_error_unit_of_job (job);
  g_assert_cmpstr (unit.name, ==, "");
  g_assert_cmpfloat (unit.factor, ==, 0.001);
  job->details.metrics = g_strdup ("{\"error_unit\":\"%\",\"error_factor\":0.1}");
  unit = vestim_error_unit_of_job (job);
  g_assert_cmpstr (unit.name, ==, "%");
}

static void
test_title (void)
{
  g_autofree char *title = vestim_error_unit_title ("RMSE", "mV");
  g_autofree char *plain = vestim_error_unit_title ("SOC", "");

  g_assert_cmpstr (title, ==, "RMSE (mV)");
  g_assert_cmpstr (plain, ==, "SOC");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error-unit/an error has its unit", test_text);
  g_test_add_func ("/error-unit/a running job may have none", test_running);
  g_test_add_func ("/error-unit/a title has the unit", test_title);
  return g_test_run ();
}
