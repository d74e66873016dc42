/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-result-text.h"

#include <string.h>

#define TASKS \
  "[{\"task\":7,\"status\":\"completed\",\"choice\":{\"model\":\"GRU\",\"layers\":[8, 8]}," \
  "\"val_rmse_mv\":18.72,\"test_rmse_mv\":19.05,\"test_max_mv\":76," \
  "\"windowed_rmse_mv\":19.05,\"stateful_rmse_mv\":40},{\"task\":2,\"status\":" \
  "\"failed\",\"choice\":{\"model\":\"FNN\"},\"reason\":\"The loss is\\nnot finite.\"}]"

static const VestimErrorUnit millivolts = { "Voltage", "V", "mV", 1 };

/* The results are those of the best task, wherever its folder is. */
static void
test_best (void)
{
  g_assert_cmpint (vestim_result_text_best_task (TASKS), ==, 7);
  g_assert_cmpint (vestim_result_text_best_task (NULL), ==, 1);
  g_assert_cmpint (vestim_result_text_best_task ("garbage"), ==, 1);
  g_assert_cmpint (vestim_result_text_best_task ("[]"), ==, 1);
}

/* The row of a failed task has the reason. */
static void
test_rows (void)
{
  g_autoptr (GPtrArray) rows = vestim_result_text_task_rows (TASKS, &millivolts);
  char **row;

  g_assert_cmpuint (rows->len, ==, 2);
  row = rows->pdata[0];
  g_assert_cmpstr (row[0], ==, "7 ★");
  g_assert_cmpstr (row[1], ==, "model GRU, layers [8, 8]");
  g_assert_cmpstr (row[2], ==, "18.7");
  g_assert_cmpstr (row[3], ==, "40.0 ⚠");
  g_assert_cmpstr (row[4], ==, "19.1");
  g_assert_cmpstr (row[5], ==, "76.0");
  row = rows->pdata[1];
  g_assert_cmpstr (row[0], ==, "2");
  g_assert_cmpstr (row[1], ==, "model FNN: The loss is not finite.");
  g_assert_cmpstr (row[2], ==, "–");
  g_assert_null (row[6]);
}

/* A job of one task, and garbage, have no table. */
static void
test_no_rows (void)
{
  g_autoptr (GPtrArray) none = vestim_result_text_task_rows (NULL, &millivolts);
  g_autoptr (GPtrArray) garbage = vestim_result_text_task_rows ("{]", &millivolts);

  g_assert_cmpuint (none->len + garbage->len, ==, 0);
}

/* One sentence has the result: that of the best task if there are several. */
static void
test_summary (void)
{
  const char *metrics = "{\"test_rmse_mv\":17.42,\"test_mae_mv\":13,\"test_max_mv\":194.6,"
                        "\"test_r2\":0.99544}";
  g_autofree char *one = vestim_result_text_dup_summary (metrics, NULL);
  g_autofree char *sweep = vestim_result_text_dup_summary (metrics, TASKS);

  g_assert_cmpstr (one, ==,
                   "All files: RMSE 17.4 mV, MAE 13.0 mV, largest error 195 mV, R² 0.9954");
  g_assert_true (g_str_has_prefix (sweep, "Best of 2 tasks: RMSE 17.4 mV"));
}

/* "13.58 mV" of a state of charge is no figure. */
static void
test_unit (void)
{
  const char *metrics = "{\"test_rmse_mv\":10.58,\"test_mae_mv\":9,\"test_max_mv\":40,"
                        "\"test_r2\":0.99,\"windowed_rmse_mv\":30,\"stateful_rmse_mv\":10.58,"
                        "\"target\":\"SOC\",\"target_unit\":\"\",\"error_unit\":\"%\","
                        "\"error_factor\":0.1}";
  const VestimErrorUnit unit = vestim_error_unit_parse (metrics);
  g_autofree char *summary = vestim_result_text_dup_summary (metrics, NULL);
  g_autofree char *warning = vestim_result_text_dup_warning (metrics);
  g_autoptr (GPtrArray) rows = vestim_result_text_task_rows (TASKS, &unit);

  g_assert_cmpstr (summary, ==,
                   "All files: RMSE 1.06 %, MAE 0.90 %, largest error 4.00 %, R² 0.9900\n"
                   "With its state, as deployed: RMSE 1.06 %. In windows: 3.00 %.");
  g_assert_nonnull (strstr (warning, "Expect 1.06 % from"));
  g_assert_cmpstr (((char **) rows->pdata[0])[2], ==, "1.87");
}

