/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestim-estimate/data/columns/units.h"

static void
assert_converts (const char *text, double value, double wanted, const char *canonical)
{
  const Unit *unit = unit_find (text);

  g_assert_nonnull (unit);
  g_assert_cmpfloat_with_epsilon (unit_convert (unit, value), wanted, 1e-9);
  g_assert_cmpstr (unit_canonical (unit->quantity), ==, canonical);
}

/* A factor of 1000 that is dropped looks like a bad network. */
static void
test_units_become_canonical (void)
{
  assert_converts ("A", -1.5, -1.5, "A");
  assert_converts ("mA", 2500, 2.5, "A");
  assert_converts ("µA", 2500000, 2.5, "A");
  assert_converts ("μA", 2500000, 2.5, "A");
  assert_converts ("mV", 3700, 3.7, "V");
  assert_converts ("K", 298.15, 25, "°C");
  assert_converts ("°F", 77, 25, "°C");
  assert_converts ("℃", -20, -20, "°C");
  assert_converts ("ms", 1500, 1.5, "s");
  assert_converts ("min", 2, 120, "s");
  assert_converts ("h", 0.5, 1800, "s");
  assert_converts ("%", 55, 0.55, "1");
  assert_converts ("mA.h", 2900, 2.9, "Ah");
  assert_converts ("As", 7200, 2, "Ah");
  assert_converts ("kW", 1.5, 1500, "W");
}

static void
test_words_may_have_capitals (void)
{
  assert_converts ("Volts", 3.7, 3.7, "V");
  assert_converts ("SEC", 3, 3, "s");
  assert_converts ("Celsius", 25, 25, "°C");
}

/* Mega and milli differ by a factor of a billion. */
static void
test_capitals_matter_in_short_units (void)
{
  g_assert_null (unit_find ("MA"));
  g_assert_null (unit_find ("MV"));
  g_assert_null (unit_find ("Ms"));
  g_assert_null (unit_find ("bar"));
  g_assert_null (unit_find (""));
}

/* A "C" alone is a temperature or a charge. */
static void
test_a_letter_means_what_the_quantity_says (void)
{
  g_assert_null (unit_find ("C"));
  g_assert_cmpint (unit_find_of ("C", UNIT_TEMPERATURE)->quantity, ==, UNIT_TEMPERATURE);
  g_assert_cmpfloat (unit_find_of ("C", UNIT_CHARGE)->factor, ==, 1 / 3600.0);
  g_assert_null (unit_find_of ("C", UNIT_VOLTAGE));
  g_assert_cmpfloat (unit_find_of ("mV", UNIT_VOLTAGE)->factor, ==, 1e-3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/units/canonical", test_units_become_canonical);
  g_test_add_func ("/units/words", test_words_may_have_capitals);
  g_test_add_func ("/units/capitals", test_capitals_matter_in_short_units);
  g_test_add_func ("/units/letters", test_a_letter_means_what_the_quantity_says);
  return g_test_run ();
}
