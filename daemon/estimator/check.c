/* SPDX-License-Identifier: MIT */
#include "estimator/check.h"

#include "common/vestim-json.h"
#include "estimator/csv.h"
#include "estimator/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct
{
  char **columns; /* empty when the file has no header */
  size_t n_rows;
  double period_s; /* NAN: there is no column of times */
  char *fault;     /* NULL: none */
} FileCheck;

/* Every column counts, since nobody has said yet which ones are needed; words are let pass where
 * a column plainly is one of words. */
static bool
check_row (CsvFile *file, int time_column, GArray *times, GError **error)
{
  for (int i = 0; i < csv_n_columns (file); i++)
    {
      double value = 0;

      if (csv_is_text_column (file, i))
        continue;
      if (!csv_number (file, i, &value, error))
        return false;
      if (i == time_column)
        g_array_append_val (times, value);
    }
  return true;
}

static void
check_rows (CsvFile *file, FileCheck *check, GError **error)
{
  int time_column = csv_find_column (file, SERIES_TIME_COLUMN, NULL);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  CsvResult result = CSV_END;

  while ((result = csv_next_row (file, error)) == CSV_ROW)
    if (!check_row (file, time_column, times, error))
      break;
  if (result == CSV_END && csv_has_enough_rows (file, error))
    check->period_s = series_median_step ((double *) times->data, times->len);
  check->n_rows = csv_n_rows (file);
}

static void
check_file (const char *path, FileCheck *check)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsvFile) file = csv_open (path, &error);

  *check = (FileCheck){ .period_s = NAN };
  check->columns = file ? g_strdupv ((char **) csv_columns (file)) : g_new0 (char *, 1);
  if (file)
    check_rows (file, check, &error);
  if (error)
    check->fault = g_strdup (error->message);
}

static void
clear_check (FileCheck *check)
{
  g_strfreev (check->columns);
  g_free (check->fault);
}

static void
print_json (const char *path, const FileCheck *check)
{
  GString *json = g_string_new ("{\"file\": ");

  vestim_json_append_string (json, path);
  g_string_append (json, ", \"columns\": [");
  for (char **column = check->columns; *column; column++)
    {
      g_string_append (json, column == check->columns ? "" : ", ");
      vestim_json_append_string (json, *column);
    }
  g_string_append_printf (json, "], \"rows\": %zu, \"period_s\": ", check->n_rows);
  vestim_json_append_double (json, check->period_s);
  g_string_append (json, ", \"error\": ");
  vestim_json_append_string (json, check->fault);
  g_string_append_c (json, '}');
  fputs (json->str, stdout);
  g_string_free (json, TRUE);
}

static void
print_text (const char *path, const FileCheck *check)
{
  g_autofree char *columns = g_strjoinv (", ", check->columns);

  if (check->fault)
    {
      puts (check->fault);
      return;
    }

  printf ("%s: %zu rows, columns %s", path, check->n_rows, columns);
  if (isfinite (check->period_s))
    printf (", one row each %g s", check->period_s);
  putchar ('\n');
}

int
check_files (char *const *paths, bool as_json)
{
  bool all_good = true;

  if (as_json)
    putchar ('[');
  for (char *const *path = paths; *path; path++)
    {
      FileCheck check;

      check_file (*path, &check);
      if (as_json)
        {
          fputs (path == paths ? "" : ",\n ", stdout);
          print_json (*path, &check);
        }
      else
        print_text (*path, &check);
      all_good = all_good && !check.fault;
      clear_check (&check);
    }
  if (as_json)
    puts ("]");
  return as_json || all_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
