/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "daemon/vestim-estimate/data/preprocess.h"
#include "tests/support/read-series.h"
#include "tests/support/scratch.h"

static char *const inputs[] = { "Current", "Power", NULL };

/* (nullable) `json` has the members of selections. */
static VestimPreprocessing *
read_settings (const char *json, const char *target, char *const *names, GPtrArray *errors)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (json, strlen (json), &error);
  const VestimFieldReader reader = { vestim_json_root (doc), "s", errors };

  g_assert_no_error (error);
  return vestim_preprocessing_read (&reader, names, target);
}

/* The result, or NULL with the message in `refusal`. */
static Series *
preprocess_all (const char *json, char *const *names, const char *target, const char *text,
                char **refusal)
{
  char *folder = scratch_new ();
  g_autofree char *path = scratch_file (folder, "a.csv", text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (VestimPreprocessing) preprocessing = read_settings (json, target, names, errors);
  g_autoptr (VestimPreprocessing) copy = vestim_preprocessing_copy (preprocessing);
  const Preprocess config = { copy, names, target, VESTIM_SIGN_DISCHARGE_NEGATIVE };
  g_auto (GStrv) columns = preprocess_columns (&config);
  g_autoptr (Series) series =
      read_series (path, (const char *const *) columns, preprocess_target (&config), &error);

  g_assert_no_error (error);
  scratch_free (folder);
  g_assert_cmpuint (errors->len, ==, 0);
  if (preprocess_series (&config, series, &error))
    return g_steal_pointer (&series);
  if (!refusal)
    g_error ("%s", error->message);
  *refusal = g_strdup (error->message);
  return NULL;
}

static Series *
preprocess (const char *json, const char *text, char **refusal)
{
  g_autofree char *all = g_strdup_printf ("{\"preprocessing\": %s}", json);

  return preprocess_all (all, inputs, "SOC", text, refusal);
}

static void
assert_column (const Series *series, int column, const double *wanted)
{
  for (size_t row = 0; row < series->n_rows; row++)
    g_assert_cmpfloat_with_epsilon (
        series->inputs[row * (size_t) series->n_inputs + (size_t) column], wanted[row], 1e-9);
}

static void
test_power_is_computed_from_columns_that_are_no_inputs (void)
{
  g_autoptr (Series) series =
      preprocess ("{\"power\": true}", "Voltage,Current,SOC\n4,2,1\n3,-5,0.5\n", NULL);

  g_assert_cmpint (series->n_inputs, ==, 2);
  g_assert_cmpfloat (series->inputs[0], ==, 2);
  g_assert_cmpfloat (series->inputs[1], ==, 8);
  g_assert_cmpfloat (series->inputs[3], ==, -15);
}

/* The first row stands for the rows before a file, here as elsewhere; no later row is used. */
static void
test_an_average_is_of_the_last_rows (void)
{
  g_autoptr (Series) series =
      preprocess ("{\"moving_average\": {\"rows\": 3, \"columns\": [\"Current\"]}}",
                  "Power,Current,SOC\n1,3,1\n2,6,1\n3,9,1\n4,0,1\n", NULL);

  const double wanted[] = { 3, 1, 4, 2, 6, 3, 5, 4 };
  for (size_t i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_cmpfloat_with_epsilon (series->inputs[i], wanted[i], 1e-12);
}

static void
test_rows_are_resampled_by_straight_lines (void)
{
  g_autoptr (Series) series =
      preprocess ("{\"resample_s\": 0.5, \"resample\": \"point\"}",
                  "Time,Power,Current,SOC\n10,0,0,0\n11,1,2,4\n13,1,6,0\n", NULL);
  const double currents[] = { 0, 1, 2, 3, 4, 5, 6 }, targets[] = { 0, 2, 4, 3, 2, 1, 0 };

  g_assert_cmpuint (series->n_rows, ==, 7);
  for (size_t i = 0; i < 7; i++)
    {
      g_assert_cmpfloat_with_epsilon (series->times[i], 10 + 0.5 * (double) i, 1e-12);
      g_assert_cmpfloat_with_epsilon (series->inputs[2 * i], currents[i], 1e-12);
      g_assert_cmpfloat_with_epsilon (series->target[i], targets[i], 1e-12);
    }
}

/* Times that do not rise cannot be interpolated; a very late one would need all memory. */
static void
test_times_that_cannot_be_resampled_are_refused (void)
{
  static const char *const texts[] = {
    "Time,Power,Current,SOC\n0,0,0,0\n1e15,1,2,4\n2e15,1,6,0\n",
    "Time,Power,Current,SOC\n0,0,0,0\n0.1,1,2,4\n0.2,1,6,0\n",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *refusal = NULL;

      g_assert_null (preprocess ("{\"resample_s\": 0.5}", texts[i], &refusal));
      g_assert_nonnull (strstr (refusal, "/a.csv"));
    }
}

/* Each row stands for the time since the row before it, so the charge stays the same, also when
 * rows are not equally far apart. */
static void
test_rows_are_resampled_by_means (void)
{
  g_autoptr (Series) series =
      preprocess ("{\"resample_s\": 2}",
                  "Time,Power,Current,SOC\n10,0,1,1\n11,0,3,3\n12,0,5,5\n12.5,0,8,8\n13,0,4,4\n"
                  "14,0,0,0\n",
                  NULL);

  g_assert_cmpuint (series->n_rows, ==, 2);
  g_assert_cmpfloat_with_epsilon (series->times[0], 11, 1e-9);
  assert_column (series, 0, (double[]){ (1 + 3) / 2.0, (5 + 0.5 * 8 + 0.5 * 4) / 2 });
}

/* A 10 Hz file gives the means of ten rows, and a file of this period stays as it is. */
static void
test_means_of_equal_steps_are_those_of_their_rows (void)
{
  g_autoptr (GString) text = g_string_new ("Time,Power,Current,SOC\n");
  g_autoptr (Series) tenth = NULL, same = NULL;

  for (int i = 0; i < 30; i++)
    g_string_append_printf (text, "%g,0,%d,0\n", 5 + i * 0.1, i * i);
  tenth = preprocess ("{\"resample_s\": 1}", text->str, NULL);
  same = preprocess ("{\"resample_s\": 0.1}", text->str, NULL);

  g_assert_cmpuint (tenth->n_rows, ==, 3);
  assert_column (tenth, 0, (double[]){ 28.5, 218.5, 608.5 });
  g_assert_cmpfloat_with_epsilon (tenth->times[0], 5.9, 1e-9);
  g_assert_cmpuint (same->n_rows, ==, 30);
  for (int i = 0; i < 30; i++)
    g_assert_cmpfloat_with_epsilon (same->inputs[2 * i], i * i, 1e-6);
}

/* One second a row would be a guess. */
static void
test_times_that_are_not_known_are_refused (void)
{
  static const char text[] = "Power,Current,SOC\n0,0,0\n0,2,4\n0,4,0\n";
  static char *const mean[] = { "I", NULL };
  g_autofree char *refusal = NULL, *derived = NULL, *differ = NULL;
  g_autoptr (Series) series =
      preprocess ("{\"resample_s\": 4, \"period_s\": 2, \"resample\": \"point\"}", text, NULL);

  g_assert_cmpuint (series->n_rows, ==, 2);
  g_assert_null (preprocess ("{\"resample_s\": 2}", text, &refusal));
  g_assert_nonnull (strstr (refusal, "resample_s needs them: name their column with time_column"));
  g_assert_null (preprocess_all ("{\"derived\": [{\"name\": \"I\", \"of\": \"Current\", "
                                 "\"mean_s\": 3}]}",
                                 mean, "SOC", text, &derived));
  g_assert_nonnull (strstr (derived, "\"I\" needs them"));
  g_assert_null (
      preprocess ("{\"period_s\": 2}", "Time,Power,Current,SOC\n0,0,0,0\n1,0,2,4\n", &differ));
  g_assert_nonnull (strstr (differ, "rows are 1 s apart, but preprocessing.period_s is 2"));
}

/* The published inputs of feed-forward networks: V, I, T and the means of V and I. */
static void
test_columns_are_derived_beside_the_raw_ones (void)
{
  static char *const names[] = { "Voltage", "V_mean", "I_low", "P", "P_mean", NULL };
  g_autoptr (Series) series = preprocess_all (
      "{\"preprocessing\": {\"period_s\": 2}, \"derived\": ["
      "{\"name\": \"V_mean\", \"of\": \"Voltage\", \"mean_s\": 6},"
      "{\"name\": \"I_low\", \"of\": \"Current\", \"tau_s\": 4},"
      "{\"name\": \"P\", \"product_of\": [\"Voltage\", \"Current\"]},"
      "{\"name\": \"P_mean\", \"of\": \"P\", \"mean_s\": 4}]}",
      names, "SOC", "Current,Voltage,SOC\n2,3,1\n1,6,1\n1,9,1\n-1,0,1\n0,3,1\n", NULL);
  const double a = 1 - exp (-0.5);
  const double second = 2 - a, third = second + a * (1 - second), fourth = third - a * (1 + third);

  assert_column (series, 0, (double[]){ 3, 6, 9, 0, 3 });
  assert_column (series, 1, (double[]){ 3, 4, 6, 5, 4 });
  assert_column (series, 2, (double[]){ 2, second, third, fourth, fourth * (1 - a) });
  assert_column (series, 3, (double[]){ 6, 6, 9, 0, 0 });
  assert_column (series, 4, (double[]){ 6, 6, 7.5, 4.5, 0 });
}

/* -3600 A for a second is 1 Ah. */
static void
test_the_charge_is_counted (void)
{
  static char *const names[] = { "SOC", NULL };
  g_autoptr (Series) series = preprocess_all (
      "{\"soc\": {\"capacity_ah\": 10, \"initial\": \"full\"}}", names, "Voltage",
      "Time,Current,Voltage\n0,0,4\n1,-7200,4\n2,-7200,4\n4,3600,4\n6,36000,4\n", NULL);

  assert_column (series, 0, (double[]){ 1, 0.9, 0.7, 0.6, 1 });
  g_assert_cmpuint (series->n_clipped, ==, 1);
}

/* The sign of a counter follows from the current. */
static void
test_the_cyclers_count_is_used (void)
{
  static char *const names[] = { "Current", NULL };
  static const char settings[] =
      "{\"soc\": {\"capacity_ah\": 10, \"initial\": 0.8, \"from\": \"counter\"}}";
  g_autoptr (Series) falling = preprocess_all (
      settings, names, "SOC", "Time,Current,Capacity\n0,-3600,5\n1,-3600,4\n2,-3600,2.9\n", NULL);
  g_autoptr (Series) rising = preprocess_all (
      settings, names, "SOC", "Time,Current,Capacity\n0,-3600,0\n1,-3600,1\n2,-3600,2.1\n", NULL);
  g_autofree char *refusal = NULL;

  const double wanted[] = { 0.8, 0.7, 0.59 };

  for (int i = 0; i < 3; i++)
    {
      g_assert_cmpfloat_with_epsilon (falling->target[i], wanted[i], 1e-12);
      g_assert_cmpfloat_with_epsilon (rising->target[i], wanted[i], 1e-12);
    }
  g_assert_null (preprocess_all (settings, names, "SOC",
                                 "Time,Current,Capacity\n0,-3600,0\n1,-3600,1\n2,-3600,0\n",
                                 &refusal));
  g_assert_nonnull (strstr (refusal, "does not follow the current"));
}

/* The times before and after a gap have nothing to do with each other. */
static void
test_what_is_computed_starts_again_after_a_cut (void)
{
  static char *const names[] = { "Current", "I_mean", NULL };
  static const char text[] = "Time,Current,SOC\n0,2,0\n1,4,0\n2,6,0\n3,8,0\n103,20,0\n104,30,0\n"
                             "105,50,0\n106,40,0\n";
  static const char derived[] =
      "\"derived\": [{\"name\": \"I_mean\", \"of\": \"Current\", \"mean_s\": 4}]";
  g_autofree char *raw = g_strdup_printf ("{%s}", derived);
  g_autofree char *means =
      g_strdup_printf ("{\"preprocessing\": {\"resample_s\": 2}, %s}", derived);
  g_autofree char *points = g_strdup_printf (
      "{\"preprocessing\": {\"resample_s\": 2, \"resample\": \"point\"}, %s}", derived);
  g_autoptr (Series) as_read = preprocess_all (raw, names, "SOC", text, NULL);
  g_autoptr (Series) by_mean = preprocess_all (means, names, "SOC", text, NULL);
  g_autoptr (Series) by_point = preprocess_all (points, names, "SOC", text, NULL);

  assert_column (as_read, 1, (double[]){ 2, 2.5, 3.5, 5, 20, 22.5, 30, 35 });
  g_assert_cmpuint (series_n_segments (as_read), ==, 2);
  g_assert_cmpuint (by_mean->n_rows, ==, 4);
  assert_column (by_mean, 0, (double[]){ 3, 7, 25, 45 });
  assert_column (by_mean, 1, (double[]){ 3, 5, 25, 35 });
  g_assert_cmpuint (series_segment_begin (by_mean, 1), ==, 2);
  g_assert_cmpfloat_with_epsilon (by_mean->times[2], 104, 1e-9);
  g_assert_cmpuint (by_point->n_rows, ==, 4);
  assert_column (by_point, 0, (double[]){ 2, 6, 20, 50 });
  g_assert_cmpfloat_with_epsilon (by_point->times[2], 103, 1e-9);
}

/* What flowed while nothing was recorded is unknown, unless the cell rested. */
static void
test_a_gap_is_a_rest_or_is_refused (void)
{
  static char *const names[] = { "SOC", NULL };
  static const char settings[] = "{\"soc\": {\"capacity_ah\": 10, \"initial\": 1}}";
  static const char counter[] =
      "{\"soc\": {\"capacity_ah\": 10, \"initial\": 1, \"from\": \"counter\"}}";
  g_autofree char *refusal = NULL;
  g_autoptr (Series) rest = preprocess_all (
      settings, names, "Voltage",
      "Time,Current,Voltage\n0,-3600,4\n1,-3600,4\n2,0,4\n99,0,4\n100,-3600,4\n101,-3600,4\n",
      NULL);
  g_autoptr (Series) counted =
      preprocess_all (counter, names, "Voltage",
                      "Time,Current,Capacity,Voltage\n0,-3600,0,4\n1,-3600,-1,4\n2,-3600,-2,4\n"
                      "99,-3600,-7,4\n100,-3600,-8,4\n",
                      NULL);

  assert_column (rest, 0, (double[]){ 1, 0.9, 0.85, 0.85, 0.8, 0.7 });
  assert_column (counted, 0, (double[]){ 1, 0.9, 0.8, 0.3, 0.2 });
  g_assert_null (preprocess_all (
      settings, names, "Voltage",
      "Time,Current,Voltage\n0,-1,4\n1,-1,4\n2,-1,4\n99,-1,4\n100,-1,4\n", &refusal));
  g_assert_nonnull (strstr (refusal, "before row 4 there is a gap of 97 s"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/preprocess/power is computed from columns that are not inputs",
                   test_power_is_computed_from_columns_that_are_no_inputs);
  g_test_add_func ("/preprocess/an average uses the last rows",
                   test_an_average_is_of_the_last_rows);
  g_test_add_func ("/preprocess/rows are resampled by straight lines",
                   test_rows_are_resampled_by_straight_lines);
  g_test_add_func ("/preprocess/times that cannot be resampled are refused",
                   test_times_that_cannot_be_resampled_are_refused);
  g_test_add_func ("/preprocess/rows are resampled by means", test_rows_are_resampled_by_means);
  g_test_add_func ("/preprocess/means of equal steps are those of their rows",
                   test_means_of_equal_steps_are_those_of_their_rows);
  g_test_add_func ("/preprocess/times that are not known are refused",
                   test_times_that_are_not_known_are_refused);
  g_test_add_func ("/preprocess/columns are derived beside the raw ones",
                   test_columns_are_derived_beside_the_raw_ones);
  g_test_add_func ("/preprocess/the charge is counted", test_the_charge_is_counted);
  g_test_add_func ("/preprocess/the cycler's count is used", test_the_cyclers_count_is_used);
  g_test_add_func ("/preprocess/what is computed starts again after a cut",
                   test_what_is_computed_starts_again_after_a_cut);
  g_test_add_func ("/preprocess/a gap is a rest or is refused", test_a_gap_is_a_rest_or_is_refused);
  return g_test_run ();
}
