/* SPDX-License-Identifier: MIT */

/* Every number is the double that is nearest to it, as strtod() has it. */

#include <glib.h>
#include <math.h>
#include <string.h>

#include "daemon/vestim-estimate/base/number-scale.h"
#include "daemon/vestim-estimate/base/number.h"
#include "daemon/vestim-estimate/base/random.h"

#define N_RANDOM 1000000

static void
assert_exact (const char *text)
{
  double expected = g_ascii_strtod (text, NULL), value = NAN;

  g_assert_cmpint (number_parse (text, strlen (text), '.', &value), ==, NUMBER_OK);
  if (memcmp (&value, &expected, sizeof value) != 0)
    g_error ("%s is read as %.17g, not as %.17g", text, value, expected);
}

/* Of 1 to 25 digits, with a point somewhere, a sign and an exponent. */
static void
write_number (Random *random, char *text)
{
  int n_digits = 1 + (int) random_below (random, 25);
  int point = (int) random_below (random, (uint32_t) n_digits + 1);

  if (random_below (random, 2))
    *text++ = '-';
  for (int i = 0; i < n_digits; i++)
    {
      if (i == point)
        *text++ = '.';
      *text++ = (char) ('0' + random_below (random, 10));
    }
  *text = '\0';
  if (random_below (random, 3) == 0)
    g_snprintf (text, 8, "e%d", (int) random_below (random, 120) - 60);
}

static void
test_random_numbers_are_exact (void)
{
  char text[64];
  Random random;

  random_init (&random, 1);
  for (int i = 0; i < N_RANDOM; i++)
    {
      write_number (&random, text);
      assert_exact (text);
    }
}

/* What programs write for a double, in 15 to 17 digits. */
static void
test_written_doubles_come_back (void)
{
  char text[64];
  Random random;

  random_init (&random, 2);
  for (int i = 0; i < N_RANDOM; i++)
    {
      double value =
          (random_uniform (&random) - 0.5) * pow (10, (int) random_below (&random, 16) - 8);

      g_snprintf (text, sizeof text, "%.*g", 15 + i % 3, value);
      assert_exact (text);
      g_snprintf (text, sizeof text, "%.*f", i % 18, value);
      assert_exact (text);
    }
}

/* Halfway between two doubles, and just beside: where a wrong rounding shows. */
static void
test_ties_go_to_the_even_number (void)
{
  char text[64];
  Random random;

  random_init (&random, 3);
  for (int i = 0; i < N_RANDOM / 4; i++)
    {
      uint64_t whole = (UINT64_C (1) << 53) | (random_next (&random) >> 11);
      uint64_t tie = 2 * whole + 1;

      for (int beside = -1; beside <= 1; beside++)
        {
          g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, tie + (uint64_t) beside);
          assert_exact (text);
          /* A tie times 5^n / 10^n = 1 / 2^n is one as well. */
          g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT "e-1",
                      tie / 64 * 5 + (uint64_t) beside);
          assert_exact (text);
        }
    }
}

static void
test_hard_numbers_are_exact (void)
{
  static const char *const texts[] = {
    "9007199254740992",
    "9007199254740993",
    "9007199254740994",
    "9007199254740995",
    "9007199254740993.0",
    "0.1",
    "0.3",
    "1e22",
    "1e23",
    "8.5e22",
    "5e-324",
    "2.2250738585072014e-308",
    "2.2250738585072011e-308",
    "1.7976931348623157e308",
    "18446744073709551615",
    "9999999999999999999",
    "0.9999999999999999999",
    "1.00000000000000011102230246251565404",
    "123456789012345678e-35",
    "6929495644600919.5",
    "3.7e-6",
    "10000000000000000000e-19",
    "0000000000000000000.5",
    "1448997445238699",
    "2.5e-48",
    "1e48",
    "9e-49",
    "0.000",
    "-0.0",
    "0e5",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_exact (texts[i]);
}

/* Else all of the above would be true of strtod() alone. */
static void
test_the_fast_way_is_taken (void)
{
  double value = 0;

#ifndef __SIZEOF_INT128__
  g_test_skip ("it needs integers of 128 bits");
  return;
#endif
  g_assert_true (number_scale (37000000000000002, -16, &value));
  g_assert_cmpfloat (value, ==, 3.7000000000000002);
  g_assert_false (number_scale (1, 300, &value));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/number/random numbers are exact", test_random_numbers_are_exact);
  g_test_add_func ("/number/written doubles come back", test_written_doubles_come_back);
  g_test_add_func ("/number/ties go to the even number", test_ties_go_to_the_even_number);
  g_test_add_func ("/number/hard numbers are exact", test_hard_numbers_are_exact);
  g_test_add_func ("/number/the fast way is taken", test_the_fast_way_is_taken);
  return g_test_run ();
}
