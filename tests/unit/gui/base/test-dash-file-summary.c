/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-file-summary.h"

#include <string.h>

#include "common/client/vestim-file-check.h"

static const char *const needed[] = { "SOC", "Temp", NULL };

static GPtrArray *
parse (const char *json)
{
  GPtrArray *checks = vestim_file_check_parse_list (json, strlen (json), NULL);

  g_assert_nonnull (checks);
  return checks;
}

#define FILE_OF(path, columns, rows, period, error) \
  "{\"file\":\"" path "\",\"columns\":[" columns "],\"rows\":" rows ",\"period_s\":" period \
  ",\"error\":" error "}"
#define GOOD "\"SOC\",\"Temp\""

static void
test_describe (void)
{
  static const struct
  {
    const char *path;
    const char *json;
    const char *text;
    gboolean wrong;
  } cases[] = {
    { "/a.csv", "[" FILE_OF ("/a.csv", GOOD, "1", "1", "null") "]", "1 row · every 1 s · SOC, Temp",
      FALSE },
    { "/d",
      "[" FILE_OF ("/d/a.csv", GOOD, "100", "0.1", "null") "," FILE_OF ("/d/b.csv", GOOD, "20",
                                                                        "0.1", "null") "]",
      "2 files · 120 rows · every 0.1 s · SOC, Temp", FALSE },
    { "/d",
      "[" FILE_OF ("/d/a.csv", GOOD, "100", "1", "null") "," FILE_OF ("/d/b.csv", GOOD, "20", "2",
                                                                      "null") "]",
      "2 files · 120 rows · SOC, Temp", FALSE },
    { "/a.csv", "[" FILE_OF ("/a.csv", "\"SOC\"", "9", "null", "null") "]",
      "There is no column Temp.", TRUE },
    { "/a.csv", "[" FILE_OF ("/a.csv", "\"I\"", "9", "null", "null") "]",
      "There are no columns SOC, Temp.", TRUE },
    { "/d", "[" FILE_OF ("/d/b.csv", "\"SOC\"", "9", "null", "null") "]",
      "b.csv has no column Temp.", TRUE },
    { "/a.csv", "[" FILE_OF ("/a.csv", "", "0", "null", "\"/a.csv, line 2: no number\"") "]",
      "line 2: no number", TRUE },
    { "/a.mpt",
      "[{\"file\":\"/a.mpt\",\"columns\":[\"SOC\",\"T1\"],\"rows\":9,\"error\":null,\"details\":"
      "[{\"name\":\"SOC\",\"role\":\"soc\"},{\"name\":\"T1\",\"role\":\"temperature\"}]}]",
      "9 rows · SOC, T1", FALSE },
    { "/a.mpt",
      "[{\"file\":\"/"
      "a.mpt\",\"columns\":[\"SOC\",\"T1\",\"T2\"],\"rows\":9,\"error\":null,\"details\":"
      "[{\"role\":null},{\"role\":\"temperature\"},{\"role\":\"temperature\"}]}]",
      "There is no column Temp.", TRUE },
    { "/d", "[]", "The server found nothing there.", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) checks = parse (cases[i].json);
      gboolean wrong;
      g_autofree char *text = dash_file_summary_describe (cases[i].path, checks, needed, &wrong);

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpint (wrong, ==, cases[i].wrong);
      g_assert_cmpint (dash_file_summary_count_wrong (checks, needed), ==, wrong ? 1 : 0);
    }
}

/* Absurd numbers of rows must not overflow the sum. */
static void
test_hostile_rows (void)
{
  g_autoptr (GPtrArray) checks =
      parse ("[" FILE_OF ("/d/a.csv", GOOD, "9223372036854775807", "1", "null") "," FILE_OF (
          "/d/b.csv", GOOD, "9223372036854775807", "1", "null") "," FILE_OF ("/d/c.csv", GOOD, "-7",
                                                                             "1", "null") "]");
  gboolean wrong;
  g_autofree char *text = dash_file_summary_describe ("/d", checks, needed, &wrong);

  g_assert_cmpstr (text, ==, "3 files · 2199023255552 rows · every 1 s · SOC, Temp");
}

/* Only files that could be read count for the columns. */
static void
test_columns (void)
{
  g_autoptr (GPtrArray) checks = parse ("[" FILE_OF ("/a.csv", GOOD, "1", "1", "null") "," FILE_OF (
      "/b.csv", "\"I\",\"SOC\"", "1", "1", "null") "," FILE_OF ("/c.csv", "\"\\u0001x\"", "0",
                                                                "null", "\"bad\"") "]");
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);

  dash_file_summary_add_columns (checks, columns);
  g_assert_cmpuint (columns->len, ==, 3);
  g_assert_cmpstr (columns->pdata[2], ==, "I");
}

static void
test_data_folder (void)
{
  static const struct
  {
    const char *json;
    gboolean is_data;
  } cases[] = {
    { "[" FILE_OF ("/d/train/a.csv", GOOD, "1", "1", "null") "," FILE_OF (
          "/d/val/a.csv", GOOD, "1", "1", "null") "," FILE_OF ("/d/test", "", "0", "null",
                                                               "\"empty\"") "]",
      TRUE },
    { "[" FILE_OF ("/d/train/a.csv", GOOD, "1", "1", "null") "," FILE_OF ("/d/val/a.csv", GOOD, "1",
                                                                          "1", "null") "]",
      FALSE },
    { "[" FILE_OF ("/d/a.csv", GOOD, "1", "1", "null") "]", FALSE },
    { "[]", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) checks = parse (cases[i].json);

      g_assert_cmpint (dash_file_summary_is_data_folder ("/d", checks), ==, cases[i].is_data);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file summary/a path has a content or a fault", test_describe);
  g_test_add_func ("/file summary/absurd numbers of rows don't overflow", test_hostile_rows);
  g_test_add_func ("/file summary/columns come from all readable files", test_columns);
  g_test_add_func ("/file summary/a folder with train, val and test is recognized",
                   test_data_folder);
  return g_test_run ();
}
