/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/attempt-watcher.h"

/* A daemon that starts finds attempts in every situation. The shims here are children of the test
 * or, as after a daemon was killed, orphans. */

/* Starts a shim as if its daemon had died, with the signals blocked that it is not ready for yet.
 */
static void
start_orphan (AttemptWatcher *watcher, int attempt, const char *script)
{
  g_autofree char *quoted = g_shell_quote (script);
  g_autofree char *command =
      g_strdup_printf ("ASAN_OPTIONS=detect_leaks=0 %s --folder %s --job-id " JOB_FOLDER_ID
                       " --attempt %d -- sh -c %s >/dev/null 2>&1 &",
                       g_getenv ("VESTIM_RUN"), watcher->folder.path, attempt, quoted);
  sigset_t blocked, before;

  sigemptyset (&blocked);
  sigaddset (&blocked, SIGTERM);
  sigaddset (&blocked, SIGUSR1);
  g_assert_cmpint (sigprocmask (SIG_BLOCK, &blocked, &before), ==, 0);
  g_assert_cmpint (system (command), ==, 0);
  g_assert_cmpint (sigprocmask (SIG_SETMASK, &before, NULL), ==, 0);
}

static void
await_locked (AttemptWatcher *watcher)
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
test_a_running_job_is_adopted (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  start_orphan (&watcher, 1,
                "echo '{\"progress\":0.5}' >&3; echo up; until [ -e go ]; do sleep 0.02; done;"
                "echo '{\"progress\":0.9}' >&3; exit 11");
  job_folder_await (&watcher.folder, "log.txt", "up");
  attempt_watcher_adopt (&watcher, 1);
  attempt_watcher_await_reports (&watcher, 1);
  g_assert_cmpint (watcher.started_at, ==,
                   job_folder_number (&watcher.folder, "run.lock", "started_at"));
  g_assert_cmpfloat (watcher.progress, ==, 0.5);
  job_folder_write (&watcher.folder, "go", "");
  attempt_watcher_await_over (&watcher);
  g_assert_cmpfloat (watcher.progress, ==, 0.9);
  g_assert_cmpint (watcher.result.exit_code, ==, 11);
  g_assert_cmpuint (watcher.n_started, ==, 1);
  attempt_watcher_clear (&watcher);
}

static void
test_an_adopted_job_can_be_stopped (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  start_orphan (&watcher, 1, "(setsid sleep 600 &); echo up; sleep 600");
  job_folder_await (&watcher.folder, "log.txt", "up");
  attempt_watcher_adopt (&watcher, 1);
  watcher.executor->stop (watcher.attempt);
  attempt_watcher_await_over (&watcher);
  g_assert_true (watcher.result.stopped);
  g_assert_cmpuint (job_folder_count_processes (&watcher.folder), ==, 0);
  attempt_watcher_clear (&watcher);
}

static void
test_a_job_that_has_ended_is_reported (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  job_folder_run (&watcher.folder, 1, NULL, "echo '{\"message\":\"last\"}' >&3; exit 12");
  attempt_watcher_adopt (&watcher, 1);
  attempt_watcher_await_over (&watcher);
  g_assert_cmpint (watcher.result.exit_code, ==, 12);
  g_assert_cmpstr (watcher.message, ==, "last");
  g_assert_cmpuint (watcher.n_started, ==, 1);
  g_assert_cmpuint (watcher.n_reports_before_start, ==, 0);
  attempt_watcher_clear (&watcher);
}

/* A daemon killed between the commit and the start. */
static void
test_an_attempt_that_never_started_is_absent (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  attempt_watcher_adopt (&watcher, 1);
  attempt_watcher_await_over (&watcher);
  g_assert_true (watcher.is_absent);
  attempt_watcher_clear (&watcher);
}

/* "Another attempt's record is ignored." */
static void
test_the_record_of_another_attempt_is_ignored (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  job_folder_run (&watcher.folder, 1, NULL, "exit 5");
  attempt_watcher_adopt (&watcher, 2);
  attempt_watcher_await_over (&watcher);
  g_assert_true (watcher.is_absent);
  attempt_watcher_clear (&watcher);
}

