/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "common/estimation/vestim-preprocessing.h"
#include "common/json/vestim-fields.h"

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

/* The refused fields, each with a comma after it. */
static char *
faults_of_all (const char *json, const char *target, char *const *names)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (VestimPreprocessing) preprocessing = read_settings (json, target, names, errors);
  GString *fields = g_string_new (NULL);

  g_assert_true ((preprocessing == NULL) == (errors->len > 0));
  for (guint i = 0; i < errors->len; i++)
    g_string_append_printf (fields, "%s,", ((VestimFieldError *) errors->pdata[i])->field + 2);
  return g_string_free (fields, FALSE);
}

/* Of the object "preprocessing". */
static char *
faults_of (const char *json, const char *target, char *const *names)
{
  g_autofree char *all = g_strdup_printf ("{\"preprocessing\": %s}", json);

  return faults_of_all (all, target, names);
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

  g_assert_cmpstr (voltage, ==, "preprocessing.power,");
  g_assert_cmpstr (current, ==, "preprocessing.power,");
  g_assert_cmpstr (alone, ==, "");
  g_assert_cmpstr (other, ==, "");
  g_assert_cmpstr (unused, ==, "preprocessing.power,");
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
    { "[]", "preprocessing," },
    { "{\"powr\": true}", "preprocessing.powr," },
    { "{\"power\": 1}", "preprocessing.power," },
    { "{\"resample_s\": 0}", "preprocessing.resample_s," },
    { "{\"resample_s\": null, \"moving_average\": null}", "" },
    { "{\"moving_average\": 5}", "preprocessing.moving_average," },
    { "{\"moving_average\": {}}", "preprocessing.moving_average.rows," },
    { "{\"moving_average\": {\"rows\": 1}}", "preprocessing.moving_average.rows," },
    { "{\"moving_average\": {\"rows\": 2, \"columns\": [\"Temp\"]}}",
      "preprocessing.moving_average.columns," },
    { "{\"moving_average\": {\"rows\": 2, \"columns\": [\"Power\", \"Power\"]}}",
      "preprocessing.moving_average.columns," },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *fields = faults_of (cases[i].json, "SOC", inputs);
      g_assert_cmpstr (fields, ==, cases[i].fields);
    }
}

static void
test_a_cut_off_frequency_is_a_time_constant (void)
{
  static char *const names[] = { "I", NULL };
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (VestimPreprocessing) preprocessing = read_settings (
      "{\"derived\": [{\"name\": \"I\", \"of\": \"Current\", \"low_pass_hz\": 0.01}]}", "V", names,
      errors);
  const VestimDerived *derived = preprocessing->derived->pdata[0];

  g_assert_cmpfloat_with_epsilon (derived->seconds, 15.9154943, 1e-6);
  g_assert_cmpfloat_with_epsilon (vestim_derived_low_pass_share (derived, 1), 0.0608987, 1e-6);
}

static void
test_wrong_derived_columns_are_refused (void)
{
  static char *const names[] = { "a", "SOC", NULL };
  static const struct
  {
    const char *json;
    const char *fields;
  } cases[] = {
    { "{\"derived\": {}}", "derived," },
    { "{\"derived\": [3]}", "derived[0]," },
    { "{\"derived\": [{\"name\": \"a\", \"of\": \"I\"}]}", "derived[0]," },
    { "{\"derived\": [{\"name\": \"a\", \"mean_s\": 3}]}", "derived[0].of," },
    { "{\"derived\": [{\"of\": \"I\", \"mean_s\": 3}]}", "derived[0].name," },
    { "{\"derived\": [{\"name\": \"a\", \"of\": \"I\", \"mean_s\": 0}]}", "derived[0].mean_s," },
    { "{\"derived\": [{\"name\": \"a\", \"of\": \"I\", \"mean_s\": 3, \"tau_s\": 3}]}",
      "derived[0]," },
    { "{\"derived\": [{\"name\": \"a\", \"product_of\": [\"I\"]}]}", "derived[0].product_of," },
    { "{\"derived\": [{\"name\": \"a\", \"of\": \"a\", \"mean_s\": 3}]}", "derived[0]," },
    { "{\"derived\": [{\"name\": \"b\", \"of\": \"I\", \"mean_s\": 3}]}", "derived[0]," },
    { "{\"derived\": [{\"name\": \"V\", \"of\": \"I\", \"mean_s\": 3}]}", "derived[0]," },
    { "{\"derived\": [{\"name\": \"a\", \"of\": \"b\", \"mean_s\": 3},"
      " {\"name\": \"b\", \"of\": \"I\", \"mean_s\": 3}]}",
      "derived[0]," },
    /* From the target. */
    { "{\"derived\": [{\"name\": \"a\", \"of\": \"V\", \"mean_s\": 3}]}", "derived[0]," },
    { "{\"derived\": [{\"name\": \"a\", \"product_of\": [\"I\", \"V\"]}]}", "derived[0]," },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *fields = faults_of_all (cases[i].json, "V", names);
      g_assert_cmpstr (fields, ==, cases[i].fields);
    }
}

