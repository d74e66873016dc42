/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-result-text.h"

#include <string.h>

#define TASKS \
  "[{\"task\":7,\"status\":\"completed\",\"choice\":{\"model\":\"GRU\",\"layers\":[8, 8]}," \
  "\"val_rmse_mv\":18.72,\"test_rmse_mv\":19.05,\"test_max_mv\":76},{\"task\":2,\"status\":" \
  "\"failed\",\"choice\":{\"model\":\"FNN\"},\"reason\":\"The loss is\\nnot finite.\"}]"

/* The results are those of the best task, wherever its folder is. */
static void
test_best (void)
{
  g_assert_cmpint (dash_result_text_best_task (TASKS), ==, 7);
  g_assert_cmpint (dash_result_text_best_task (NULL), ==, 1);
  g_assert_cmpint (dash_result_text_best_task ("garbage"), ==, 1);
  g_assert_cmpint (dash_result_text_best_task ("[]"), ==, 1);
}

/* The row of a failed task has the reason. */
static void
test_rows (void)
{
  g_autoptr (GPtrArray) rows = dash_result_text_task_rows (TASKS);
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
  g_autoptr (GPtrArray) none = dash_result_text_task_rows (NULL);
  g_autoptr (GPtrArray) garbage = dash_result_text_task_rows ("{]");

  g_assert_cmpuint (none->len + garbage->len, ==, 0);
}

/* One sentence has the result: that of the best task if there are several. */
static void
test_summary (void)
{
  const char *metrics = "{\"test_rmse_mv\":17.42,\"test_mae_mv\":13,\"test_max_mv\":194.6,"
                        "\"test_r2\":0.99544}";
  g_autofree char *one = dash_result_text_dup_summary (metrics, NULL);
  g_autofree char *sweep = dash_result_text_dup_summary (metrics, TASKS);

  g_assert_cmpstr (one, ==,
                   "All files: RMSE 17.4 mV, MAE 13.0 mV, largest error 195 mV, R² 0.9954");
  g_assert_true (g_str_has_prefix (sweep, "Best of 2 tasks: RMSE 17.4 mV"));
}

/* The pages load files from there. */
static void
test_folder (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  job->kind = VESTIM_JOB_KIND_ESTIMATION;
  job->details.tasks = g_strdup (TASKS);
  job->details.metrics = g_strdup ("{\"best_model\":3,\"test_rmse_mv\":17.42}");
  g_autofree char *task = dash_result_text_dup_folder (job);
  g_assert_cmpstr (task, ==, "tasks/7");

  job->kind = VESTIM_JOB_KIND_EVALUATION;
  g_autofree char *model = dash_result_text_dup_folder (job);
  g_autofree char *summary = dash_result_text_dup_summary (job->details.metrics, NULL);
  g_assert_cmpstr (model, ==, "evaluations/3");
  g_assert_true (g_str_has_prefix (summary, "Best is model 3: RMSE 17.4 mV"));
}

/* Without a test there is no result. */
static void
test_no_summary (void)
{
  const char *const texts[] = { NULL, "", "garbage", "[]", "{}", "{\"test_rmse_mv\":null}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (dash_result_text_dup_summary (texts[i], texts[i]));
}

/* The reason why a job ended must fit into one line. */
static void
test_line (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  g_autofree char *line = NULL;

  job->state = VESTIM_JOB_FAILED;
  job->details.reason = g_strdup ("exit code 3\nand much more");
  line = dash_result_text_dup_line (job, 80);
  g_assert_true (g_str_has_prefix (line, "exit code 3"));
  g_assert_null (strchr (line, '\n'));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/result-text/the best task is the first", test_best);
  g_test_add_func ("/result-text/each task has a row", test_rows);
  g_test_add_func ("/result-text/no tasks, no rows", test_no_rows);
  g_test_add_func ("/result-text/the result is one sentence", test_summary);
  g_test_add_func ("/result-text/the best result has a folder", test_folder);
  g_test_add_func ("/result-text/without a test there is no result", test_no_summary);
  g_test_add_func ("/result-text/a result is one line", test_line);
  return g_test_run ();
}
