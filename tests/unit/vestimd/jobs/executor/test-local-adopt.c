/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/run-watcher.h"

/* A daemon that starts finds attempts in every situation. The shims here are children of the test,
 * or, started by a helper that ended at once, nobody's, as after a daemon was killed. */

/* Starts the shim as one whose daemon died. */
static void
start_orphan (RunWatcher *watcher, int attempt, const char *script)
{
  g_autofree char *quoted = g_shell_quote (script);
  g_autofree char *command = g_strdup_printf (
      "%s --folder %s --job-id " JOB_FOLDER_ID " --attempt %d -- sh -c %s >/dev/null 2>&1 &",
      g_getenv ("VESTIM_RUN"), watcher->folder.path, attempt, quoted);

  g_assert_cmpint (system (command), ==, 0);
}

static void
await_locked (RunWatcher *watcher)
{
  g_autofree char *path = job_folder_file (&watcher->folder, "run.lock");
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  struct flock lock = { 0 };

  do
    {
      lock = (struct flock){ .l_type = F_WRLCK };
      g_assert_cmpint (fcntl (fd, F_GETLK, &lock), ==, 0);
    }
  while (lock.l_type == F_UNLCK);
  close (fd);
}

static void
test_a_running_job_is_taken_up (void)
{
  RunWatcher watcher;

  run_watcher_init (&watcher);
  start_orphan (&watcher, 1,
                "echo '{\"progress\":0.5}' >&3; echo up; until [ -e go ]; do sleep 0.02; done;"
                "echo '{\"progress\":0.9}' >&3; exit 11");
  job_folder_await (&watcher.folder, "log.txt", "up");
  run_watcher_adopt (&watcher, 1);
  run_watcher_await_reports (&watcher, 1);
  g_assert_cmpint (watcher.started_at, ==,
                   job_folder_number (&watcher.folder, "run.lock", "started_at"));
  g_assert_cmpfloat (watcher.progress, ==, 0.5);
  job_folder_write (&watcher.folder, "go", "");
  run_watcher_await_over (&watcher);
  g_assert_cmpfloat (watcher.progress, ==, 0.9);
  g_assert_cmpint (watcher.outcome.exit_code, ==, 11);
  g_assert_cmpuint (watcher.n_started, ==, 1);
  run_watcher_clear (&watcher);
}

static void
test_a_job_that_was_taken_up_can_be_stopped (void)
{
  RunWatcher watcher;

  run_watcher_init (&watcher);
  start_orphan (&watcher, 1, "(setsid sleep 60 &); echo up; sleep 60");
  job_folder_await (&watcher.folder, "log.txt", "up");
  run_watcher_adopt (&watcher, 1);
  watcher.executor->stop (watcher.run);
  run_watcher_await_over (&watcher);
  g_assert_true (watcher.outcome.stopped);
  g_assert_cmpuint (job_folder_count_processes (&watcher.folder), ==, 0);
  run_watcher_clear (&watcher);
}

static void
test_a_job_that_ended_meanwhile_is_reported (void)
{
  RunWatcher watcher;

  run_watcher_init (&watcher);
  job_folder_run (&watcher.folder, 1, NULL, "echo '{\"message\":\"last\"}' >&3; exit 12");
  run_watcher_adopt (&watcher, 1);
  run_watcher_await_over (&watcher);
  g_assert_cmpint (watcher.outcome.exit_code, ==, 12);
  g_assert_cmpstr (watcher.message, ==, "last");
  g_assert_cmpuint (watcher.n_started, ==, 1);
  g_assert_cmpuint (watcher.n_reports_before_start, ==, 0);
  run_watcher_clear (&watcher);
}

/* A daemon killed between the commit and the start. */
static void
test_an_attempt_that_never_started_is_absent (void)
{
  RunWatcher watcher;

  run_watcher_init (&watcher);
  run_watcher_adopt (&watcher, 1);
  run_watcher_await_over (&watcher);
  g_assert_true (watcher.is_absent);
  run_watcher_clear (&watcher);
}

/* "Another attempt's record is ignored." */
static void
test_the_record_of_another_attempt_is_ignored (void)
{
  RunWatcher watcher;

  run_watcher_init (&watcher);
  job_folder_run (&watcher.folder, 1, NULL, "exit 5");
  run_watcher_adopt (&watcher, 2);
  run_watcher_await_over (&watcher);
  g_assert_true (watcher.is_absent);
  run_watcher_clear (&watcher);
}

/* The machine went down: run.lock was made, but what was in it never reached the disk. */
static void
test_an_attempt_whose_record_was_lost_is_lost (void)
{
  RunWatcher watcher;

  run_watcher_init (&watcher);
  job_folder_write (&watcher.folder, "run.lock", "");
  job_folder_write (&watcher.folder, "log.txt", "");
  run_watcher_adopt (&watcher, 1);
  run_watcher_await_over (&watcher);
  g_assert_true (watcher.outcome.lost);
  g_assert_cmpint (job_folder_run (&watcher.folder, 1, NULL, "true"), ==, 75);
  run_watcher_clear (&watcher);
}

