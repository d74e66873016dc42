/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/support/attempt-watcher.h"
#include "tests/support/scratch.h"

/* The usual life of a job: it starts, then it ends, and its use of the machine is reported. */
static void
test_a_job_starts_and_ends_with_its_exit_code (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  attempt_watcher_launch (&watcher, 1, "echo hello; exit 3");
  attempt_watcher_await_over (&watcher);
  g_assert_cmpuint (watcher.n_started, ==, 1);
  g_assert_cmpint (watcher.result.exit_code, ==, 3);
  g_assert_null (watcher.signal);
  g_assert_false (watcher.result.stopped || watcher.result.lost || watcher.result.timed_out);
  g_assert_cmpint (watcher.result.started_at, ==, watcher.started_at);
  g_assert_cmpint (watcher.result.finished_at, >=, watcher.started_at);
  g_assert_true (isfinite (watcher.result.wall_s) && isfinite (watcher.result.cpu_s));
  g_assert_cmpint (watcher.result.max_rss_kb, >, 0);
  attempt_watcher_clear (&watcher);
}

/* The job finds its stored request in its folder. */
static void
test_job_json_is_there_before_the_job (void)
{
  AttemptWatcher watcher;
  g_autofree char *log = NULL;

  attempt_watcher_init (&watcher);
  attempt_watcher_launch (&watcher, 1, "cat job.json; stat -c %a job.json");
  attempt_watcher_await_over (&watcher);
  log = job_folder_read (&watcher.folder, "log.txt");
  g_assert_cmpstr (log, ==, "{}600\n");
  attempt_watcher_clear (&watcher);
}

/* The folder is made again from the registry, which has everything that counts. */
static void
test_a_missing_folder_is_made (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  g_assert_cmpint (g_rmdir (watcher.folder.path), ==, 0);
  attempt_watcher_launch (&watcher, 1, "true");
  attempt_watcher_await_over (&watcher);
  g_assert_cmpint (watcher.result.exit_code, ==, 0);
  attempt_watcher_clear (&watcher);
}

/* Also when the end comes at once. */
static void
test_progress_comes_before_the_end (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  attempt_watcher_launch (
      &watcher, 1,
      "echo '{\"progress\":0.25,\"message\":\"a\",\"metrics\":{\"loss\":2}}' >&3;"
      "echo '{\"progress\":0.5,\"metrics\":{\"loss\":1,\"acc\":0.5}}' >&3");
  attempt_watcher_await_over (&watcher);
  g_assert_cmpuint (watcher.n_reports, >=, 1);
  g_assert_cmpuint (watcher.n_reports_before_start, ==, 0);
  g_assert_cmpfloat (watcher.progress, ==, 0.5);
  g_assert_cmpstr (watcher.message, ==, "a");
  g_assert_cmpstr (watcher.metrics, ==, "{\"loss\":1,\"acc\":0.5}");
  attempt_watcher_clear (&watcher);
}

/* At most ten reports a second are delivered, with the last values. */
static void
test_a_flood_of_progress_is_merged (void)
{
  AttemptWatcher watcher;
  gint64 start = g_get_monotonic_time ();
  double seconds;

  attempt_watcher_init (&watcher);
  attempt_watcher_launch (&watcher, 1,
                          "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo \"{\\\"step\\\":$i,"
                          "\\\"metrics\\\":{\\\"i\\\":$i}}\" >&3; done; sleep 0.3");
  attempt_watcher_await_over (&watcher);
  seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_assert_cmpuint (watcher.n_reports, >=, 1);
  g_assert_cmpfloat (watcher.n_reports, <=, 10 * seconds + 2);
  g_assert_cmpstr (watcher.metrics, ==, "{\"i\":3000}");
  attempt_watcher_clear (&watcher);
}

/* While the job runs, not only at its end. */
static void
test_progress_is_delivered_while_the_job_runs (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  attempt_watcher_launch (&watcher, 1,
                          "echo '{\"progress\":0.5}' >&3; until [ -e go ]; do sleep 0.02; done;"
                          "echo '{\"progress\":0.75}' >&3; sleep 600");
  attempt_watcher_await_reports (&watcher, 1);
  g_assert_cmpfloat (watcher.progress, ==, 0.5);
  job_folder_write (&watcher.folder, "go", "");
  attempt_watcher_await_reports (&watcher, 2);
  g_assert_cmpfloat (watcher.progress, ==, 0.75);
  watcher.executor->stop (watcher.attempt);
  attempt_watcher_await_over (&watcher);
  g_assert_true (watcher.result.stopped);
  attempt_watcher_clear (&watcher);
}

