/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/base/number.h"
#include "daemon/vestim-estimate/data/series.h"
#include "tests/support/read-series.h"
#include "tests/support/scratch.h"

static const char *const inputs[] = { "SOC", "Current", NULL };

static Series *
read_data (const char *data, size_t length, GError **error)
{
  char *folder = scratch_new ();
  g_autofree char *path = scratch_file (folder, "a.csv", data, length);
  Series *series = read_series (path, inputs, "Voltage", error);

  scratch_free (folder);
  return series;
}

static Series *
read_good (const char *text)
{
  g_autoptr (GError) error = NULL;
  Series *series = read_data (text, strlen (text), &error);

  g_assert_no_error (error);
  return series;
}

/* The message has all words of the NULL-terminated list. */
static void
assert_refused (const char *text, const char *word, ...)
{
  g_autoptr (GError) error = NULL;
  va_list words;

  g_assert_null (read_data (text, strlen (text), &error));
  g_assert_nonnull (error);
  va_start (words, word);
  for (; word; word = va_arg (words, const char *))
    if (!strstr (error->message, word))
      g_error ("\"%s\" does not say \"%s\"", error->message, word);
  va_end (words);
}

/* Columns are found by name in any order; other columns are ignored. */
static void
test_columns_are_found_by_name (void)
{
  g_autoptr (Series) series =
      read_good (" Note ,Voltage,SOC , Current\nx,4.1,1,-0.5\ny,4.0,0.9,-2e0\n");

  g_assert_cmpuint (series->n_rows, ==, 2);
  g_assert_cmpint (series->n_inputs, ==, 2);
  g_assert_cmpfloat (series->inputs[0], ==, 1);
  g_assert_cmpfloat (series->inputs[1], ==, -0.5);
  g_assert_cmpfloat (series->inputs[3], ==, -2);
  g_assert_cmpfloat (series->target[1], ==, 4.0);
  g_assert_null (series->times);
}

/* The formats of other systems. */
static void
test_line_ends_and_marks_are_accepted (void)
{
  static const char *const texts[] = {
    "SOC,Current,Voltage\r\n1,2,3\r\n4,5,6\r\n",
    "SOC,Current,Voltage\n1,2,3\n4,5,6",
    "\xef\xbb\xbfSOC,Current,Voltage\n1,2,3\n4,5,6\n",
    "SOC,Current,Voltage\n 1 ,\t2,3\n4,5,+6\n\n\r\n",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (Series) series = read_good (texts[i]);

      g_assert_cmpuint (series->n_rows, ==, 2);
      g_assert_cmpfloat (series->inputs[3], ==, 5);
      g_assert_cmpfloat (series->target[1], ==, 6);
    }
}

/* Times go into the predictions; dates can't, so row numbers replace them. */
static void
test_times_are_read_unless_they_are_words (void)
{
  g_autoptr (Series) with = read_good ("Time,SOC,Current,Voltage\n0.5,1,2,3\n1.5,4,5,6\n");
  g_autoptr (Series) dates = read_good ("Time,SOC,Current,Voltage\n10:00,1,2,3\n10:01,4,5,6\n");

  g_assert_cmpfloat (with->times[1], ==, 1.5);
  g_assert_null (dates->times);
  assert_refused ("Time,SOC,Current,Voltage\n0,1,2,3\nx,4,5,6\n", "line 3", "\"Time\"", NULL);
  assert_refused ("Time,SOC,Current,Voltage\nx,1,2,3\n1,4,5,6\n", "line 2", "\"Time\"", NULL);
}

/* The user must find the cell without a search. */
static void
test_a_bad_cell_is_named (void)
{
  assert_refused ("SOC,Current,Voltage\n1,2,3\n4,abc,6\n", "/a.csv", "line 3", "\"Current\"",
                  "\"abc\" is not a number", NULL);
  assert_refused ("SOC,Current,Voltage\n1,2,3\n4,5,\n", "line 3", "\"Voltage\"", "missing", NULL);
  assert_refused ("SOC,Current,Voltage\n1,2,3\n4,5,nan\n", "line 3", "missing", NULL);
  assert_refused ("SOC,Current,Voltage\n1,2,3\n4,-inf,1\n", "\"-inf\" is not finite", NULL);
  assert_refused ("SOC,Current,Voltage\n1,2,3\n4,1e999,1\n", "\"1e999\" is not finite", NULL);
  assert_refused ("SOC,Current,Voltage\n1,2,3\n4,0x10,1\n", "\"0x10\" is not a number", NULL);
  assert_refused ("SOC,Current,Voltage\n1,2,3\n4,1 2,1\n", "\"1 2\" is not a number", NULL);
}

