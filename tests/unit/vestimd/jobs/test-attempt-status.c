/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>

#include "daemon/vestimd/jobs/attempt-status.h"

static AttemptResult
outcome_of (int exit_code)
{
  return (AttemptResult){ .exit_code = exit_code, .wall_s = NAN, .cpu_s = NAN, .max_rss_kb = -1 };
}

static void
expect (const AttemptResult *result, bool was_asked, bool is_stopping, VestimJobState state,
        const char *reason)
{
  AttemptStatus *status =
      attempt_status_new (result, VESTIM_JOB_KIND_COMMAND, was_asked, is_stopping);

  g_assert_cmpint (status->state, ==, state);
  g_assert_cmpstr (status->details.reason, ==, reason);
  attempt_status_free (status);
}

static void
test_the_exit_code_decides (void)
{
  AttemptResult result = outcome_of (0);

  expect (&result, false, false, VESTIM_JOB_COMPLETED, NULL);
  result.exit_code = 3;
  expect (&result, false, false, VESTIM_JOB_FAILED, "exit code 3");
}

static void
test_a_signal_a_time_limit_and_a_failed_start_are_failures (void)
{
  AttemptResult result = outcome_of (-1);

  result.signal = "SIGSEGV";
  expect (&result, false, false, VESTIM_JOB_FAILED, "ended by SIGSEGV");
  result.timed_out = true;
  expect (&result, false, false, VESTIM_JOB_FAILED, "timed out");
  result = outcome_of (-1);
  result.error = "Cannot start 'foo'.";
  expect (&result, false, false, VESTIM_JOB_FAILED, "Cannot start 'foo'.");
}

/* Whatever the program said of itself before. A stop that a client asked for comes first. */
static void
test_a_lack_of_memory_is_the_reason_of_a_failure (void)
{
  AttemptResult result = outcome_of (-1);
  AttemptStatus *status;

  result.signal = "SIGKILL";
  result.out_of_memory = true;
  expect (&result, false, false, VESTIM_JOB_FAILED, "out of memory");
  result.result = "{\"reason\":\"1 of 2 tasks failed\"}";
  status = attempt_status_new (&result, VESTIM_JOB_KIND_ESTIMATION, false, false);
  g_assert_cmpstr (status->details.reason, ==, "out of memory");
  g_assert_cmpstr (status->details.signal, ==, "SIGKILL");
  attempt_status_free (status);
  result.stopped = true;
  expect (&result, true, false, VESTIM_JOB_STOPPED, NULL);
}