static void
test_a_wrong_state_of_charge_is_refused (void)
{
  static char *const names[] = { "SOC", NULL };
  static char *const counter[] = { "Capacity", NULL };
  static const struct
  {
    const char *json;
    char *const *names;
    const char *target;
    const char *fields;
  } cases[] = {
    { "{\"soc\": 1}", names, "V", "soc," },
    { "{\"soc\": {\"initial\": 1}}", names, "V", "soc.capacity_ah," },
    { "{\"soc\": {\"capacity_ah\": 3}}", names, "V", "soc.initial," },
    { "{\"soc\": {\"capacity_ah\": 3, \"initial\": 100}}", names, "V", "soc.initial," },
    { "{\"soc\": {\"capacity_ah\": 3, \"initial\": 1}}", counter, "V", "soc," },
    { "{\"soc\": {\"capacity_ah\": 3, \"initial\": 1}}", names, "Current", "soc," },
    { "{\"soc\": {\"capacity_ah\": 3, \"initial\": 1, \"from\": \"counter\"}}", counter, "SOC",
      "soc," },
    { "{\"soc\": {\"capacity_ah\": 3, \"initial\": 1}}", names, "V", "" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *fields = faults_of_all (cases[i].json, cases[i].target, cases[i].names);
      g_assert_cmpstr (fields, ==, cases[i].fields);
    }
}

/* A model's file must say all of it. */
static void
test_what_is_written_is_read_again (void)
{
  static char *const names[] = { "V_mean", "P", "SOC", NULL };
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (GString) first = g_string_new ("{\"x\": 1");
  g_autoptr (GString) second = g_string_new ("{\"x\": 1");
  g_autoptr (VestimPreprocessing) preprocessing = read_settings (
      "{\"preprocessing\": {\"resample_s\": 2, \"resample\": \"point\", \"period_s\": 0.1},"
      " \"soc\": {\"capacity_ah\": 2.9, \"initial\": 0.5, \"from\": \"counter\"}, \"derived\": ["
      "{\"name\": \"V_mean\", \"of\": \"Voltage\", \"mean_s\": 6},"
      "{\"name\": \"low\", \"of\": \"Current\", \"low_pass_hz\": 0.3},"
      "{\"name\": \"P\", \"product_of\": [\"Voltage\", \"low\"]}]}",
      "Temp", names, errors);

  g_assert_cmpuint (errors->len, ==, 0);
  vestim_preprocessing_append_members (first, preprocessing);
  g_string_append_c (first, '}');
  g_autoptr (VestimPreprocessing) again = read_settings (first->str, "Temp", names, errors);
  g_assert_cmpuint (errors->len, ==, 0);
  vestim_preprocessing_append_members (second, again);
  g_string_append_c (second, '}');
  g_assert_cmpstr (first->str, ==, second->str);
  g_assert_cmpint (again->resample, ==, VESTIM_RESAMPLE_POINT);
  g_assert_cmpint (again->soc->from, ==, VESTIM_SOC_FROM_COUNTER);
  g_assert_cmpuint (again->derived->len, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/preprocessing/the quotient that is the answer is refused",
                   test_the_quotient_that_is_the_answer_is_refused);
  g_test_add_func ("/preprocessing/an error is reported with its field",
                   test_what_is_wrong_is_named_by_its_field);
  g_test_add_func ("/preprocessing/a cut-off frequency is a time constant",
                   test_a_cut_off_frequency_is_a_time_constant);
  g_test_add_func ("/preprocessing/wrong derived columns are refused",
                   test_wrong_derived_columns_are_refused);
  g_test_add_func ("/preprocessing/a wrong state of charge is refused",
                   test_a_wrong_state_of_charge_is_refused);
  g_test_add_func ("/preprocessing/what is written is read again",
                   test_what_is_written_is_read_again);
  return g_test_run ();
}
