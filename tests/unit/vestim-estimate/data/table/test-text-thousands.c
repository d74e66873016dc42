/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-estimate/data/table/text-thousands.h"

/* Whether the numbers of one column seem to have thousands. */
static bool
have_thousands (const char *const *numbers, char point, char separator)
{
  TextThousands thousands = { 0 };

  text_thousands_init (&thousands, 2, separator);
  for (size_t line = 1; *numbers && thousands.is_possible; numbers++, line++)
    {
      const TextCell cell = { .text = *numbers, .length = strlen (*numbers) };

      text_thousands_see (&thousands, &cell, 1, point, line);
    }
  bool found = text_thousands_are_found (&thousands);
  text_thousands_clear (&thousands);
  return found;
}

#define HAVE(point, separator, ...) \
  have_thousands ((const char *const[]){ __VA_ARGS__, NULL }, point, separator)

/* 1,234 mA must not become 1.234 mA. */
static void
test_groups_beside_hundreds_are_thousands (void)
{
  g_assert_true (HAVE (',', ';', "-851", "0", "-1,732"));
  g_assert_true (HAVE ('.', '\t', "1.003", "999"));
}

/* Decimal numbers must stay readable. */
static void
test_numbers_that_contradict_thousands_are_decimal (void)
{
  g_assert_false (HAVE (',', ';', "-851", "-1,732", "0,500"));
  g_assert_false (HAVE (',', ';', "851", "1,732", "25,5"));
  g_assert_false (HAVE (',', ';', "851", "1234,567"));
  g_assert_false (HAVE (',', ';', "851", "1,732e0"));
  g_assert_false (HAVE ('.', ';', "851", "1.732", ".5"));
}

static void
test_one_kind_of_numbers_shows_nothing (void)
{
  g_assert_false (HAVE (',', ';', "3,978", "4,012"));
  g_assert_false (HAVE (',', ';', "0", "25", "3,978"));
  g_assert_false (HAVE (',', ';', "100", "200"));
}

static void
test_commas_between_cells_leave_no_doubt (void)
{
  g_assert_false (HAVE ('.', ',', "851", "1.732"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-thousands/found", test_groups_beside_hundreds_are_thousands);
  g_test_add_func ("/text-thousands/decimal", test_numbers_that_contradict_thousands_are_decimal);
  g_test_add_func ("/text-thousands/one-kind", test_one_kind_of_numbers_shows_nothing);
  g_test_add_func ("/text-thousands/commas", test_commas_between_cells_leave_no_doubt);
  return g_test_run ();
}
