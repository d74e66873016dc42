/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "support/run-watcher.h"

/* The plain life of a job: started, then ended with what it used. */
static void
test_a_job_starts_and_ends_with_its_exit_code (void)
{
  RunWatcher watcher;

  run_watcher_init (&watcher);
  run_watcher_launch (&watcher, 1, "echo hello; exit 3");
  run_watcher_await_over (&watcher);
  g_assert_cmpuint (watcher.n_started, ==, 1);
  g_assert_cmpint (watcher.outcome.exit_code, ==, 3);
  g_assert_null (watcher.signal);
  g_assert_false (watcher.outcome.stopped || watcher.outcome.lost || watcher.outcome.timed_out);
  g_assert_cmpint (watcher.outcome.started_at, ==, watcher.started_at);
  g_assert_cmpint (watcher.outcome.finished_at, >=, watcher.started_at);
  g_assert_true (isfinite (watcher.outcome.wall_s) && isfinite (watcher.outcome.cpu_s));
  g_assert_cmpint (watcher.outcome.max_rss_kb, >, 0);
  run_watcher_clear (&watcher);
}

/* What was committed is given to the job before it runs. */
static void
test_job_json_is_there_before_the_job (void)
{
  RunWatcher watcher;
  g_autofree char *log = NULL;

  run_watcher_init (&watcher);
  run_watcher_launch (&watcher, 1, "cat job.json; stat -c %a job.json");
  run_watcher_await_over (&watcher);
  log = job_folder_read (&watcher.folder, "log.txt");
  g_assert_cmpstr (log, ==, "{}600\n");
  run_watcher_clear (&watcher);
}

/* The folder is repaired from the registry, which alone is the truth. */
static void
test_a_missing_folder_is_made (void)
{
  RunWatcher watcher;

  run_watcher_init (&watcher);
  g_assert_cmpint (g_rmdir (watcher.folder.path), ==, 0);
  run_watcher_launch (&watcher, 1, "true");
  run_watcher_await_over (&watcher);
  g_assert_cmpint (watcher.outcome.exit_code, ==, 0);
  run_watcher_clear (&watcher);
}

/* The last progress is delivered before the end, however fast that comes. */
static void
test_progress_comes_before_the_end (void)
{
  RunWatcher watcher;

  run_watcher_init (&watcher);
  run_watcher_launch (&watcher, 1,
                      "echo '{\"progress\":0.25,\"message\":\"a\",\"metrics\":{\"loss\":2}}' >&3;"
                      "echo '{\"progress\":0.5,\"metrics\":{\"loss\":1,\"acc\":0.5}}' >&3");
  run_watcher_await_over (&watcher);
  g_assert_cmpuint (watcher.n_reports, >=, 1);
  g_assert_cmpuint (watcher.n_reports_before_start, ==, 0);
  g_assert_cmpfloat (watcher.progress, ==, 0.5);
  g_assert_cmpstr (watcher.message, ==, "a");
  g_assert_cmpstr (watcher.metrics, ==, "{\"loss\":1,\"acc\":0.5}");
  run_watcher_clear (&watcher);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/process/a-job-starts-and-ends-with-its-exit-code",
                   test_a_job_starts_and_ends_with_its_exit_code);
  g_test_add_func ("/process/job-json-is-there-before-the-job",
                   test_job_json_is_there_before_the_job);
  g_test_add_func ("/process/a-missing-folder-is-made", test_a_missing_folder_is_made);
  g_test_add_func ("/process/progress-comes-before-the-end", test_progress_comes_before_the_end);
  return g_test_run ();
}
