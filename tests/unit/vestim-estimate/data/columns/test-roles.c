/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestim-estimate/data/columns/roles.h"

/* Headers of cyclers, as their names and units are split. */
static void
test_columns_of_cyclers_are_recognised (void)
{
  static const struct
  {
    const char *name;
    const char *unit;
    ColumnRole role;
  } cases[] = {
    { "Current", "A", ROLE_CURRENT },
    { "I", "mA", ROLE_CURRENT },
    { "<I>", "mA", ROLE_CURRENT },
    { "电流", "A", ROLE_CURRENT },
    { "Voltage", NULL, ROLE_VOLTAGE },
    { "Ecell", "V", ROLE_VOLTAGE },
    { "Ewe", "V", ROLE_VOLTAGE },
    { "U", "V", ROLE_VOLTAGE },
    { "Temp", NULL, ROLE_TEMPERATURE },
    { "Cell Temperature", "C", ROLE_TEMPERATURE },
    { "Aux_Temperature_1", "C", ROLE_TEMPERATURE },
    { "T1", "°C", ROLE_TEMPERATURE },
    { "SoC", "%", ROLE_SOC },
    { "Capacity", "mAh", ROLE_CAPACITY },
    { "Q", "C", ROLE_CAPACITY },
    { "Prog Time", "s", ROLE_TIME },
    { "Test_Time", "s", ROLE_TIME },
    { "~Time", "h", ROLE_TIME },
    { "Time", "h:min:s.ms", ROLE_TIME },
    { "Date_Time", NULL, ROLE_TIME },
    { "t", "ms", ROLE_TIME },
    { "Power", "W", ROLE_POWER },
    { "Amps", NULL, ROLE_CURRENT },
    { "Volts", NULL, ROLE_VOLTAGE },
    { "Potential", "V", ROLE_VOLTAGE },
    { "電流", "A", ROLE_CURRENT },
    { "電圧", "V", ROLE_VOLTAGE },
    { "時間", "s", ROLE_TIME },
    { "Unix Time", "s", ROLE_TIME },
    { "temperature_t1", "celsius", ROLE_TEMPERATURE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (role_find (cases[i].name, cases[i].unit), ==, cases[i].role);
}

/* A column that only resembles another one would be a silent error. */
static void
test_other_columns_have_no_role (void)
{
  g_assert_cmpint (role_find ("Step Time", "s"), ==, ROLE_NONE);
  g_assert_cmpint (role_find ("Charge_Capacity", "Ah"), ==, ROLE_NONE);
  g_assert_cmpint (role_find ("Chamber Temperature", "C"), ==, ROLE_NONE);
  g_assert_cmpint (role_find ("control", "mA"), ==, ROLE_NONE);
  g_assert_cmpint (role_find ("", NULL), ==, ROLE_NONE);
}

/* "V" in kilometres an hour is a speed. */
static void
test_a_unit_of_another_quantity_wins_over_the_name (void)
{
  g_assert_cmpint (role_find ("V", "A"), ==, ROLE_NONE);
  g_assert_cmpint (role_find ("T", "s"), ==, ROLE_NONE);
  g_assert_cmpint (role_find ("Current", "furlong"), ==, ROLE_NONE);
}

static void
test_kinds_of_times_are_told_apart (void)
{
  g_assert_cmpint (role_time_kind ("Total Time"), ==, ROLE_TIME_TOTAL);
  g_assert_cmpint (role_time_kind ("Time"), ==, ROLE_TIME_PLAIN);
  g_assert_cmpint (role_time_kind ("DateTime"), ==, ROLE_TIME_DATE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roles/cyclers", test_columns_of_cyclers_are_recognised);
  g_test_add_func ("/roles/others", test_other_columns_have_no_role);
  g_test_add_func ("/roles/units", test_a_unit_of_another_quantity_wins_over_the_name);
  g_test_add_func ("/roles/times", test_kinds_of_times_are_told_apart);
  return g_test_run ();
}