/* Before the shim exists, while it starts, when the job runs: a stop is never lost. */
static void
test_a_stop_at_any_moment_ends_the_job (void)
{
  for (unsigned turns = 0; turns < 8; turns++)
    {
      AttemptWatcher watcher;

      attempt_watcher_init (&watcher);
      attempt_watcher_launch (&watcher, 1, "sleep 600");
      for (unsigned i = 0; i < turns && !watcher.is_over; i++)
        uv_run (&watcher.loop, UV_RUN_NOWAIT);
      watcher.executor->stop (watcher.attempt);
      watcher.executor->stop (watcher.attempt);
      attempt_watcher_await_over (&watcher);
      g_assert_true (watcher.result.stopped);
      g_assert_cmpstr (watcher.signal, ==, "SIGTERM");
      attempt_watcher_clear (&watcher);
    }
}

/* The program looks for the file when it likes; one of the attempt before means nothing. */
static void
test_a_job_is_asked_to_finish_by_a_file (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  job_folder_write (&watcher.folder, "finish.request", "");
  attempt_watcher_launch (&watcher, 1,
                          "[ -e finish.request ] && exit 3; echo '{\"progress\":0.5}' >&3;"
                          "until [ -e finish.request ]; do sleep 0.02; done; exit 4");
  attempt_watcher_await_reports (&watcher, 1);
  watcher.executor->finish (watcher.attempt);
  watcher.executor->finish (watcher.attempt);
  attempt_watcher_await_over (&watcher);
  g_assert_cmpint (watcher.result.exit_code, ==, 4);
  attempt_watcher_clear (&watcher);
}

/* Runs the loop for that time. */
static void
run_for_ms (AttemptWatcher *watcher, int ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < until)
    {
      uv_run (&watcher->loop, UV_RUN_NOWAIT);
      g_usleep (5000);
    }
}

static void
check_pause (AttemptWatcher *watcher)
{
  attempt_watcher_launch (watcher, 1, "until [ -e go ]; do sleep 0.01; done; exit 4");
  watcher->executor->pause (watcher->attempt, true);
  attempt_watcher_await_started (watcher);
  while (job_folder_count_running (&watcher->folder) > 0)
    run_for_ms (watcher, 10);
  job_folder_write (&watcher->folder, "go", "");
  run_for_ms (watcher, 300);
  g_assert_false (watcher->is_over);
  watcher->executor->pause (watcher->attempt, false);
  watcher->executor->pause (watcher->attempt, true);
  watcher->executor->pause (watcher->attempt, false);
  attempt_watcher_await_over (watcher);
  g_assert_cmpint (watcher->result.exit_code, ==, 4);
  attempt_watcher_clear (watcher);
}

/* Before it has started, too. */
static void
test_a_job_is_paused_and_resumed (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  check_pause (&watcher);
  attempt_watcher_init_plain (&watcher);
  check_pause (&watcher);
}

static void
test_a_job_that_cannot_start_says_why (void)
{
  AttemptWatcher watcher;
  const char *argv[] = { "no-such-program", NULL };

  attempt_watcher_init (&watcher);
  attempt_watcher_launch_spec (&watcher, &(AttemptSpec){ .argv = argv });
  attempt_watcher_await_over (&watcher);
  g_assert_cmpuint (watcher.n_started, ==, 0);
  g_assert_cmpint (watcher.result.exit_code, ==, -1);
  g_assert_true (g_str_has_prefix (watcher.error, "cannot start 'no-such-program': No such file"));
  attempt_watcher_clear (&watcher);
}

/* The kernel allows 128 KiB for one argument: the job fails, not the daemon. */
static void
test_arguments_that_are_too_large_fail_the_job (void)
{
  AttemptWatcher watcher;
  g_autofree char *huge = g_strnfill (1000000, 'x');
  const char *argv[] = { "true", huge, NULL };

  attempt_watcher_init (&watcher);
  attempt_watcher_launch_spec (&watcher, &(AttemptSpec){ .argv = argv });
  attempt_watcher_await_over (&watcher);
  g_assert_nonnull (strstr (watcher.error, "too large"));
  g_assert_true (job_folder_has (&watcher.folder, "exit.json"));
  attempt_watcher_clear (&watcher);
}

static void
test_a_missing_shim_fails_the_job (void)
{
  const char *shim = g_strdup (g_getenv ("VESTIM_RUN"));
  AttemptWatcher watcher;

  g_setenv ("VESTIM_RUN", "/no/such/vestim-run", TRUE);
  attempt_watcher_init (&watcher);
  g_setenv ("VESTIM_RUN", shim, TRUE);
  attempt_watcher_launch (&watcher, 1, "true");
  attempt_watcher_await_over (&watcher);
  g_assert_true (g_str_has_prefix (watcher.error, "Cannot start '/no/such/vestim-run'"));
  g_free ((char *) shim);
  attempt_watcher_clear (&watcher);
}