/* The pages load files from there. */
static void
test_folder (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  job->kind = VESTIM_JOB_KIND_ESTIMATION;
  job->details.tasks = g_strdup (TASKS);
  job->details.metrics = g_strdup ("{\"best_model\":3,\"test_rmse_mv\":17.42}");
  g_autofree char *task = vestim_result_text_dup_folder (job);
  g_assert_cmpstr (task, ==, "tasks/7");

  job->kind = VESTIM_JOB_KIND_EVALUATION;
  g_autofree char *model = vestim_result_text_dup_folder (job);
  g_autofree char *summary = vestim_result_text_dup_summary (job->details.metrics, NULL);
  g_assert_cmpstr (model, ==, "evaluations/3");
  g_assert_true (g_str_has_prefix (summary, "Best is model 3: RMSE 17.4 mV"));
}

/* A network that is good in windows may be bad when it keeps its state. */
static void
test_warning (void)
{
  g_autofree char *bad = vestim_result_text_dup_warning (
      "{\"windowed_rmse_mv\":15.5,\"stateful_rmse_mv\":142.6,\"test_rmse_mv\":15.5}");
  g_autofree char *both = vestim_result_text_dup_summary (
      "{\"windowed_rmse_mv\":12,\"stateful_rmse_mv\":10.5,\"test_rmse_mv\":10.5}", NULL);
  g_autofree char *fnn = vestim_result_text_dup_summary (
      "{\"windowed_rmse_mv\":30,\"stateful_rmse_mv\":30,\"test_rmse_mv\":30}", NULL);

  g_assert_nonnull (strstr (bad, "Expect 143 mV from a network that keeps its state"));
  g_assert_nonnull (strstr (bad, "15.5 mV with vestim_window_step()"));
  g_assert_true (
      g_str_has_suffix (both, "\nWith its state, as deployed: RMSE 10.5 mV. In windows: 12.0 mV."));
  g_assert_null (strchr (fnn, '\n'));
  g_assert_null (
      vestim_result_text_dup_warning ("{\"windowed_rmse_mv\":12,\"stateful_rmse_mv\":10.5}"));
  g_assert_null (vestim_result_text_dup_warning ("{}"));
  g_assert_null (vestim_result_text_dup_warning (NULL));
}

/* A cut cell must not hide the warning of a task. */
static void
test_tasks_warning (void)
{
  g_autofree char *warning = vestim_result_text_dup_tasks_warning (TASKS);

  g_assert_true (g_str_has_prefix (warning, "In 1 task, marked with ⚠, the stateful and"));
  g_assert_null (vestim_result_text_dup_tasks_warning ("[{\"task\":1,\"windowed_rmse_mv\":5}]"));
  g_assert_null (vestim_result_text_dup_tasks_warning (NULL));
}

/* Without a test there is no result. */
static void
test_no_summary (void)
{
  const char *const texts[] = { NULL, "", "garbage", "[]", "{}", "{\"test_rmse_mv\":null}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (vestim_result_text_dup_summary (texts[i], texts[i]));
}

/* The reason why a job ended must fit into one line. */
static void
test_line (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  g_autofree char *line = NULL;

  job->state = VESTIM_JOB_FAILED;
  job->details.reason = g_strdup ("exit code 3\nand much more");
  line = vestim_result_text_dup_line (job, 80);
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
  g_test_add_func ("/result-text/errors are in the unit of the target", test_unit);
  g_test_add_func ("/result-text/the best result has a folder", test_folder);
  g_test_add_func ("/result-text/tests that differ are a warning", test_warning);
  g_test_add_func ("/result-text/tasks whose tests differ are counted", test_tasks_warning);
  g_test_add_func ("/result-text/without a test there is no result", test_no_summary);
  g_test_add_func ("/result-text/a result is one line", test_line);
  return g_test_run ();
}
