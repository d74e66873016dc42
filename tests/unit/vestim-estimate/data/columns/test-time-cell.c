/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-estimate/data/columns/time-cell.h"

static void
assert_elapsed (const char *text, double wanted)
{
  TimeCell cell = time_cell_parse (text, strlen (text));

  g_assert_cmpint (cell.kind, ==, TIME_CELL_ELAPSED);
  g_assert_cmpfloat_with_epsilon (cell.day_first, wanted, 1e-9);
}

static void
test_elapsed_times_become_seconds (void)
{
  assert_elapsed ("00:00:01", 1);
  assert_elapsed ("123:04:05.678", 123 * 3600 + 4 * 60 + 5.678);
  assert_elapsed (" 1:02:03,5 ", 3723.5);
  assert_elapsed ("1d 02:03:04", 86400 + 7384);
  assert_elapsed ("  0d 00:00:00.10", 0.1);
  assert_elapsed ("2 days, 00:00:01", 172801);
  assert_elapsed ("1.02:03:04", 86400 + 7384);
  assert_elapsed ("1 02:03:04", 86400 + 7384);
  assert_elapsed ("-00:00:02", -2);
}

/* Seconds since 1970, from date(1). */
static void
assert_date (const char *text, double wanted)
{
  TimeCell cell = time_cell_parse (text, strlen (text));

  g_assert_cmpint (cell.kind, ==, TIME_CELL_DATE);
  g_assert_true (cell.can_be_day_first && cell.can_be_month_first);
  g_assert_cmpfloat_with_epsilon (cell.day_first, wanted, 1e-6);
  g_assert_cmpfloat_with_epsilon (cell.month_first, wanted, 1e-6);
}

static void
test_dates_become_seconds (void)
{
  assert_date ("2021-03-04 10:20:30", 1614853230);
  assert_date ("2021-03-04T10:20:30.25Z", 1614853230.25);
  assert_date ("2021-03-04T10:20:30+01:00", 1614849630);
  assert_date ("2021/3/4 10:20", 1614853200);
  assert_date ("04.03.2021 10:20:30", 1614853230);
  assert_date ("4-Mar-2021 10:20:30", 1614853230);
  assert_date ("04-MAR-21 10:20:30", 1614853230);
  assert_date ("March 4, 2021 10:20:30 AM", 1614853230);
  assert_date ("2000-02-29", 951782400);
  assert_date ("1969-12-31 23:59:59", -1);
}

static void
test_day_and_month_may_be_exchanged (void)
{
  const char *both = "03/04/2021 00:00:00", *american = "12/31/2021 11:59:00 PM";
  TimeCell cell = time_cell_parse (both, strlen (both));

  g_assert_true (cell.can_be_day_first && cell.can_be_month_first);
  g_assert_cmpfloat (cell.day_first, ==, 1617408000);
  g_assert_cmpfloat (cell.month_first, ==, 1614816000);

  cell = time_cell_parse (american, strlen (american));
  g_assert_true (!cell.can_be_day_first && cell.can_be_month_first);
  g_assert_cmpfloat (cell.month_first, ==, 1640995140);
}

static void
test_other_texts_are_no_times (void)
{
  static const char *const texts[] = { "",
                                       "12",
                                       "12:30",
                                       "1:2:3",
                                       "00:60:00",
                                       "00:00:61",
                                       "0:00:10:100",
                                       "2021-02-30",
                                       "2021-13-01 00:00:00",
                                       "01/02/21 10:00:00",
                                       "2021-03-04 25:00:00",
                                       "2021-03-04 13:00:00 PM",
                                       "10:00:00 x",
                                       "99999999999:00:00",
                                       "rest" };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpint (time_cell_parse (texts[i], strlen (texts[i])).kind, ==, TIME_CELL_WRONG);
}

static double *
read_column (const char *const *texts)
{
  g_auto (TimeCells) cells;

  time_cells_init (&cells);
  for (; *texts; texts++)
    g_assert_true (time_cells_add (&cells, *texts, strlen (*texts)));
  return time_cells_values (&cells);
}

/* Within one day it does not matter which number is the month. */
static void
test_a_column_of_dates_counts_from_its_first (void)
{
  g_autofree double *same_day =
      read_column ((const char *const[]){ "03/04/2021 10:00:00", "03/04/2021 10:00:07", NULL });
  g_autofree double *next_day =
      read_column ((const char *const[]){ "30/04/2021 10:00:00", "01/05/2021 10:00:00", NULL });

  g_assert_cmpfloat (same_day[0], ==, 0);
  g_assert_cmpfloat (same_day[1], ==, 7);
  g_assert_cmpfloat (next_day[1], ==, 86400);
}

static void
test_an_ambiguous_column_has_no_values (void)
{
  g_assert_null (
      read_column ((const char *const[]){ "03/04/2021 10:00:00", "04/04/2021 10:00:00", NULL }));
}

static void
test_a_cell_of_another_kind_is_refused (void)
{
  g_auto (TimeCells) cells;

  time_cells_init (&cells);
  g_assert_true (time_cells_add (&cells, "30/04/2021", 10));
  g_assert_false (time_cells_add (&cells, "04/30/2021", 10));
  g_assert_false (time_cells_add (&cells, "10:00:00", 8));
  g_assert_true (time_cells_add (&cells, "01/05/2021", 10));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-cell/elapsed", test_elapsed_times_become_seconds);
  g_test_add_func ("/time-cell/dates", test_dates_become_seconds);
  g_test_add_func ("/time-cell/exchanged", test_day_and_month_may_be_exchanged);
  g_test_add_func ("/time-cell/others", test_other_texts_are_no_times);
  g_test_add_func ("/time-cell/column", test_a_column_of_dates_counts_from_its_first);
  g_test_add_func ("/time-cell/ambiguous", test_an_ambiguous_column_has_no_values);
  g_test_add_func ("/time-cell/mixed", test_a_cell_of_another_kind_is_refused);
  return g_test_run ();
}