/* The attempt before left a service running on purpose, which bears the marks of the job. */
static void
test_kept_leftovers_are_no_trace_of_the_next_attempt (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  job_folder_run (&watcher.folder, 1, "--keep-leftovers",
                  "(until [ -e end ]; do sleep 0.02; done) & exit 5");
  g_assert_cmpuint (job_folder_count_processes (&watcher.folder), >, 0);
  attempt_watcher_adopt (&watcher, 2);
  attempt_watcher_await_over (&watcher);
  g_assert_true (watcher.is_absent);
  g_assert_cmpuint (job_folder_count_processes (&watcher.folder), >, 0);
  job_folder_write (&watcher.folder, "end", "");
  while (job_folder_count_processes (&watcher.folder) > 0)
    g_usleep (2000);
  attempt_watcher_clear (&watcher);
}

/* The machine went down: run.lock was made, but its text never reached the disk. */
static void
test_an_attempt_whose_record_was_lost_is_lost (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  job_folder_write (&watcher.folder, "run.lock", "");
  job_folder_write (&watcher.folder, "log.txt", "");
  attempt_watcher_adopt (&watcher, 1);
  attempt_watcher_await_over (&watcher);
  g_assert_true (watcher.result.lost);
  g_assert_cmpint (job_folder_run (&watcher.folder, 1, NULL, "true"), ==, 75);
  attempt_watcher_clear (&watcher);
}

/* The shim was killed while no daemon lived. */
static void
test_a_lost_job_is_ended_with_its_tree (void)
{
  AttemptWatcher watcher;
  GPid shim;

  attempt_watcher_init (&watcher);
  shim = job_folder_start (&watcher.folder, 1, NULL,
                           "(setsid sleep 600 >/dev/null 2>&1 &); echo up; sleep 600");
  job_folder_await (&watcher.folder, "log.txt", "up");
  kill (shim, SIGKILL);
  job_folder_wait (shim);
  attempt_watcher_adopt (&watcher, 1);
  attempt_watcher_await_over (&watcher);
  g_assert_true (watcher.result.lost);
  g_assert_cmpint (watcher.result.started_at, >, 0);
  g_assert_cmpuint (job_folder_count_processes (&watcher.folder), ==, 0);
  attempt_watcher_clear (&watcher);
}

/* While the executor follows it: a child of ours, and an adopted one. */
static void
test_a_shim_that_is_killed_is_noticed (void)
{
  for (int is_adopted = 0; is_adopted < 2; is_adopted++)
    {
      AttemptWatcher watcher;
      GPid shim;

      attempt_watcher_init (&watcher);
      if (is_adopted)
        {
          start_orphan (&watcher, 1, "(setsid sleep 600 >/dev/null 2>&1 &); echo up; sleep 600");
          job_folder_await (&watcher.folder, "log.txt", "up");
          attempt_watcher_adopt (&watcher, 1);
        }
      else
        attempt_watcher_launch (&watcher, 1, "(setsid sleep 600 >/dev/null 2>&1 &); sleep 600");
      attempt_watcher_await_started (&watcher);
      shim = (GPid) job_folder_number (&watcher.folder, "run.lock", "pid");
      kill (shim, SIGKILL);
      attempt_watcher_await_over (&watcher);
      g_assert_true (watcher.result.lost);
      g_assert_cmpuint (job_folder_count_processes (&watcher.folder), ==, 0);
      attempt_watcher_clear (&watcher);
    }
}

/* A daemon was killed before it knew that it started the shim, and launches again: the first shim
 * counts. */
static void
test_a_launch_beside_a_living_shim_follows_it (void)
{
  AttemptWatcher watcher;
  g_autofree char *made = NULL;

  attempt_watcher_init (&watcher);
  start_orphan (&watcher, 1,
                "echo first >> made; echo up; until [ -e go ]; do sleep 0.02; done; exit 13");
  job_folder_await (&watcher.folder, "log.txt", "up");
  attempt_watcher_launch (&watcher, 1, "echo second >> made");
  attempt_watcher_await_started (&watcher);
  job_folder_write (&watcher.folder, "go", "");
  attempt_watcher_await_over (&watcher);
  made = job_folder_read (&watcher.folder, "made");
  g_assert_cmpint (watcher.result.exit_code, ==, 13);
  g_assert_cmpstr (made, ==, "first\n");
  attempt_watcher_clear (&watcher);
}