static void
test_a_file_in_place_of_the_folder_fails_the_job (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  g_assert_cmpint (g_rmdir (watcher.folder.path), ==, 0);
  g_assert_true (g_file_set_contents (watcher.folder.path, "", 0, NULL));
  attempt_watcher_launch (&watcher, 1, "true");
  attempt_watcher_await_over (&watcher);
  g_assert_nonnull (strstr (watcher.error, "job.json"));
  attempt_watcher_clear (&watcher);
}

/* The job does not get the daemon's own variables, and its variables do not act on the shim. */
static void
test_the_environment_is_the_daemons_with_changes (void)
{
  AttemptWatcher watcher;
  const char *argv[] = { "/usr/bin/env", NULL };
  const char *set[] = { "ADDED=1",    "HOME=/elsewhere", "LD_PRELOAD=/no/such.so",
                        "KEPT_TOO=2", "EQUAL=a=b",       NULL };
  const char *unset[] = { "REMOVED", NULL };
  g_autofree char *log = NULL;

  g_setenv ("VESTIM_TOKEN", "secret", TRUE);
  g_setenv ("NOTIFY_SOCKET", "/run/notify", TRUE);
  g_setenv ("LISTEN_FDS", "1", TRUE);
  g_setenv ("REMOVED", "1", TRUE);
  g_setenv ("KEPT", "1", TRUE);
  attempt_watcher_init (&watcher);
  attempt_watcher_launch_spec (&watcher,
                               &(AttemptSpec){ .argv = argv, .env_set = set, .env_unset = unset });
  attempt_watcher_await_over (&watcher);
  log = job_folder_read (&watcher.folder, "log.txt");
  g_assert_nonnull (strstr (log, "ADDED=1\n"));
  g_assert_nonnull (strstr (log, "HOME=/elsewhere\n"));
  g_assert_null (strstr (strstr (log, "HOME=") + 1, "\nHOME="));
  g_assert_nonnull (strstr (log, "KEPT=1\n"));
  g_assert_nonnull (strstr (log, "KEPT_TOO=2\n"));
  g_assert_nonnull (strstr (log, "EQUAL=a=b\n"));
  g_assert_nonnull (strstr (log, "VESTIM_PROGRESS_FD=3\n"));
  g_assert_null (strstr (log, "VESTIM_TOKEN"));
  g_assert_null (strstr (log, "NOTIFY_SOCKET"));
  g_assert_null (strstr (log, "LISTEN_FDS"));
  g_assert_null (strstr (log, "REMOVED"));
  attempt_watcher_clear (&watcher);
}

/* posix_spawn() in a program with threads leaves two signals ignored. */
static void
test_no_signal_is_ignored_or_blocked (void)
{
  AttemptWatcher watcher;
  const char *argv[] = { "/bin/cat", "/proc/self/status", NULL };
  g_autofree char *log = NULL;

  attempt_watcher_init (&watcher);
  attempt_watcher_launch_spec (&watcher, &(AttemptSpec){ .argv = argv });
  attempt_watcher_await_over (&watcher);
  log = job_folder_read (&watcher.folder, "log.txt");
  g_assert_nonnull (strstr (log, "SigBlk:\t0000000000000000"));
  g_assert_nonnull (strstr (log, "SigIgn:\t0000000000000000"));
  attempt_watcher_clear (&watcher);
}

/* The PATH of the job counts, not that of the daemon. */
static void
test_the_program_is_found_in_the_jobs_path (void)
{
  AttemptWatcher watcher;
  g_autofree char *program = NULL, *path = NULL;
  const char *argv[] = { "my-program", NULL };
  const char *set[] = { NULL, NULL };

  attempt_watcher_init (&watcher);
  job_folder_write (&watcher.folder, "my-program", "#!/bin/sh\nexit 17\n");
  program = job_folder_file (&watcher.folder, "my-program");
  g_assert_cmpint (g_chmod (program, 0700), ==, 0);
  set[0] = path = g_strdup_printf ("PATH=/nowhere:%s", watcher.folder.path);
  attempt_watcher_launch_spec (&watcher, &(AttemptSpec){ .argv = argv, .env_set = set });
  attempt_watcher_await_over (&watcher);
  g_assert_cmpint (watcher.result.exit_code, ==, 17);
  attempt_watcher_clear (&watcher);
}

static void
test_a_time_limit_and_a_cwd_reach_the_shim (void)
{
  AttemptWatcher watcher;
  const char *argv[] = { "/bin/sh", "-c", "pwd -P; sleep 600", NULL };
  g_autofree char *log = NULL;

  attempt_watcher_init (&watcher);
  attempt_watcher_launch_spec (&watcher,
                               &(AttemptSpec){ .argv = argv, .cwd = "/usr", .timeout_s = 0.25 });
  attempt_watcher_await_over (&watcher);
  log = job_folder_read (&watcher.folder, "log.txt");
  g_assert_true (watcher.result.timed_out && !watcher.result.stopped);
  g_assert_cmpstr (log, ==, "/usr\n");
  attempt_watcher_clear (&watcher);
}

