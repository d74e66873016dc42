/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "daemon/vestim-estimate/data/preprocess.h"
#include "tests/support/scratch.h"

static char *const inputs[] = { "Current", "Power", NULL };

/* The refused fields, each with a comma after it. */
static char *
faults_of (const char *json, const char *target, char *const *names)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (json, strlen (json), NULL);
  g_autoptr (VestimPreprocessing) preprocessing =
      vestim_preprocessing_read (vestim_json_root (doc), "p", names, target, errors);
  GString *fields = g_string_new (NULL);

  g_assert_true ((preprocessing == NULL) == (errors->len > 0));
  for (guint i = 0; i < errors->len; i++)
    g_string_append_printf (fields, "%s,", ((VestimFieldError *) errors->pdata[i])->field);
  return g_string_free (fields, FALSE);
}

/* The result, or NULL with the message in `refusal`. */
static Series *
preprocess (const char *json, const char *text, char **refusal)
{
  char *folder = scratch_new ();
  g_autofree char *path = scratch_file (folder, "a.csv", text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (json, strlen (json), NULL);
  g_autoptr (VestimPreprocessing) preprocessing =
      vestim_preprocessing_read (vestim_json_root (doc), "p", inputs, "SOC", errors);
  g_autoptr (VestimPreprocessing) copy = vestim_preprocessing_copy (preprocessing);
  g_auto (GStrv) columns = preprocess_columns (copy, inputs);
  g_autoptr (Series) series = series_read (path, (const char *const *) columns, "SOC", &error);

  g_assert_no_error (error);
  scratch_free (folder);
  if (preprocess_series (copy, inputs, series, &error))
    return g_steal_pointer (&series);
  *refusal = g_strdup (error->message);
  return NULL;
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

/* A network that divides two inputs has learnt nothing about a cell. */
static void
test_the_quotient_that_is_the_answer_is_refused (void)
{
  char *const all[] = { "Power", "Current", "Voltage", NULL };
  g_autofree char *voltage = faults_of ("{\"power\": true}", "Voltage", inputs);
  g_autofree char *current = faults_of ("{\"power\": true}", "Current", all);
  g_autofree char *alone =
      faults_of ("{\"power\": true}", "Voltage", (char *const[]){ "Power", "Temp", NULL });
  g_autofree char *other = faults_of ("{\"power\": true}", "SOC", all);
  g_autofree char *unused = faults_of ("{\"power\": true}", "SOC", (char *const[]){ "x", NULL });

  g_assert_cmpstr (voltage, ==, "p.power,");
  g_assert_cmpstr (current, ==, "p.power,");
  g_assert_cmpstr (alone, ==, "");
  g_assert_cmpstr (other, ==, "");
  g_assert_cmpstr (unused, ==, "p.power,");
}

static void
test_what_is_wrong_is_named_by_its_field (void)
{
  static const struct
  {
    const char *json;
    const char *fields;
  } cases[] = {
    { "{}", "" },
    { "[]", "p," },
    { "{\"powr\": true}", "p.powr," },
    { "{\"power\": 1}", "p.power," },
    { "{\"resample_s\": 0}", "p.resample_s," },
    { "{\"resample_s\": null, \"moving_average\": null}", "" },
    { "{\"moving_average\": 5}", "p.moving_average," },
    { "{\"moving_average\": {}}", "p.moving_average.rows," },
    { "{\"moving_average\": {\"rows\": 1}}", "p.moving_average.rows," },
    { "{\"moving_average\": {\"rows\": 2, \"columns\": [\"Temp\"]}}", "p.moving_average.columns," },
    { "{\"moving_average\": {\"rows\": 2, \"columns\": [\"Power\", \"Power\"]}}",
      "p.moving_average.columns," },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *fields = faults_of (cases[i].json, "SOC", inputs);
      g_assert_cmpstr (fields, ==, cases[i].fields);
    }
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
  g_autoptr (Series) series = preprocess (
      "{\"resample_s\": 0.5}", "Time,Power,Current,SOC\n10,0,0,0\n11,1,2,4\n13,1,6,0\n", NULL);
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
    "Time,Power,Current,SOC\n1,0,0,0\n1,1,2,4\n2,1,6,0\n",
    "Time,Power,Current,SOC\n0,0,0,0\n1,1,2,4\n1e15,1,6,0\n",
    "Time,Power,Current,SOC\n0,0,0,0\n0.1,1,2,4\n0.2,1,6,0\n",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *refusal = NULL;

      g_assert_null (preprocess ("{\"resample_s\": 0.5}", texts[i], &refusal));
      g_assert_nonnull (strstr (refusal, "/a.csv"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/preprocess/power is computed from columns that are not inputs",
                   test_power_is_computed_from_columns_that_are_no_inputs);
  g_test_add_func ("/preprocess/the quotient that is the answer is refused",
                   test_the_quotient_that_is_the_answer_is_refused);
  g_test_add_func ("/preprocess/an error is reported with its field",
                   test_what_is_wrong_is_named_by_its_field);
  g_test_add_func ("/preprocess/an average uses the last rows",
                   test_an_average_is_of_the_last_rows);
  g_test_add_func ("/preprocess/rows are resampled by straight lines",
                   test_rows_are_resampled_by_straight_lines);
  g_test_add_func ("/preprocess/times that cannot be resampled are refused",
                   test_times_that_cannot_be_resampled_are_refused);
  return g_test_run ();
}
