/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-test-result.h"

#include <math.h>

/* Users first look for the file on which the model is worst. */
static void
test_results (void)
{
  static const char metrics[] =
      "{\"test_rmse_mv\":12.5,\"test_r2\":0.99,\"tests\":["
      "{\"file\":\"/a.csv\",\"rmse_mv\":10,\"mae_mv\":8,\"max_mv\":30,\"r2\":0.9,\"rows\":100,"
      "\"predictions\":\"a.csv\"},{\"file\":\"/b.csv\",\"rmse_mv\":20}]}";
  g_autoptr (GPtrArray) tests = vestim_test_result_parse (metrics);
  g_autoptr (VestimTestResult) all = vestim_test_result_parse_all (metrics);
  const VestimTestResult *worst = tests->pdata[0];

  g_assert_cmpuint (tests->len, ==, 2);
  g_assert_cmpstr (worst->file, ==, "/b.csv");
  g_assert_null (worst->predictions);
  g_assert_true (isnan (worst->mae_mv));
  g_assert_cmpfloat (((VestimTestResult *) tests->pdata[1])->rows, ==, 100);
  g_assert_cmpfloat (all->rmse_mv, ==, 12.5);
  g_assert_true (isnan (all->max_mv));
}

/* The reader learns why a file is bad. */
static void
test_warnings (void)
{
  static const char metrics[] =
      "{\"tests\":[{\"file\":\"/a.csv\",\"rmse_mv\":10,\"gaps\":0,\"missing_cells\":0,\"warnings\":"
      "[]},{\"file\":\"/b.csv\",\"rmse_mv\":20,\"gaps\":2,\"missing_cells\":3,\"warnings\":[\"38 % "
      "of the rows are colder than anything in training: expect large errors\"]}]}";
  g_autoptr (GPtrArray) tests = vestim_test_result_parse (metrics);

  g_assert_cmpstr (((VestimTestResult *) tests->pdata[0])->warnings, ==,
                   "38 % of the rows are colder than anything in training: expect large errors. "
                   "Cuts at gaps: 2. Missing cells: 3.");
  g_assert_null (((VestimTestResult *) tests->pdata[1])->warnings);
}

static void
test_no_results (void)
{
  static const char *const texts[] = { NULL, "{}", "[]", "{\"tests\":7}", "{\"tests\":[7]}", "x" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GPtrArray) tests = vestim_test_result_parse (texts[i]);
      g_autoptr (VestimTestResult) all = vestim_test_result_parse_all (texts[i]);

      g_assert_true (tests->len == 0 || ((VestimTestResult *) tests->pdata[0])->file == NULL);
      g_assert_true (isnan (all->rmse_mv));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/test-result/the worst test result is the first", test_results);
  g_test_add_func ("/test-result/a test tells of rows unlike those of the training", test_warnings);
  g_test_add_func ("/test-result/metrics without tests have none", test_no_results);
  return g_test_run ();
}