/* A stop, by whomever, is no case for a retry. */
static void
test_each_bad_end_is_one_cause_for_a_retry (void)
{
  const struct
  {
    AttemptResult result;
    bool was_asked;
    unsigned causes;
  } cases[] = {
    { { .exit_code = 0 }, false, 0 },
    { { .exit_code = 1 }, false, 1u << VESTIM_RETRY_FAILED },
    { { .exit_code = -1, .signal = "SIGSEGV" }, false, 1u << VESTIM_RETRY_FAILED },
    { { .exit_code = -1, .error = "Cannot start." }, false, 1u << VESTIM_RETRY_FAILED },
    { { .exit_code = -1, .timed_out = true }, false, 1u << VESTIM_RETRY_TIMEOUT },
    { { .exit_code = -1, .lost = true }, false, 1u << VESTIM_RETRY_LOST },
    { { .exit_code = -1, .lost = true }, true, 0 },
    { { .exit_code = -1, .stopped = true }, false, 0 },
    { { .exit_code = -1, .stopped = true }, true, 0 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      AttemptStatus *status =
          attempt_status_new (&cases[i].result, VESTIM_JOB_KIND_COMMAND, cases[i].was_asked, false);

      g_assert_cmpuint (status->retry_causes, ==, cases[i].causes);
      attempt_status_free (status);
    }
}

/* A job that ended by itself before the stop reached it is not a stopped job. */
static void
test_a_stop_counts_only_when_it_reached_the_job (void)
{
  AttemptResult result = outcome_of (0);

  expect (&result, true, false, VESTIM_JOB_COMPLETED, NULL);
  result.stopped = true;
  expect (&result, true, false, VESTIM_JOB_STOPPED, NULL);
}

static void
test_an_end_that_nobody_asked_for_is_an_interruption (void)
{
  AttemptResult result = outcome_of (-1);

  result.stopped = true;
  expect (&result, false, true, VESTIM_JOB_INTERRUPTED, "the daemon was stopped");
  expect (&result, false, false, VESTIM_JOB_INTERRUPTED, "stopped by another program");
  result.was_adopted = true;
  expect (&result, false, false, VESTIM_JOB_INTERRUPTED,
          "the daemon or another program stopped it");
  result = outcome_of (-1);
  result.lost = true;
  expect (&result, false, false, VESTIM_JOB_INTERRUPTED, "lost");
}

/* The trainer's own sentence says more than its exit code. */
static void
test_the_summary_of_an_estimation_gives_reason_and_metrics (void)
{
  AttemptResult result = outcome_of (1);
  AttemptStatus *status;

  result.result = "{\"attempt\":1,\"reason\":\"No column.\",\"metrics\":{\"test_rmse_mv\":17.4}}";
  status = attempt_status_new (&result, VESTIM_JOB_KIND_ESTIMATION, false, false);
  g_assert_cmpstr (status->details.reason, ==, "No column.");
  g_assert_cmpstr (status->details.metrics, ==, "{\"test_rmse_mv\":17.4}");
  attempt_status_free (status);
}

static char *
tasks_of (const char *summary)
{
  AttemptResult result = outcome_of (0);

  result.result = summary;
  AttemptStatus *status = attempt_status_new (&result, VESTIM_JOB_KIND_ESTIMATION, false, false);
  char *tasks = g_strdup (status->details.tasks);
  attempt_status_free (status);
  return tasks;
}

/* A job with a single task has no table. */
static void
test_several_tasks_give_a_table (void)
{
  g_autofree char *two =
      tasks_of ("{\"n_tasks\":2,\"tasks\":[{\"task\":2,\"status\":\"completed\",\"settings\":{},"
                "\"choice\":{\"seed\":2},\"val_rmse_mv\":1.5},{\"task\":1,\"reason\":\"x\"}]}");
  g_autofree char *one = tasks_of ("{\"n_tasks\":1,\"tasks\":[{\"task\":1}]}");

  g_assert_cmpstr (two, ==,
                   "[{\"task\":2,\"status\":\"completed\",\"choice\":{\"seed\":2},"
                   "\"val_rmse_mv\":1.5},{\"task\":1,\"reason\":\"x\"}]");
  g_assert_null (one);
}

/* Ten thousand tasks would make each list of jobs too large. */
static void
test_the_table_of_tasks_is_bounded (void)
{
  g_autoptr (GString) many = g_string_new ("{\"n_tasks\":1000,\"tasks\":[{\"task\":1}");
  g_autoptr (GString) large =
      g_string_new ("{\"n_tasks\":2,\"tasks\":[{\"task\":1},{\"reason\":\"");

  for (int i = 2; i <= 1000; i++)
    g_string_append_printf (many, ",{\"task\":%d}", i);
  g_string_append (many, "]}");
  for (int i = 0; i < 70000; i++)
    g_string_append_c (large, 'x');
  g_string_append (large, "\"}]}");

  g_autofree char *first = tasks_of (many->str);
  g_autofree char *small = tasks_of (large->str);
  g_assert_true (g_str_has_suffix (first, "{\"task\":99},{\"task\":100}]"));
  g_assert_cmpstr (small, ==, "[{\"task\":1}]");
}

/* A command may write a summary.json of its own for another purpose. */
static void
test_the_summary_of_a_command_is_not_read (void)
{
  AttemptResult result = outcome_of (1);

  result.result = "{\"attempt\":1,\"reason\":\"No column.\"}";
  expect (&result, false, false, VESTIM_JOB_FAILED, "exit code 1");
}

#define TEST(name) g_test_add_func ("/attempt-status/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (a_lack_of_memory_is_the_reason_of_a_failure);
  TEST (the_exit_code_decides);
  TEST (a_signal_a_time_limit_and_a_failed_start_are_failures);
  TEST (each_bad_end_is_one_cause_for_a_retry);
  TEST (a_stop_counts_only_when_it_reached_the_job);
  TEST (an_end_that_nobody_asked_for_is_an_interruption);
  TEST (the_summary_of_an_estimation_gives_reason_and_metrics);
  TEST (several_tasks_give_a_table);
  TEST (the_table_of_tasks_is_bounded);
  TEST (the_summary_of_a_command_is_not_read);
  return g_test_run ();
}
