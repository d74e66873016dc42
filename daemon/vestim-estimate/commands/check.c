/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/check.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/data/table/table.h"
#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/data/series.h"

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

/* Checks every column, because the caller does not say which ones are needed. A column of words is
 * accepted as such. */
static bool
check_row (TableFile *file, int time_column, GArray *times, GError **error)
{
  for (int i = 0; i < table_n_columns (file); i++)
    {
      double value = 0;

      if (table_is_text_column (file, i))
        continue;
      if (!table_number (file, i, &value, error))
        return false;
      if (i == time_column)
        g_array_append_val (times, value);
    }
  return true;
}

static void
check_rows (TableFile *file, FileCheck *check, GError **error)
{
  int time_column = table_find_column (file, "Time", NULL);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  TableResult result = TABLE_END;

  while ((result = table_next_row (file, error)) == TABLE_ROW)
    if (!check_row (file, time_column, times, error))
      break;
  if (result == TABLE_END && table_has_enough_rows (file, error))
    check->period_s = series_median_step ((double *) times->data, times->len);
  check->n_rows = table_n_rows (file);
}

static void
check_file (const char *path, const char *encoding, FileCheck *check)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = table_open (path, encoding, &error);

  *check = (FileCheck){ .period_s = NAN };
  check->columns = file ? g_strdupv ((char **) table_columns (file)) : g_new0 (char *, 1);
  if (file)
    check_rows (file, check, &error);
  if (error)
    check->fault = g_strdup (error->message);
}

static void
check_free (FileCheck *check)
{
  g_strfreev (check->columns);
  g_free (check->fault);
  g_free (check);
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
    printf (", one row every %g s", check->period_s);
  putchar ('\n');
}

/* (transfer full) the files that a path stands for: the file itself, the files of a folder, or the
 * files of a folder's train/, val/ and test/. */
static GPtrArray *
files_of (const char *path, GError **error)
{
  static const char *const parts[] = { "train", "val", "test", NULL };
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *files = data_files_expand ((const char *const[]){ path, NULL }, error);

  for (const char *const *part = parts; !files && *part; part++)
    {
      char *folder = g_build_filename (path, *part, NULL);

      g_ptr_array_add (folders, folder);
      if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
        return NULL;
    }
  if (files)
    return files;
  g_clear_error (error);
  g_ptr_array_add (folders, NULL);
  return data_files_expand ((const char *const *) folders->pdata, error);
}

static void
add_files (const char *path, const char *encoding, GPtrArray *files, GPtrArray *checks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = files_of (path, &error);
  FileCheck *check = NULL;

  for (guint i = 0; found && i < found->len; i++)
    {
      check = g_new0 (FileCheck, 1);
      check_file (found->pdata[i], encoding, check);
      g_ptr_array_add (files, g_strdup (found->pdata[i]));
      g_ptr_array_add (checks, check);
    }
  if (found)
    return;
  check = g_new0 (FileCheck, 1);
  *check = (FileCheck){ .columns = g_new0 (char *, 1),
                        .period_s = NAN,
                        .fault = g_strdup (error->message) };
  g_ptr_array_add (files, g_strdup (path));
  g_ptr_array_add (checks, check);
}

int
check_files (char *const *paths, bool as_json, const char *encoding)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) checks = g_ptr_array_new_with_free_func ((GDestroyNotify) check_free);
  bool all_good = true;

  for (char *const *path = paths; *path; path++)
    add_files (*path, encoding, files, checks);

  if (as_json)
    putchar ('[');
  for (guint i = 0; i < checks->len; i++)
    {
      const FileCheck *check = checks->pdata[i];

      if (as_json)
        {
          fputs (i == 0 ? "" : ",\n ", stdout);
          print_json (files->pdata[i], check);
        }
      else
        print_text (files->pdata[i], check);
      all_good = all_good && !check->fault;
    }
  if (as_json)
    puts ("]");
  return as_json || all_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
