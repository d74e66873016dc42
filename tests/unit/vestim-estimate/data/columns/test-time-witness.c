/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestim-estimate/data/columns/time-witness.h"
#include "tests/support/scratch.h"

#define DATE "2024-05-17 09:30:"

/* Reads a file with the times `step` apart and a date each second. False with `error` when they
 * contradict each other. */
static bool
agree (const char *names, double step, bool is_named, GError **error)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *path = scratch_path (folder, "data.csv");
  g_autoptr (GString) text = g_string_new (names);
  g_autoptr (TableFile) file = NULL;
  const FoundColumn time = { .index = 0, .is_named = is_named };
  TimeWitness witness = { 0 };
  double value = 0;

  for (int i = 0; i < 40; i++)
    g_string_append_printf (text, "%g," DATE "%02d\n", i * step, i);
  scratch_write (path, text->str);
  file = table_open (path, NULL, error);
  g_assert_nonnull (file);

  time_witness_init (&witness, file, &time);
  while (table_next_row (file, error) == TABLE_ROW)
    {
      g_assert_true (table_number (file, 0, &value, error));
      time_witness_add (&witness, file, value);
    }
  return time_witness_agrees (&witness, file, &time, path, error);
}

/* A public export states milliseconds as seconds: its periods and gaps would all be wrong. */
static void
test_milliseconds_beside_dates_are_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (agree ("Time [s],Date Time\n", 1000, false, &error));
  g_assert_nonnull (strstr (error->message, "\"Time [s]\" goes on by 39000 s"));
  g_assert_nonnull (strstr (error->message, "\"Date Time\" go on by 39 s"));
}

/* The clock goes on in pauses that the time of a test leaves out. */
static void
test_equal_and_slower_times_are_taken (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (agree ("Time [s],Date Time\n", 1, false, &error));
  g_assert_true (agree ("Time [s],Date Time\n", 0.001, false, &error));
  g_assert_no_error (error);
}

static void
test_other_columns_are_no_witness (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (agree ("Time [s],Calibration\n", 1000, false, &error));
  g_assert_no_error (error);
}

static void
test_a_column_that_the_user_named_needs_no_witness (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (agree ("Time [s],Date Time\n", 1000, true, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-witness/milliseconds", test_milliseconds_beside_dates_are_refused);
  g_test_add_func ("/time-witness/slower", test_equal_and_slower_times_are_taken);
  g_test_add_func ("/time-witness/others", test_other_columns_are_no_witness);
  g_test_add_func ("/time-witness/named", test_a_column_that_the_user_named_needs_no_witness);
  return g_test_run ();
}
