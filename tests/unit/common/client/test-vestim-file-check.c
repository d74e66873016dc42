/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-file-check.h"

#include <math.h>
#include <string.h>

/* A file with an error has it beside it; the others are as good as before. */
static void
test_checks (void)
{
  static const char text[] = "{\"files\":[{\"file\":\"/a.csv\",\"columns\":[\"SOC\",\"Voltage\"],"
                             "\"rows\":400,\"period_s\":0.1},{\"file\":\"/b.csv\",\"error\":"
                             "\"cannot be read\"}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = vestim_file_check_parse_list (text, strlen (text), &error);
  const VestimFileCheck *good, *bad;

  g_assert_no_error (error);
  good = list->pdata[0];
  bad = list->pdata[1];
  g_assert_cmpuint (g_strv_length (good->columns), ==, 2);
  g_assert_cmpint (good->rows, ==, 400);
  g_assert_null (good->error);
  g_assert_cmpstr (bad->error, ==, "cannot be read");
  g_assert_cmpint (bad->rows, ==, -1);
  g_assert_true (isnan (bad->period_s));
}

/* An element that is no check is an error of the whole. */
static void
test_other_text (void)
{
  static const char *const texts[] = { "", "{}", "7", "[{}]", "{\"files\":[7]}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (vestim_file_check_parse_list (texts[i], strlen (texts[i]), &error));
      g_assert_nonnull (error);
    }
}

static void
test_request (void)
{
  static const char *const paths[] = { "/a.csv", "/b \"c\"", NULL };
  g_autofree char *body = vestim_file_check_dup_request (paths);

  g_assert_cmpstr (body, ==, "{\"files\":[\"/a.csv\",\"/b \\\"c\\\"\"]}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-check/a file's error stays with that file", test_checks);
  g_test_add_func ("/file-check/other text is an error", test_other_text);
  g_test_add_func ("/file-check/the request has all paths", test_request);
  return g_test_run ();
}
