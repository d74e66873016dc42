/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-csv.h"

#include <math.h>

/* The CSV line of a job with that name. */
static char *
line_of (const char *name, double rmse)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  GString *csv = g_string_new (NULL);

  g_free (job->name);
  job->name = g_strdup (name);
  job->id = g_strdup ("job_1");
  job->created_at = 1763841012123;
  dash_csv_append_job (csv, job, rmse);
  return g_string_free (csv, FALSE);
}

/* Every line has as many fields as the header, so that no column is shifted. */
static void
test_columns (void)
{
  g_autoptr (GString) header = g_string_new (NULL);
  g_autofree char *line = line_of ("plain", 17.5);
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) fields = g_strsplit (line, ",", -1);

  dash_csv_append_header (header);
  names = g_strsplit (header->str, ",", -1);
  g_assert_cmpuint (g_strv_length (fields), ==, g_strv_length (names));
  g_assert_cmpstr (fields[1], ==, "\"plain\"");
  g_assert_cmpstr (fields[5], ==, "17.5");
  g_assert_cmpstr (fields[8], ==, "\"2025-11-22T19:50:12.123Z\"");
  g_assert_true (g_str_has_suffix (line, "\r\n"));
}

/* Quotes, commas and line ends are part of a name. */
static void
test_quotes (void)
{
  g_autofree char *line = line_of ("a \"b\",\nc", NAN);

  g_assert_nonnull (g_strrstr (line, ",\"a \"\"b\"\",\nc\","));
}

/* A job's name must not become a formula in a spreadsheet. */
static void
test_formulas (void)
{
  static const char *const names[] = { "=1+1", "+1", "-1", "@SUM(A1)", "\t=1" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *line = line_of (names[i], NAN);
      g_autofree char *expected = g_strdup_printf ("\"'%s\"", names[i]);

      g_assert_nonnull (g_strrstr (line, expected));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/a job has the fields of the header", test_columns);
  g_test_add_func ("/csv/quotes and line ends are kept", test_quotes);
  g_test_add_func ("/csv/a name is not a formula", test_formulas);
  return g_test_run ();
}