/* The one of an earlier attempt may still be in the folder. */
static void
test_the_summary_of_another_attempt_is_ignored (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  attempt_watcher_launch (&watcher, 1, "echo '{\"attempt\":1}' > summary.json");
  attempt_watcher_await_over (&watcher);
  g_assert_cmpstr (watcher.summary, ==, "{\"attempt\":1}\n");
  g_clear_pointer (&watcher.summary, g_free);
  watcher.is_over = false;
  attempt_watcher_launch (&watcher, 2, "true");
  attempt_watcher_await_over (&watcher);
  g_assert_null (watcher.summary);
  attempt_watcher_clear (&watcher);
}

static void
test_a_summary_that_is_no_json_or_no_file_is_ignored (void)
{
  static const char *const scripts[] = {
    "echo '{\"attempt\":1,}' > summary.json",
    "mkfifo summary.json",
    "echo '{\"attempt\":1}' > x; ln -s x summary.json",
    "printf '{\"attempt\":1,\"x\":\"%9000000d\"}' 1 > summary.json",
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      AttemptWatcher watcher;

      attempt_watcher_init (&watcher);
      attempt_watcher_launch (&watcher, 1, scripts[i]);
      attempt_watcher_await_over (&watcher);
      g_assert_cmpint (watcher.result.exit_code, ==, 0);
      g_assert_null (watcher.summary);
      attempt_watcher_clear (&watcher);
    }
}

/* The shim is a child of ours. */
static void
test_no_zombie_is_left (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  attempt_watcher_launch (&watcher, 1, "true");
  attempt_watcher_await_over (&watcher);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
  attempt_watcher_clear (&watcher);
}

/* Kernels before 5.3 and sandboxes have no pidfd, and inotify watches can run out. */
static void
test_it_works_without_pidfd_and_inotify (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init_plain (&watcher);
  attempt_watcher_launch (&watcher, 1, "echo '{\"progress\":0.5}' >&3; sleep 600");
  attempt_watcher_await_reports (&watcher, 1);
  g_assert_cmpuint (watcher.n_started, ==, 1);
  watcher.executor->stop (watcher.attempt);
  attempt_watcher_await_over (&watcher);
  g_assert_true (watcher.result.stopped);
  attempt_watcher_clear (&watcher);
}

/* A job can halt its shim before the shim reports the start. */
static void
test_a_shim_that_was_halted_at_its_start_is_continued (void)
{
  g_autofree char *real = g_strdup (g_getenv ("VESTIM_RUN"));
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *path = g_build_filename (folder, "shim", NULL);
  g_autofree char *script = g_strdup_printf (
      "#!/bin/sh\n[ \"$1\" = --end ] || { printf + >&4; kill -STOP $$; }\nexec '%s' \"$@\"\n",
      real);
  AttemptWatcher watcher;

  scratch_write (path, script);
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
  g_setenv ("VESTIM_RUN", path, true);
  attempt_watcher_init (&watcher);
  g_setenv ("VESTIM_RUN", real, true);
  attempt_watcher_launch (&watcher, 1, "exit 3");
  attempt_watcher_await_over (&watcher);
  g_assert_cmpuint (watcher.n_started, ==, 1);
  g_assert_cmpint (watcher.result.exit_code, ==, 3);
  attempt_watcher_clear (&watcher);
}

#define ADD(name) g_test_add_func ("/local-executor/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_job_starts_and_ends_with_its_exit_code);
  ADD (job_json_is_there_before_the_job);
  ADD (a_missing_folder_is_made);
  ADD (progress_comes_before_the_end);
  ADD (a_flood_of_progress_is_merged);
  ADD (progress_is_delivered_while_the_job_runs);
  ADD (a_stop_at_any_moment_ends_the_job);
  ADD (a_job_is_asked_to_finish_by_a_file);
  ADD (a_job_is_paused_and_resumed);
  ADD (a_job_that_cannot_start_says_why);
  ADD (arguments_that_are_too_large_fail_the_job);
  ADD (a_missing_shim_fails_the_job);
  ADD (a_file_in_place_of_the_folder_fails_the_job);
  ADD (the_environment_is_the_daemons_with_changes);
  ADD (no_signal_is_ignored_or_blocked);
  ADD (the_program_is_found_in_the_jobs_path);
  ADD (a_time_limit_and_a_cwd_reach_the_shim);
  ADD (the_summary_of_another_attempt_is_ignored);
  ADD (a_summary_that_is_no_json_or_no_file_is_ignored);
  ADD (no_zombie_is_left);
  ADD (it_works_without_pidfd_and_inotify);
  ADD (a_shim_that_was_halted_at_its_start_is_continued);
  return g_test_run ();
}
