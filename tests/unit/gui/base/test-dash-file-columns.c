/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-file-columns.h"

/* Other programs have longer names: a network without its temperature is silently a worse one. */
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

/* The name itself comes first, and one of several is nobody's guess. */
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file columns/what looks like a usual one stands for it", test_alike);
  g_test_add_func ("/file columns/nothing is guessed", test_unsure);
  return g_test_run ();
}