static void
test_a_bad_table_is_named (void)
{
  assert_refused ("", "is empty", NULL);
  assert_refused ("\n1,2,3\n", "line 2", "have no names", NULL);
  assert_refused ("SOC,Current,X\n1,2,3\n4,5,6\n", "line 1", "no column \"Voltage\"",
                  "SOC, Current, X", NULL);
  assert_refused ("s,Current,Voltage\n1,2,3\n4,5,6\n", "no column \"SOC\"", NULL);
  assert_refused ("SOC,SOC,Current,Voltage\n1,1,2,3\n1,4,5,6\n", "\"SOC\" occurs 2 times", NULL);
  assert_refused ("SOC,Current,Voltage\n", "has 0 rows", NULL);
  assert_refused ("SOC,Current,Voltage\n1,2,3\n", "has 1 row ", "at least 2", NULL);
  assert_refused ("SOC,Current,Voltage\n1,2,3\n4,5\n", "line 3 has 2 cells", "3 columns", NULL);
  assert_refused ("SOC,Current,Voltage\n1,2,3\n4,5,6,7\n", "line 3 has 4 cells", NULL);
  assert_refused ("SOC,Current,Voltage\n1,2,3\n,,\n4,5,6\n", "line 3", "missing", NULL);
}

/* A binary file must be refused soon and in fixed memory. */
static void
test_endless_lines_and_nul_bytes_are_refused (void)
{
  g_autofree char *line = g_strnfill (300000, '7');
  g_autofree char *text = g_strconcat ("SOC,Current,Voltage\n1,2,3\n", line, "\n4,5,6\n", NULL);
  static const char nul[] = "SOC,Current,Voltage\n1,2,3\n4,5\0,6\n";
  g_autoptr (GError) error = NULL;

  assert_refused (line, "has no table", NULL);
  assert_refused (text, "line 3 is longer", NULL);
  g_assert_null (read_data (nul, sizeof nul - 1, &error));
  g_assert_nonnull (strstr (error->message, "line 3"));
}

/* No row may be lost when a line spans two reads. */
static void
test_files_longer_than_the_buffer_are_read_whole (void)
{
  g_autoptr (GString) text = g_string_new ("SOC,Current,Voltage\n");
  const int n = 100000;

  for (int i = 0; i < n; i++)
    g_string_append_printf (text, "%d,%d.25,%d\n", i, -i, i % 7);
  g_autoptr (Series) series = read_good (text->str);

  g_assert_cmpuint (series->n_rows, ==, n);
  for (int i = 0; i < n; i++)
    {
      g_assert_cmpfloat (series->inputs[2 * i], ==, i);
      g_assert_cmpfloat (series->target[i], ==, i % 7);
    }
}

/* Opening a file must never wait: a FIFO without a writer would block for ever. */
static void
test_what_is_no_file_is_refused (void)
{
  char *folder = scratch_new ();
  g_autofree char *fifo = g_build_filename (folder, "fifo.csv", NULL);
  g_autofree char *none = g_build_filename (folder, "none.csv", NULL);
  const struct
  {
    const char *path;
    const char *word;
  } cases[] = { { fifo, "a FIFO" },
                { none, "No such file" },
                { folder, "a folder" },
                { "/dev/zero", "a device" } };

  g_assert_cmpint (mkfifo (fifo, 0666), ==, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read_series (cases[i].path, inputs, "Voltage", &error));
      g_assert_nonnull (strstr (error->message, cases[i].word));
      g_assert_nonnull (strstr (error->message, cases[i].path));
    }
  scratch_free (folder);
}

static void
test_an_unreadable_file_is_named (void)
{
  if (geteuid () == 0)
    {
      g_test_skip ("root reads everything");
      return;
    }

  char *folder = scratch_new ();
  g_autofree char *path = scratch_file (folder, "a.csv", "x\n", 2);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (chmod (path, 0), ==, 0);
  g_assert_null (read_series (path, inputs, "Voltage", &error));
  g_assert_nonnull (strstr (error->message, "Permission denied"));
  scratch_free (folder);
}

/* The order of the files decides the order of the windows, and so the result. */
static void
test_a_folder_is_its_files_by_name (void)
{
  char *folder = scratch_new ();
  const char *const names[] = { "b.csv", "a.csv", "c.CSV", "note.txt", ".hidden.csv" };
  g_autoptr (GError) error = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    g_free (scratch_file (folder, names[i], "", 0));

  g_autoptr (GPtrArray) files =
      data_files_expand ((const char *const[]){ "/x.csv", folder, NULL }, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, 4);
  g_assert_cmpstr (files->pdata[0], ==, "/x.csv");
  g_assert_true (g_str_has_suffix (files->pdata[1], "/a.csv"));
  g_assert_true (g_str_has_suffix (files->pdata[2], "/b.csv"));
  g_assert_true (g_str_has_suffix (files->pdata[3], "/c.CSV"));
  scratch_free (folder);
}

