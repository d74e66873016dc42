/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-file-columns.h"

/* Other programs use longer names. Without its temperature a network is silently worse. */
static void
test_alike (void)
{
  static const char *const columns[] = {
    "Time", "VOLTAGE", "current_A", "Temperature", "soc", NULL
  };

  g_assert_cmpstr (dash_file_columns_find (columns, "Temp"), ==, "Temperature");
  g_assert_cmpstr (dash_file_columns_find (columns, "Current"), ==, "current_A");
  g_assert_cmpstr (dash_file_columns_find (columns, "SOC"), ==, "soc");
  g_assert_cmpstr (dash_file_columns_find (columns, "Voltage"), ==, "VOLTAGE");
}

/* The exact name comes first; among several similar ones there is no guess. */
static void
test_unsure (void)
{
  static const char *const columns[] = { "Temp",      "Temperature",     "Voltage 1",
                                         "Voltage 2", "State of Charge", NULL };

  g_assert_cmpstr (dash_file_columns_find (columns, "Temp"), ==, "Temp");
  g_assert_null (dash_file_columns_find (columns, "Voltage"));
  g_assert_null (dash_file_columns_find (columns, "Current"));
  g_assert_cmpstr (dash_file_columns_find (columns, "SOC"), ==, "State of Charge");
}

/* No file has them, but they can be inputs. */
static void
test_computed (void)
{
  static const char *const cases[][2] = {
    { "", "" },
    { "{\"soc\":", "" },
    { "[]", "" },
    { "{\"soc\":null,\"derived\":[],\"preprocessing\":{\"power\":false}}", "" },
    { "{\"soc\":{\"capacity_ah\":3},\"preprocessing\":{\"power\":true}}", "SOC Power" },
    { "{\"derived\":[{\"name\":\"V_mean\"},{\"name\":7},{\"of\":\"I\"},{\"name\":\"P\"}]}",
      "V_mean P" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) columns = dash_file_columns_computed (cases[i][0]);
      g_autofree char *list = g_strjoinv (" ", columns);

      g_assert_cmpstr (list, ==, cases[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file columns/a similar name stands for the usual one", test_alike);
  g_test_add_func ("/file columns/nothing is guessed", test_unsure);
  g_test_add_func ("/file columns/settings compute columns", test_computed);
  return g_test_run ();
}
