/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-outcome.h"

#include "gui/base/dash-error.h"

#include <string.h>

#define TASKS \
  "[{\"task\":7,\"status\":\"completed\",\"choice\":{\"model\":\"GRU\",\"layers\":[8, 8]}," \
  "\"val_rmse_mv\":18.72,\"test_rmse_mv\":19.05,\"test_max_mv\":76},{\"task\":2,\"status\":" \
  "\"failed\",\"choice\":{\"model\":\"FNN\"},\"reason\":\"The loss is\\nnot finite.\"}]"

/* The results on view are those of the best task, wherever its folder is. */
static void
test_best (void)
{
  g_assert_cmpint (dash_outcome_best_task (TASKS), ==, 7);
  g_assert_cmpint (dash_outcome_best_task (NULL), ==, 1);
  g_assert_cmpint (dash_outcome_best_task ("garbage"), ==, 1);
  g_assert_cmpint (dash_outcome_best_task ("[]"), ==, 1);
}

/* A task that failed tells why, in its row. */
static void
test_rows (void)
{
  g_autoptr (GPtrArray) rows = dash_outcome_task_rows (TASKS);
  char **row;

  g_assert_cmpuint (rows->len, ==, 2);
  row = rows->pdata[0];
  g_assert_cmpstr (row[0], ==, "7 ★");
  g_assert_cmpstr (row[1], ==, "model GRU, layers [8, 8]");
  g_assert_cmpstr (row[2], ==, "18.7");
  row = rows->pdata[1];
  g_assert_cmpstr (row[0], ==, "2");
  g_assert_cmpstr (row[1], ==, "model FNN: The loss is not finite.");
  g_assert_cmpstr (row[2], ==, "–");
  g_assert_null (row[5]);
}

/* A job of one task, and garbage, have no table. */
static void
test_no_rows (void)
{
  g_autoptr (GPtrArray) none = dash_outcome_task_rows (NULL);
  g_autoptr (GPtrArray) garbage = dash_outcome_task_rows ("{]");

  g_assert_cmpuint (none->len + garbage->len, ==, 0);
}

/* The bands at the ends are open. */
static void
test_conditions (void)
{
  static const char text[] =
      "{\"conditions\":{\"bands\":{\"temperature\":[{\"from\":null,\"to\":-15,\"rows\":10,"
      "\"rmse_mv\":31.24},{\"from\":-15,\"to\":-5,\"rows\":20,\"rmse_mv\":9}],\"current\":[{"
      "\"from\":10,\"to\":null,\"rows\":5,\"rmse_mv\":1}]},\"files\":[{\"file\":\"/d/US06.csv\","
      "\"worst\":{\"from\":120,\"to\":180,\"rows\":60,\"rmse_mv\":35.2}}]}}";
  g_autoptr (DashConditions) conditions = dash_conditions_parse (text, strlen (text), NULL);
  char **band = conditions->temperature->pdata[0];
  char **worst = conditions->worst->pdata[0];

  g_assert_cmpuint (conditions->temperature->len, ==, 2);
  g_assert_cmpuint (conditions->soc->len, ==, 0);
  g_assert_cmpstr (band[0], ==, "below -15");
  g_assert_cmpstr (band[2], ==, "31.2");
  band = conditions->current->pdata[0];
  g_assert_cmpstr (band[0], ==, "10 and above");
  g_assert_cmpstr (worst[0], ==, "US06.csv");
  g_assert_cmpstr (worst[1], ==, "120 to 180 s");
}

/* A summary that is none is an error to be shown, and one without conditions has empty tables. */
static void
test_no_conditions (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DashConditions) none = dash_conditions_parse ("{", 1, &error);
  g_autoptr (DashConditions) empty = dash_conditions_parse ("{}", 2, NULL);

  g_assert_null (none);
  g_assert_error (error, DASH_ERROR, DASH_ERROR_GARBLED);
  g_assert_cmpuint (empty->worst->len + empty->current->len, ==, 0);
}

/* One sentence tells the result: of the best task, where there are several. */
static void
test_summary (void)
{
  const char *metrics = "{\"test_rmse_mv\":17.42,\"test_mae_mv\":13,\"test_max_mv\":194.6,"
                        "\"test_r2\":0.99544}";
  g_autofree char *one = dash_outcome_dup_summary (metrics, NULL);
  g_autofree char *sweep = dash_outcome_dup_summary (metrics, TASKS);

  g_assert_cmpstr (one, ==,
                   "All files: RMSE 17.4 mV, MAE 13.0 mV, largest error 195 mV, R² 0.9954");
  g_assert_true (g_str_has_prefix (sweep, "Best of 2 tasks: RMSE 17.4 mV"));
}

/* Without a test there is nothing to be said. */
static void
test_no_summary (void)
{
  const char *const texts[] = { NULL, "", "garbage", "[]", "{}", "{\"test_rmse_mv\":null}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (dash_outcome_dup_summary (texts[i], texts[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outcome/the best task is the first", test_best);
  g_test_add_func ("/outcome/a row a task", test_rows);
  g_test_add_func ("/outcome/no tasks, no rows", test_no_rows);
  g_test_add_func ("/outcome/the bands of the error", test_conditions);
  g_test_add_func ("/outcome/a summary without conditions", test_no_conditions);
  g_test_add_func ("/outcome/one sentence tells the result", test_summary);
  g_test_add_func ("/outcome/without a test there is no result", test_no_summary);
  return g_test_run ();
}