static void
test_an_empty_folder_is_refused (void)
{
  char *folder = scratch_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (data_files_expand ((const char *const[]){ folder, NULL }, &error));
  g_assert_nonnull (strstr (error->message, folder));
  scratch_free (folder);
}

static void
assert_parsed_as_by_strtod (const char *text)
{
  double value = 0;

  if (number_parse (text, strlen (text), '.', &value) != NUMBER_OK || value != strtod (text, NULL))
    g_error ("%s was read as %.17g", text, value);
}

/* The fast conversion must round like the slow one. */
static void
test_numbers_are_rounded_correctly (void)
{
  static const char *const texts[] = {
    "0",
    "-0.0",
    "1",
    "4.18632",
    ".5",
    "5.",
    "1e22",
    "1e23",
    "9007199254740993",
    "1e-22",
    "1e-23",
    "123456789012345678",
    "12345678901234567890123",
    "2.2250738585072011e-308",
    "4.9e-324",
    "1.7976931348623157e308",
    "0.000000000000000000000000000000012345",
    "1E+5",
    "00012.50",
    "8.5e-400",
    "36893488147419103232",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_parsed_as_by_strtod (texts[i]);
  for (int i = 0; i < 100000; i++)
    {
      char text[64];

      g_snprintf (text, sizeof text, "%.*g", 1 + g_test_rand_int_range (0, 20),
                  g_test_rand_double_range (-1, 1) * pow (10, g_test_rand_int_range (-30, 30)));
      assert_parsed_as_by_strtod (text);
    }
}

static void
test_what_is_no_number_is_refused (void)
{
  static const char *const texts[] = { "",   " ",     ".",   "-",   "+-1",   "1e",    "1e+",
                                       "e5", "1.2.3", "1,2", "--1", "0x1p3", "1_000", "١" };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      double value = 7;
      NumberResult result = number_parse (texts[i], strlen (texts[i]), '.', &value);

      g_assert_true (result == NUMBER_INVALID || result == NUMBER_EMPTY);
      g_assert_cmpfloat (value, ==, 7);
    }
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Steps that are all equal, few different ones, and all different. */
static void
test_the_median_step_is_that_of_sorted_steps (void)
{
  enum
  {
    MOST = 200
  };

  for (int n = 2; n <= MOST; n++)
    {
      double times[MOST], steps[MOST], time = 0;

      for (int i = 0; i < n; i++)
        {
          times[i] = time;
          time += 1 + (n % 3 == 0 ? 0 : n % 3 == 1 ? i % 3 : sin (i * i));
        }
      for (int i = 0; i + 1 < n; i++)
        steps[i] = times[i + 1] - times[i];
      qsort (steps, (size_t) n - 1, sizeof (double), compare_doubles);
      g_assert_cmpfloat (series_median_step (times, (size_t) n), ==, steps[(n - 1) / 2]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series/columns are found by name", test_columns_are_found_by_name);
  g_test_add_func ("/series/line ends and marks are accepted",
                   test_line_ends_and_marks_are_accepted);
  g_test_add_func ("/series/times are read unless they are words",
                   test_times_are_read_unless_they_are_words);
  g_test_add_func ("/series/a bad cell is named", test_a_bad_cell_is_named);
  g_test_add_func ("/series/a bad table is named", test_a_bad_table_is_named);
  g_test_add_func ("/series/endless lines and NUL bytes are refused",
                   test_endless_lines_and_nul_bytes_are_refused);
  g_test_add_func ("/series/files longer than the buffer are read whole",
                   test_files_longer_than_the_buffer_are_read_whole);
  g_test_add_func ("/series/anything but a regular file is refused",
                   test_what_is_no_file_is_refused);
  g_test_add_func ("/series/an unreadable file is named", test_an_unreadable_file_is_named);
  g_test_add_func ("/series/a folder stands for its files by name",
                   test_a_folder_is_its_files_by_name);
  g_test_add_func ("/series/an empty folder is refused", test_an_empty_folder_is_refused);
  g_test_add_func ("/series/the median step is that of sorted steps",
                   test_the_median_step_is_that_of_sorted_steps);
  g_test_add_func ("/series/numbers are rounded correctly", test_numbers_are_rounded_correctly);
  g_test_add_func ("/series/text that is not a number is refused",
                   test_what_is_no_number_is_refused);
  return g_test_run ();
}