static void
test_a_launch_of_an_attempt_that_is_over_reports_its_end (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init (&watcher);
  job_folder_run (&watcher.folder, 1, NULL, "exit 14");
  attempt_watcher_launch (&watcher, 1, "exit 15");
  attempt_watcher_await_over (&watcher);
  g_assert_cmpint (watcher.result.exit_code, ==, 14);
  attempt_watcher_clear (&watcher);
}

/* The race itself: an adoption and a launch while a first shim is just starting. */
static void
test_an_attempt_whose_shim_is_starting_runs_once (void)
{
  for (unsigned i = 0; i < 20; i++)
    {
      AttemptWatcher watcher;
      g_autofree char *made = NULL;

      attempt_watcher_init (&watcher);
      start_orphan (&watcher, 1, "echo ran >> made; exit 16");
      attempt_watcher_adopt (&watcher, 1);
      attempt_watcher_await_over (&watcher);
      if (watcher.is_absent)
        {
          watcher.is_over = watcher.is_absent = false;
          attempt_watcher_launch (&watcher, 1, "echo ran >> made; exit 16");
          attempt_watcher_await_over (&watcher);
        }
      made = job_folder_read (&watcher.folder, "made");
      g_assert_cmpint (watcher.result.exit_code, ==, 16);
      g_assert_cmpstr (made, ==, "ran\n");
      attempt_watcher_clear (&watcher);
    }
}

/* A daemon that stops with --keep-jobs, or dies: the job does not notice. */
static void
test_a_detached_job_continues (void)
{
  AttemptWatcher watcher;
  GPid shim;

  attempt_watcher_init (&watcher);
  attempt_watcher_launch (&watcher, 1, "until [ -e go ]; do sleep 0.02; done; echo ended; exit 18");
  attempt_watcher_await_started (&watcher);
  shim = (GPid) job_folder_number (&watcher.folder, "run.lock", "pid");
  attempt_watcher_detach (&watcher);
  job_folder_write (&watcher.folder, "go", "");
  job_folder_await (&watcher.folder, "exit.json", "\"exit_code\":18");
  job_folder_wait (shim);
  attempt_watcher_adopt (&watcher, 1);
  attempt_watcher_await_over (&watcher);
  g_assert_cmpint (watcher.result.exit_code, ==, 18);
  attempt_watcher_clear (&watcher);
}

/* Detached at any point of its start, the attempt is found again and has run once. */
static void
test_a_detached_start_is_found_again (void)
{
  for (unsigned turns = 0; turns < 8; turns++)
    {
      AttemptWatcher watcher;
      g_autofree char *made = NULL;

      attempt_watcher_init (&watcher);
      attempt_watcher_launch (&watcher, 1, "echo ran >> made; sleep 0.1; exit 19");
      for (unsigned i = 0; i < turns; i++)
        uv_run (&watcher.loop, UV_RUN_NOWAIT);
      attempt_watcher_detach (&watcher);
      attempt_watcher_launch (&watcher, 1, "echo ran >> made; sleep 0.1; exit 19");
      attempt_watcher_await_over (&watcher);
      made = job_folder_read (&watcher.folder, "made");
      g_assert_cmpstr (watcher.error, ==, NULL);
      g_assert_cmpint (watcher.result.exit_code, ==, 19);
      g_assert_cmpstr (made, ==, "ran\n");
      attempt_watcher_clear (&watcher);
    }
}

/* Two attempts must not share the folder. */
static void
test_a_launch_waits_for_the_end_of_the_older_attempt (void)
{
  AttemptWatcher watcher;
  g_autofree char *made = NULL;

  attempt_watcher_init (&watcher);
  start_orphan (&watcher, 1, "echo up; sleep 0.3; echo one >> made");
  job_folder_await (&watcher.folder, "log.txt", "up");
  attempt_watcher_launch (&watcher, 2, "echo two >> made");
  attempt_watcher_await_over (&watcher);
  made = job_folder_read (&watcher.folder, "made");
  g_assert_cmpint (watcher.result.exit_code, ==, 0);
  g_assert_cmpstr (made, ==, "one\ntwo\n");
  attempt_watcher_clear (&watcher);
}

