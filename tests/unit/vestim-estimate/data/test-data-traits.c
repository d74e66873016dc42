/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-estimate/data/data-traits.h"
#include "tests/support/read-series.h"
#include "tests/support/scratch.h"

/* Files that contradict each other, in a job and beside a model. */

static const char *const the_usual[] = { "SOC", "Current", NULL };
static const char *const unusual[] = { "Pressure", NULL };
static const char *const *inputs = the_usual;

static Series *
read_text (const char *text)
{
  char *folder = scratch_new ();
  g_autofree char *path = scratch_file (folder, "a.csv", text, strlen (text));
  g_autoptr (GError) error = NULL;
  Series *series = read_series (path, inputs, "Voltage", &error);

  g_assert_no_error (error);
  scratch_free (folder);
  return series;
}

/* Each set has one file. */
static void
make_sets (Dataset *sets[DATA_N_SETS], const char *train, const char *validation, const char *test)
{
  const char *const texts[] = { train, validation, test };

  for (int set = 0; set < DATA_N_SETS; set++)
    {
      sets[set] = g_new0 (Dataset, 1);
      sets[set]->series = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);
      g_ptr_array_add (sets[set]->series, read_text (texts[set]));
    }
}

/* (transfer full) the refusal; NULL: none. */
static char *
compare (const char *train, const char *test, DataTraits *traits)
{
  Dataset *sets[DATA_N_SETS];
  g_autoptr (VestimDataSettings) settings = vestim_data_settings_new ();
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  make_sets (sets, train, train, test);
  if (data_traits_compare (traits, sets, settings, &error))
    data_traits_compare_periods (traits, sets, true, notes, &error);
  for (int set = 0; set < DATA_N_SETS; set++)
    dataset_free (sets[set]);
  return error ? g_strdup (error->message) : NULL;
}

static void
assert_refused (const char *train, const char *test, const char *word)
{
  g_auto (DataTraits) traits;
  g_autofree char *refusal = NULL;

  data_traits_init (&traits);
  refusal = compare (train, test, &traits);
  if (!refusal || !strstr (refusal, word))
    g_error ("\"%s\" does not say \"%s\"", refusal ? refusal : "", word);
}

#define ROWS "\n1,1,4\n0.9,2,4\n"

static void
test_equal_units_are_kept (void)
{
  g_auto (DataTraits) traits;
  g_autofree char *refusal = NULL;

  data_traits_init (&traits);
  refusal = compare ("SOC,Current [A],Voltage" ROWS, "SOC,Current [mA],Voltage" ROWS, &traits);
  g_assert_cmpstr (refusal, ==, NULL);
  g_assert_cmpstr (data_traits_unit (&traits, NULL, "Current"), ==, "A");
  g_assert_null (data_traits_unit (&traits, NULL, "Voltage"));
}

static void
test_an_unknown_unit_beside_a_known_one_is_refused (void)
{
  assert_refused ("SOC,Current [A],Voltage" ROWS, "SOC,Current,Voltage" ROWS,
                  "states no unit for \"Current\"");
  assert_refused ("SOC,Current,Voltage" ROWS, "SOC,Current [A],Voltage" ROWS,
                  "{\"Current\": {\"unit\": \"A\"}}");
}

static void
test_units_that_cannot_be_converted_are_refused (void)
{
  inputs = unusual;
  assert_refused ("Pressure [bar],Voltage\n1,4\n2,4\n", "Pressure [kPa],Voltage\n1,4\n2,4\n",
                  "can't be converted");
  inputs = the_usual;
}

/* 55 % beside 0.55 is the same state of charge, and no header says so. */
static void
test_percent_beside_fractions_is_refused (void)
{
  assert_refused ("SOC,Current,Voltage" ROWS, "SOC,Current,Voltage\n100,1,4\n90,2,4\n", "percent");
}

static void
test_other_periods_are_refused (void)
{
  assert_refused ("Time,SOC,Current,Voltage\n0,1,1,4\n1,1,1,4\n",
                  "Time,SOC,Current,Voltage\n0,1,1,4\n10,1,1,4\n", "resample_s");
}

/* 20 steps of the current over a resistance. */
static char *
make_cell (double ohm)
{
  GString *text = g_string_new ("SOC,Current,Voltage\n");

  for (int row = 0; row < 40; row++)
    g_string_append_printf (text, "1,%d,%g\n", row / 2 % 2, 3.7 + ohm * (row / 2 % 2));
  return g_string_free (text, FALSE);
}

static void
test_the_other_sign_is_refused_with_the_evidence (void)
{
  g_autofree char *usual = make_cell (0.02), *turned = make_cell (-0.02);

  assert_refused (usual, turned, "19 steps of the current the voltage falls when");
  assert_refused (usual, turned, "give current_sign");
}

/* A model knows its training files. */

static void
assert_fits (const char *unit, double period, const char *text, const char *word)
{
  g_auto (DataTraits) traits;
  g_autoptr (Series) series = read_text (text);
  g_autoptr (GError) error = NULL;

  data_traits_init (&traits);
  traits.period_s = period;
  traits.current_sign = VESTIM_SIGN_DISCHARGE_NEGATIVE;
  if (unit)
    g_hash_table_insert (traits.units, g_strdup ("Current"), g_strdup (unit));
  if (data_traits_fit (&traits, series, &error))
    data_traits_fit_period (&traits, series, &error);
  if (word)
    g_assert_nonnull (strstr (error->message, word));
  else
    g_assert_no_error (error);
}

static void
test_a_model_refuses_what_it_was_not_trained_with (void)
{
  g_autofree char *turned = make_cell (-0.02), *usual = make_cell (0.02);
  const char *timed = "Time,SOC,Current [mA],Voltage\n0,1,1,4\n1,1,1,4\n";

  assert_fits ("A", 1, timed, NULL);
  assert_fits (NULL, 0, timed, NULL);
  assert_fits (NULL, 1, "Time,SOC,Current [A],Voltage\n0,1,1,4\n1,1,1,4\n", NULL);
  assert_fits (NULL, 0, usual, NULL);
  assert_fits ("A", 10, timed, "a row every 1 s, but the model was trained with one every 10 s");
  assert_fits ("A", 0, usual, "states no unit");
  assert_fits (NULL, 0, turned, "trained with the other sign");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-traits/units", test_equal_units_are_kept);
  g_test_add_func ("/data-traits/unknown", test_an_unknown_unit_beside_a_known_one_is_refused);
  g_test_add_func ("/data-traits/other-units", test_units_that_cannot_be_converted_are_refused);
  g_test_add_func ("/data-traits/percent", test_percent_beside_fractions_is_refused);
  g_test_add_func ("/data-traits/periods", test_other_periods_are_refused);
  g_test_add_func ("/data-traits/sign", test_the_other_sign_is_refused_with_the_evidence);
  g_test_add_func ("/data-traits/model", test_a_model_refuses_what_it_was_not_trained_with);
  return g_test_run ();
}
