/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-error-breakdown.h"

#include <string.h>

#include "common/client/vestim-error.h"

/* The first and the last band have no limit. */
static void
test_bands (void)
{
  static const char text[] =
      "{\"conditions\":{\"bands\":{\"temperature\":[{\"from\":null,\"to\":-15,\"rows\":10,"
      "\"rmse_mv\":31.24},{\"from\":-15,\"to\":-5,\"rows\":20,\"rmse_mv\":9}],\"current\":[{"
      "\"from\":10,\"to\":null,\"rows\":5,\"rmse_mv\":1}]},\"files\":[{\"file\":\"/d/US06.csv\","
      "\"worst\":{\"from\":120,\"to\":180,\"rows\":60,\"rmse_mv\":35.2}}]}}";
  const VestimErrorUnit unit = { "Voltage", "V", "mV", 1 };
  g_autoptr (DashErrorBreakdown) breakdown =
      dash_error_breakdown_parse (text, strlen (text), &unit, NULL);
  char **band = breakdown->temperature->pdata[0];
  char **worst = breakdown->worst->pdata[0];

  g_assert_cmpuint (breakdown->temperature->len, ==, 2);
  g_assert_cmpuint (breakdown->soc->len, ==, 0);
  g_assert_cmpstr (band[0], ==, "below -15");
  g_assert_cmpstr (band[2], ==, "31.2");
  band = breakdown->current->pdata[0];
  g_assert_cmpstr (band[0], ==, "10 and above");
  g_assert_cmpstr (worst[0], ==, "US06.csv");
  g_assert_cmpstr (worst[1], ==, "120 to 180 s");
}

/* Other text is an error, and a summary without conditions has empty tables. */
static void
test_no_conditions (void)
{
  g_autoptr (GError) error = NULL;
  const VestimErrorUnit unit = { "Voltage", "V", "mV", 1 };
  g_autoptr (DashErrorBreakdown) none = dash_error_breakdown_parse ("{", 1, &unit, &error);
  g_autoptr (DashErrorBreakdown) empty = dash_error_breakdown_parse ("{}", 2, &unit, NULL);

  g_assert_null (none);
  g_assert_error (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED);
  g_assert_cmpuint (empty->worst->len + empty->current->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error-breakdown/the bands of the error", test_bands);
  g_test_add_func ("/error-breakdown/a summary without conditions", test_no_conditions);
  return g_test_run ();
}