/* The daemon died while it cleaned up after a lost shim. */
static void
test_the_cleanup_of_an_earlier_daemon_is_awaited (void)
{
  AttemptWatcher watcher;
  GPid shim, end;

  attempt_watcher_init (&watcher);
  shim =
      job_folder_start (&watcher.folder, 1, NULL,
                        "(trap '' TERM; setsid sleep 600 >/dev/null 2>&1 &); echo up; sleep 600");
  job_folder_await (&watcher.folder, "log.txt", "up");
  kill (shim, SIGKILL);
  job_folder_wait (shim);
  end = job_folder_start_end (&watcher.folder, 1);
  await_locked (&watcher);
  attempt_watcher_adopt (&watcher, 1);
  attempt_watcher_await_over (&watcher);
  g_assert_true (watcher.result.lost);
  g_assert_cmpuint (job_folder_count_processes (&watcher.folder), ==, 0);
  job_folder_wait (end);
  attempt_watcher_clear (&watcher);
}

/* A process with the marks of the job and nothing else; it kills the first cleanup that it sees. */
static pid_t
start_killer (const AttemptWatcher *watcher)
{
  g_autofree char *folder = g_strconcat ("VESTIM_JOB_DIR=", watcher->folder.path, NULL);
  char *environment[] = { (char *) "VESTIM_JOB_ID=" JOB_FOLDER_ID, folder, NULL };
  const char *script = "trap '' TERM; echo up >ready; while :; do for p in /proc/[0-9]*; do"
                       " if tr '\\0' ' ' <$p/cmdline | grep -q '^vestim-run --end --folder '$PWD;"
                       " then kill -9 ${p#/proc/}; exit; fi; done; done 2>/dev/null";
  char *argv[] = { (char *) "sh", (char *) "-c", (char *) script, NULL };
  pid_t pid = fork ();

  if (pid == 0)
    {
      if (chdir (watcher->folder.path) == 0)
        execve ("/bin/sh", argv, environment);
      _exit (127);
    }
  job_folder_await (&watcher->folder, "ready", "up");
  return pid;
}

/* Its processes were the only trace of the attempt. Without them it must not look as if it had
 * never started, or it is started again. */
static void
test_a_job_that_kills_its_cleanup_is_lost (void)
{
  AttemptWatcher watcher;
  pid_t killer;

  attempt_watcher_init (&watcher);
  killer = start_killer (&watcher);
  attempt_watcher_adopt (&watcher, 1);
  attempt_watcher_await_over (&watcher);
  g_assert_false (watcher.is_absent);
  g_assert_true (watcher.result.lost);
  g_assert_cmpint (waitpid (killer, NULL, 0), ==, killer);
  attempt_watcher_clear (&watcher);
}

static void
test_a_job_is_adopted_without_pidfd_and_inotify (void)
{
  AttemptWatcher watcher;

  attempt_watcher_init_plain (&watcher);
  start_orphan (&watcher, 1, "echo '{\"progress\":0.5}' >&3; echo up; sleep 600");
  job_folder_await (&watcher.folder, "log.txt", "up");
  attempt_watcher_adopt (&watcher, 1);
  attempt_watcher_await_reports (&watcher, 1);
  watcher.executor->stop (watcher.attempt);
  attempt_watcher_await_over (&watcher);
  g_assert_true (watcher.result.stopped);
  attempt_watcher_clear (&watcher);
}

#define ADD(name) g_test_add_func ("/local-adopt/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_running_job_is_adopted);
  ADD (an_adopted_job_can_be_stopped);
  ADD (a_job_that_has_ended_is_reported);
  ADD (an_attempt_that_never_started_is_absent);
  ADD (the_record_of_another_attempt_is_ignored);
  ADD (kept_leftovers_are_no_trace_of_the_next_attempt);
  ADD (an_attempt_whose_record_was_lost_is_lost);
  ADD (a_lost_job_is_ended_with_its_tree);
  ADD (a_shim_that_is_killed_is_noticed);
  ADD (a_launch_beside_a_living_shim_follows_it);
  ADD (a_launch_of_an_attempt_that_is_over_reports_its_end);
  ADD (an_attempt_whose_shim_is_starting_runs_once);
  ADD (a_detached_job_continues);
  ADD (a_detached_start_is_found_again);
  ADD (a_launch_waits_for_the_end_of_the_older_attempt);
  ADD (the_cleanup_of_an_earlier_daemon_is_awaited);
  ADD (a_job_that_kills_its_cleanup_is_lost);
  ADD (a_job_is_adopted_without_pidfd_and_inotify);
  return g_test_run ();
}