/* The shim was killed while no daemon lived. */
static void
test_a_lost_job_is_ended_with_its_tree (void)
{
  RunWatcher watcher;
  GPid shim;

  run_watcher_init (&watcher);
  shim = job_folder_start (&watcher.folder, 1, NULL,
                           "(setsid sleep 60 >/dev/null 2>&1 &); echo up; sleep 60");
  job_folder_await (&watcher.folder, "log.txt", "up");
  kill (shim, SIGKILL);
  job_folder_wait (shim);
  run_watcher_adopt (&watcher, 1);
  run_watcher_await_over (&watcher);
  g_assert_true (watcher.outcome.lost);
  g_assert_cmpint (watcher.outcome.started_at, >, 0);
  g_assert_cmpuint (job_folder_count_processes (&watcher.folder), ==, 0);
  run_watcher_clear (&watcher);
}

/* The shim is killed under our eyes, our own child as well as one that was taken up. */
static void
test_a_shim_that_is_killed_is_noticed (void)
{
  for (int is_adopted = 0; is_adopted < 2; is_adopted++)
    {
      RunWatcher watcher;
      GPid shim;

      run_watcher_init (&watcher);
      if (is_adopted)
        {
          start_orphan (&watcher, 1, "(setsid sleep 60 >/dev/null 2>&1 &); echo up; sleep 60");
          job_folder_await (&watcher.folder, "log.txt", "up");
          run_watcher_adopt (&watcher, 1);
        }
      else
        run_watcher_launch (&watcher, 1, "(setsid sleep 60 >/dev/null 2>&1 &); sleep 60");
      run_watcher_await_started (&watcher);
      shim = (GPid) job_folder_number (&watcher.folder, "run.lock", "pid");
      kill (shim, SIGKILL);
      run_watcher_await_over (&watcher);
      g_assert_true (watcher.outcome.lost);
      g_assert_cmpuint (job_folder_count_processes (&watcher.folder), ==, 0);
      run_watcher_clear (&watcher);
    }
}

/* A daemon killed between starting the shim and knowing it launches again: the first one counts. */
static void
test_a_launch_beside_a_living_shim_follows_it (void)
{
  RunWatcher watcher;
  g_autofree char *made = NULL;

  run_watcher_init (&watcher);
  start_orphan (&watcher, 1,
                "echo first >> made; echo up; until [ -e go ]; do sleep 0.02; done; exit 13");
  job_folder_await (&watcher.folder, "log.txt", "up");
  run_watcher_launch (&watcher, 1, "echo second >> made");
  run_watcher_await_started (&watcher);
  job_folder_write (&watcher.folder, "go", "");
  run_watcher_await_over (&watcher);
  made = job_folder_read (&watcher.folder, "made");
  g_assert_cmpint (watcher.outcome.exit_code, ==, 13);
  g_assert_cmpstr (made, ==, "first\n");
  run_watcher_clear (&watcher);
}

static void
test_a_launch_of_an_attempt_that_is_over_reports_its_end (void)
{
  RunWatcher watcher;

  run_watcher_init (&watcher);
  job_folder_run (&watcher.folder, 1, NULL, "exit 14");
  run_watcher_launch (&watcher, 1, "exit 15");
  run_watcher_await_over (&watcher);
  g_assert_cmpint (watcher.outcome.exit_code, ==, 14);
  run_watcher_clear (&watcher);
}

/* The race itself: an adoption and a launch while a first shim is just starting. */
static void
test_a_shim_that_is_just_starting_is_never_doubled (void)
{
  for (unsigned i = 0; i < 20; i++)
    {
      RunWatcher watcher;
      g_autofree char *made = NULL;

      run_watcher_init (&watcher);
      start_orphan (&watcher, 1, "echo ran >> made; exit 16");
      run_watcher_adopt (&watcher, 1);
      run_watcher_await_over (&watcher);
      if (watcher.is_absent)
        {
          watcher.is_over = watcher.is_absent = false;
          run_watcher_launch (&watcher, 1, "echo ran >> made; exit 16");
          run_watcher_await_over (&watcher);
        }
      made = job_folder_read (&watcher.folder, "made");
      g_assert_cmpint (watcher.outcome.exit_code, ==, 16);
      g_assert_cmpstr (made, ==, "ran\n");
      run_watcher_clear (&watcher);
    }
}

/* A daemon that stops with --keep-jobs, or dies: the job does not notice. */
static void
test_a_job_goes_on_when_it_is_let_go (void)
{
  RunWatcher watcher;
  GPid shim;

  run_watcher_init (&watcher);
  run_watcher_launch (&watcher, 1, "until [ -e go ]; do sleep 0.02; done; echo ended; exit 18");
  run_watcher_await_started (&watcher);
  shim = (GPid) job_folder_number (&watcher.folder, "run.lock", "pid");
  run_watcher_detach (&watcher);
  job_folder_write (&watcher.folder, "go", "");
  job_folder_await (&watcher.folder, "exit.json", "\"exit_code\":18");
  job_folder_wait (shim);
  run_watcher_adopt (&watcher, 1);
  run_watcher_await_over (&watcher);
  g_assert_cmpint (watcher.outcome.exit_code, ==, 18);
  run_watcher_clear (&watcher);
}

