/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "tests/support/selections.h"

static VestimSelections *
read_with (const char *members)
{
  g_autofree char *text = g_strconcat ("{", SELECTIONS_FILES, members, "}", NULL);
  g_autofree char *faults = NULL;
  VestimSelections *selections = selections_read (text, &faults);

  g_assert_cmpstr (faults, ==, "");
  return selections;
}

static void
assert_refused (const char *members, const char *field, const char *word)
{
  g_autofree char *text = g_strconcat ("{", SELECTIONS_FILES, ",", members, "}", NULL);
  g_autofree char *faults = NULL;
  g_autofree char *begin = g_strconcat (field, ": ", NULL);

  g_assert_null (selections_read (text, &faults));
  g_assert_nonnull (strstr (faults, begin));
  g_assert_nonnull (strstr (faults, word));
}

#define ALL \
  ",\"columns\":{\"Current\":{\"column\":\"I/mA\",\"unit\":\"mA\"},\"Temp\":\"T1\"}," \
  "\"current_sign\":\"discharge_positive\",\"time_column\":\"t\",\"max_gap\":7.5," \
  "\"missing\":{\"interpolate\":3},\"on_time_error\":\"drop\",\"encoding\":\"gb18030\""

/* A file that states everything needs no setting. */
static void
test_nothing_is_assumed_by_default (void)
{
  g_autoptr (VestimSelections) selections = read_with ("");

  g_assert_cmpuint (selections->data->columns->len, ==, 0);
  g_assert_cmpint (selections->data->current_sign, ==, VESTIM_SIGN_AS_WRITTEN);
  g_assert_null (selections->data->time_column);
  g_assert_cmpfloat (selections->data->max_gap, ==, 5);
  g_assert_cmpint (selections->data->missing, ==, VESTIM_MISSING_REFUSE);
  g_assert_cmpint (selections->data->on_time_error, ==, VESTIM_TIME_ERROR_REFUSE);
  g_assert_null (vestim_data_settings_encoding (selections->data));
}

/* Each member must reach its variable. */
static void
test_given_values_are_taken (void)
{
  g_autoptr (VestimSelections) selections = read_with (ALL);
  const VestimColumn *current = vestim_data_settings_find (selections->data, "Current");

  g_assert_cmpstr (current->column, ==, "I/mA");
  g_assert_cmpstr (current->unit, ==, "mA");
  g_assert_cmpstr (vestim_data_settings_find (selections->data, "Temp")->column, ==, "T1");
  g_assert_null (vestim_data_settings_find (selections->data, "SOC"));
  g_assert_cmpint (selections->data->current_sign, ==, VESTIM_SIGN_DISCHARGE_POSITIVE);
  g_assert_cmpstr (selections->data->time_column, ==, "t");
  g_assert_cmpfloat (selections->data->max_gap, ==, 7.5);
  g_assert_cmpint (selections->data->missing, ==, VESTIM_MISSING_INTERPOLATE);
  g_assert_cmpint (selections->data->missing_rows, ==, 3);
  g_assert_cmpint (selections->data->on_time_error, ==, VESTIM_TIME_ERROR_DROP);
  g_assert_cmpstr (vestim_data_settings_encoding (selections->data), ==, "gb18030");
}

/* A model and a checkpoint keep the settings as this text. */
static void
test_what_is_written_reads_back_the_same (void)
{
  g_autoptr (VestimSelections) selections = read_with (ALL);
  g_autoptr (GString) json = g_string_new (NULL);

  vestim_data_settings_append_members (json, selections->data, ",");
  g_autoptr (VestimSelections) again = read_with (json->str);
  g_assert_true (vestim_data_settings_equal (selections->data, again->data));
}

/* So checkpoints of jobs without these settings stay valid. */
static void
test_defaults_are_not_written (void)
{
  g_autoptr (VestimSelections) selections = read_with ("");
  g_autoptr (GString) json = g_string_new (NULL);

  vestim_data_settings_append_members (json, selections->data, ",");
  g_assert_cmpstr (json->str, ==, "");
}

static void
test_copies_are_equal (void)
{
  g_autoptr (VestimSelections) selections = read_with (ALL);
  g_autoptr (VestimDataSettings) copy = vestim_data_settings_copy (selections->data);

  g_assert_true (vestim_data_settings_equal (selections->data, copy));
  copy->max_gap = 9;
  g_assert_false (vestim_data_settings_equal (selections->data, copy));
}

/* A misspelt name would leave the wrong column in use. */
static void
test_wrong_values_are_refused (void)
{
  assert_refused ("\"columns\":[]", "selections.columns", "object");
  assert_refused ("\"columns\":{\"Courant\":\"I\"}", "selections.columns", "Courant");
  assert_refused ("\"columns\":{\"Current\":3}", "selections.columns.Current", "object");
  assert_refused ("\"columns\":{\"Current\":{\"units\":\"A\"}}", "selections.columns.Current.units",
                  "unknown");
  assert_refused ("\"current_sign\":\"up\"", "selections.current_sign", "discharge_negative");
  assert_refused ("\"max_gap\":0.5", "selections.max_gap", "number");
  assert_refused ("\"missing\":\"fill\"", "selections.missing", "interpolate");
  assert_refused ("\"missing\":{\"interpolate\":0}", "selections.missing.interpolate", "whole");
  assert_refused ("\"on_time_error\":\"keep\"", "selections.on_time_error", "sort");
  assert_refused ("\"encoding\":\"latin9\"", "selections.encoding", "cp1252");
  assert_refused ("\"time_column\":\"a\",\"columns\":{\"Time\":\"b\"}", "selections.time_column",
                  "leave out");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-settings/default", test_nothing_is_assumed_by_default);
  g_test_add_func ("/data-settings/given", test_given_values_are_taken);
  g_test_add_func ("/data-settings/written", test_what_is_written_reads_back_the_same);
  g_test_add_func ("/data-settings/defaults-not-written", test_defaults_are_not_written);
  g_test_add_func ("/data-settings/copy", test_copies_are_equal);
  g_test_add_func ("/data-settings/refused", test_wrong_values_are_refused);
  return g_test_run ();
}
