/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "daemon/vestim-estimate/results/error-breakdown.h"
#include "tests/support/read-series.h"
#include "tests/support/scratch.h"

static Dataset *
read_table (const char *text, const char *const *inputs)
{
  char *folder = scratch_new ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (paths, scratch_file (folder, "a.csv", text, strlen (text)));
  Dataset *dataset = read_dataset (paths, inputs, "Voltage", &error);
  g_assert_no_error (error);
  error_breakdown_classify (dataset, inputs);
  scratch_free (folder);
  return dataset;
}

static char *
format_bands (const ErrorBreakdown *breakdown)
{
  GString *json = g_string_new (NULL);

  error_breakdown_append_bands (json, breakdown);
  return g_string_free (json, FALSE);
}

/* A user must know where a model is weak before it is deployed. */
static void
test_errors_are_sorted_into_bands (void)
{
  static const char *const inputs[] = { "Temp", "Current", NULL };
  const float predicted[] = { 3.003f, 3.004f, 3 };
  g_autoptr (Dataset) dataset =
      read_table ("Temp,Current,Voltage\n-5,20,3\n4.9,20,3\n5,-0.1,3\n", inputs);
  ErrorBreakdown breakdown = error_breakdown_of (dataset->series->pdata[0], predicted);

  g_assert_cmpuint (breakdown.bands[ERROR_AXIS_TEMPERATURE][2].n_rows, ==, 2);
  g_assert_cmpuint (breakdown.bands[ERROR_AXIS_TEMPERATURE][3].n_rows, ==, 1);
  g_assert_cmpuint (breakdown.bands[ERROR_AXIS_CURRENT][8].n_rows, ==, 2);
  g_assert_cmpuint (breakdown.bands[ERROR_AXIS_CURRENT][4].n_rows, ==, 1);
  g_assert_cmpfloat_with_epsilon (breakdown.bands[ERROR_AXIS_TEMPERATURE][2].squares, 25e-6, 1e-8);
}

/* A missing column has no bands, and a band without rows is left out. */
static void
test_what_is_not_there_is_left_out (void)
{
  static const char *const inputs[] = { "SOC", NULL };
  const float predicted[] = { 3.002f, 2.998f };
  g_autoptr (Dataset) dataset = read_table ("SOC,Voltage\n0.05,3\n0.06,3\n", inputs);
  ErrorBreakdown breakdown = error_breakdown_of (dataset->series->pdata[0], predicted);
  g_autofree char *json = format_bands (&breakdown);

  g_assert_true (g_str_has_prefix (
      json, "\"soc\": [{\"from\": null, \"to\": 0.1, \"rows\": 2, \"rmse_mv\": "));
  g_assert_null (strstr (json, "temperature"));
  g_assert_null (strstr (json, "}, {"));
}

static void
test_percent_of_charge_are_known (void)
{
  static const char *const inputs[] = { "SOC", NULL };
  const float predicted[] = { 3, 3, 3 };
  g_autoptr (Dataset) dataset = read_table ("SOC,Voltage\n100,3\n1,3\n50,3\n", inputs);
  ErrorBreakdown breakdown = error_breakdown_of (dataset->series->pdata[0], predicted);

  g_assert_cmpuint (breakdown.bands[ERROR_AXIS_SOC][0].n_rows, ==, 1);
  g_assert_cmpuint (breakdown.bands[ERROR_AXIS_SOC][3].n_rows, ==, 1);
  g_assert_cmpuint (breakdown.bands[ERROR_AXIS_SOC][5].n_rows, ==, 1);
}

/* With a row each half second, a minute has 120 rows. */
static void
test_the_worst_minute_is_found (void)
{
  static const char *const inputs[] = { "SOC", NULL };
  g_autoptr (GString) text = g_string_new ("Time,SOC,Voltage\n");
  float predicted[1000];

  for (int i = 0; i < 1000; i++)
    {
      g_string_append_printf (text, "%g,1,3\n", 10 + i * 0.5);
      predicted[i] = 3.0f + (i >= 400 && i < 520 ? 0.02f : 0.001f);
    }
  g_autoptr (Dataset) dataset = read_table (text->str, inputs);
  ErrorBreakdown breakdown = error_breakdown_of (dataset->series->pdata[0], predicted);

  g_assert_cmpuint (breakdown.worst_rows, ==, 120);
  g_assert_cmpfloat (breakdown.worst_from, ==, 210);
  g_assert_cmpfloat (breakdown.worst_to, ==, 269.5);
  g_assert_cmpfloat_with_epsilon (breakdown.worst_rmse, 0.02, 1e-5);
}

static void
test_a_short_file_is_one_stretch (void)
{
  static const char *const inputs[] = { "SOC", NULL };
  const float predicted[] = { 3.001f, 3.001f, 3.001f };
  g_autoptr (Dataset) dataset = read_table ("SOC,Voltage\n1,3\n1,3\n1,3\n", inputs);
  ErrorBreakdown breakdown = error_breakdown_of (dataset->series->pdata[0], predicted);

  g_assert_cmpuint (breakdown.worst_rows, ==, 3);
  g_assert_cmpfloat (breakdown.worst_to, ==, 2);
  g_assert_cmpfloat_with_epsilon (breakdown.worst_rmse, 0.001, 1e-6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error-breakdown/errors are sorted into bands",
                   test_errors_are_sorted_into_bands);
  g_test_add_func ("/error-breakdown/a missing column is left out",
                   test_what_is_not_there_is_left_out);
  g_test_add_func ("/error-breakdown/charge in percent is recognised",
                   test_percent_of_charge_are_known);
  g_test_add_func ("/error-breakdown/the worst minute is found", test_the_worst_minute_is_found);
  g_test_add_func ("/error-breakdown/a short file is one stretch",
                   test_a_short_file_is_one_stretch);
  return g_test_run ();
}
