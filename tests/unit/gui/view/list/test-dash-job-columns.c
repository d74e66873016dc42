/* SPDX-License-Identifier: MIT */
#include "gui/view/list/dash-job-columns.h"

#include <math.h>

#include "tests/support/gui/jobs.h"

static const DashJobColumn *
column (const char *id)
{
  for (guint i = 0; i < DASH_N_JOB_COLUMNS; i++)
    if (g_str_equal (dash_job_column_get (i)->id, id))
      return dash_job_column_get (i);
  g_assert_not_reached ();
}

static DashJob *
job_with (guint number, const char *name, VestimJobState state, double progress)
{
  return dash_job_new (jobs_snapshot (number, name, state, progress));
}

static DashJob *
job_with_result (guint number, const char *metrics)
{
  g_autoptr (DashSnapshot) plain = jobs_snapshot (number, "job", VESTIM_JOB_COMPLETED, 1);
  VestimJob *job = g_steal_pointer (&plain->job);

  job->details.metrics = g_strdup (metrics);
  return dash_job_new (dash_snapshot_new (job, NULL));
}

/* Names are sorted as people sort them. */
static void
test_names (void)
{
  g_autoptr (DashJob) lower = job_with (1, "alpha", VESTIM_JOB_QUEUED, -1);
  g_autoptr (DashJob) upper = job_with (2, "Beta", VESTIM_JOB_QUEUED, -1);
  g_autoptr (DashJob) second = job_with (3, "run 2", VESTIM_JOB_QUEUED, -1);
  g_autoptr (DashJob) tenth = job_with (4, "run 10", VESTIM_JOB_QUEUED, -1);

  g_assert_cmpint (column ("name")->compare (lower, upper), <, 0);
  g_assert_cmpint (column ("name")->compare (upper, lower), >, 0);
  g_assert_cmpint (column ("name")->compare (lower, lower), ==, 0);
  g_assert_cmpint (column ("name")->compare (second, tenth), <, 0);
}

/* The best result is at the top; jobs without a result come last. */
static void
test_results (void)
{
  g_autoptr (DashJob) good = job_with_result (1, "{\"test_rmse_mv\":9.5}");
  g_autoptr (DashJob) bad = job_with_result (2, "{\"test_rmse_mv\":17.4}");
  g_autoptr (DashJob) none = job_with_result (3, NULL);
  g_autoptr (DashJob) odd = job_with_result (4, "{\"test_rmse_mv\":\"low\"}");

  g_assert_cmpint (column ("test")->compare (good, bad), <, 0);
  g_assert_cmpint (column ("test")->compare (bad, none), <, 0);
  g_assert_cmpint (column ("test")->compare (none, good), >, 0);
  g_assert_cmpint (column ("test")->compare (none, odd), ==, 0);
}

/* The most progress first: jobs that have not started come last. */
static void
test_progress (void)
{
  g_autoptr (DashJob) far = job_with (1, "far", VESTIM_JOB_RUNNING, 0.9);
  g_autoptr (DashJob) near = job_with (2, "near", VESTIM_JOB_RUNNING, 0.1);
  g_autoptr (DashJob) unknown = job_with (3, "unknown", VESTIM_JOB_RUNNING, NAN);

  g_assert_cmpint (column ("progress")->compare (near, far), <, 0);
  g_assert_cmpint (column ("progress")->compare (unknown, near), <, 0);
}

/* The column of the priority sorts jobs as they start. */
static void
test_queue (void)
{
  g_autoptr (DashSnapshot) plain = jobs_snapshot (1, "urgent", VESTIM_JOB_QUEUED, -1);
  VestimJob *data = g_steal_pointer (&plain->job);
  g_autoptr (DashJob) urgent = NULL;
  g_autoptr (DashJob) usual = job_with (2, "usual", VESTIM_JOB_QUEUED, -1);
  g_autoptr (DashJob) running = job_with (3, "running", VESTIM_JOB_RUNNING, -1);

  data->priority = 5;
  urgent = dash_job_new (dash_snapshot_new (data, NULL));
  g_assert_cmpint (column (DASH_QUEUE_COLUMN)->compare (urgent, usual), <, 0);
  g_assert_cmpint (column (DASH_QUEUE_COLUMN)->compare (running, urgent), <, 0);
}

/* Jobs of the same millisecond keep the order of their creation. */
static void
test_created (void)
{
  g_autoptr (DashJob) first = job_with (1, "first", VESTIM_JOB_QUEUED, -1);
  g_autoptr (DashJob) second = job_with (2, "second", VESTIM_JOB_QUEUED, -1);

  g_assert_cmpint (column ("created")->compare (first, second), <, 0);
  g_assert_cmpint (column ("created")->compare (second, first), >, 0);
}

/* A comparison must be consistent: with two jobs that are each before the other, the list would
 * never settle. */
static void
test_orders (void)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < VESTIM_N_JOB_STATES; i++)
    g_ptr_array_add (jobs, job_with (i + 1, i % 2 ? "a" : "b", (VestimJobState) i, i / 10.0));
  g_ptr_array_add (jobs, job_with (20, "c", VESTIM_JOB_RUNNING, NAN));
  for (guint c = 0; c < DASH_N_JOB_COLUMNS; c++)
    for (guint i = 0; i < jobs->len; i++)
      for (guint j = 0; j < jobs->len; j++)
        {
          int there = dash_job_column_get (c)->compare (jobs->pdata[i], jobs->pdata[j]);
          int back = dash_job_column_get (c)->compare (jobs->pdata[j], jobs->pdata[i]);

          g_assert_cmpint ((there > 0) - (there < 0), ==, (back < 0) - (back > 0));
        }
  g_ptr_array_unref (jobs);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-columns/names-are-sorted-as-people-sort-them", test_names);
  g_test_add_func ("/job-columns/jobs-without-a-result-come-last", test_results);
  g_test_add_func ("/job-columns/jobs-that-have-not-started-have-the-least-progress",
                   test_progress);
  g_test_add_func ("/job-columns/jobs-of-the-same-moment-keep-their-order", test_created);
  g_test_add_func ("/job-columns/each-column-orders-all-jobs", test_orders);
  g_test_add_func ("/job-columns/jobs are sorted as they start", test_queue);
  return g_test_run ();
}