/* Let go at any point of a start, the attempt is found again and has run once. */
static void
test_a_start_that_is_let_go_is_found_again (void)
{
  for (unsigned turns = 0; turns < 8; turns++)
    {
      RunWatcher watcher;
      g_autofree char *made = NULL;

      run_watcher_init (&watcher);
      run_watcher_launch (&watcher, 1, "echo ran >> made; sleep 0.1; exit 19");
      for (unsigned i = 0; i < turns; i++)
        uv_run (&watcher.loop, UV_RUN_NOWAIT);
      run_watcher_detach (&watcher);
      run_watcher_launch (&watcher, 1, "echo ran >> made; sleep 0.1; exit 19");
      run_watcher_await_over (&watcher);
      made = job_folder_read (&watcher.folder, "made");
      g_assert_cmpstr (watcher.error, ==, NULL);
      g_assert_cmpint (watcher.outcome.exit_code, ==, 19);
      g_assert_cmpstr (made, ==, "ran\n");
      run_watcher_clear (&watcher);
    }
}

/* A folder held by an older attempt's end must not be shared. */
static void
test_a_launch_waits_for_the_end_of_the_older_attempt (void)
{
  RunWatcher watcher;
  g_autofree char *made = NULL;

  run_watcher_init (&watcher);
  start_orphan (&watcher, 1, "echo up; sleep 0.3; echo one >> made");
  job_folder_await (&watcher.folder, "log.txt", "up");
  run_watcher_launch (&watcher, 2, "echo two >> made");
  run_watcher_await_over (&watcher);
  made = job_folder_read (&watcher.folder, "made");
  g_assert_cmpint (watcher.outcome.exit_code, ==, 0);
  g_assert_cmpstr (made, ==, "one\ntwo\n");
  run_watcher_clear (&watcher);
}

/* The daemon died while it cleaned up after a lost shim. */
static void
test_the_cleaning_up_of_an_earlier_daemon_is_awaited (void)
{
  RunWatcher watcher;
  GPid shim, end;

  run_watcher_init (&watcher);
  shim = job_folder_start (&watcher.folder, 1, NULL,
                           "(trap '' TERM; setsid sleep 60 >/dev/null 2>&1 &); echo up; sleep 60");
  job_folder_await (&watcher.folder, "log.txt", "up");
  kill (shim, SIGKILL);
  job_folder_wait (shim);
  end = job_folder_start_end (&watcher.folder, 1);
  await_locked (&watcher);
  run_watcher_adopt (&watcher, 1);
  run_watcher_await_over (&watcher);
  g_assert_true (watcher.outcome.lost);
  g_assert_cmpuint (job_folder_count_processes (&watcher.folder), ==, 0);
  job_folder_wait (end);
  run_watcher_clear (&watcher);
}

static void
test_a_job_is_taken_up_without_pidfd_and_inotify (void)
{
  RunWatcher watcher;

  run_watcher_init_plain (&watcher);
  start_orphan (&watcher, 1, "echo '{\"progress\":0.5}' >&3; echo up; sleep 60");
  job_folder_await (&watcher.folder, "log.txt", "up");
  run_watcher_adopt (&watcher, 1);
  run_watcher_await_reports (&watcher, 1);
  watcher.executor->stop (watcher.run);
  run_watcher_await_over (&watcher);
  g_assert_true (watcher.outcome.stopped);
  run_watcher_clear (&watcher);
}

#define ADD(name) g_test_add_func ("/local-adopt/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_running_job_is_taken_up);
  ADD (a_job_that_was_taken_up_can_be_stopped);
  ADD (a_job_that_ended_meanwhile_is_reported);
  ADD (an_attempt_that_never_started_is_absent);
  ADD (the_record_of_another_attempt_is_ignored);
  ADD (an_attempt_whose_record_was_lost_is_lost);
  ADD (a_lost_job_is_ended_with_its_tree);
  ADD (a_shim_that_is_killed_is_noticed);
  ADD (a_launch_beside_a_living_shim_follows_it);
  ADD (a_launch_of_an_attempt_that_is_over_reports_its_end);
  ADD (a_shim_that_is_just_starting_is_never_doubled);
  ADD (a_job_goes_on_when_it_is_let_go);
  ADD (a_start_that_is_let_go_is_found_again);
  ADD (a_launch_waits_for_the_end_of_the_older_attempt);
  ADD (the_cleaning_up_of_an_earlier_daemon_is_awaited);
  ADD (a_job_is_taken_up_without_pidfd_and_inotify);
  return g_test_run ();
}
