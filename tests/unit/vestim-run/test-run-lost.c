/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/job-folder.h"

/* `vestim-run --end` after a shim was killed. */

static void
kill_shim (GPid shim)
{
  kill (shim, SIGKILL);
  g_assert_cmpint (job_folder_wait (shim), ==, 1000 + SIGKILL);
}

static void
test_a_lost_attempt_is_recorded_as_lost (void)
{
  JobFolder folder;
  gint64 started_at;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "echo up; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  started_at = job_folder_number (&folder, "run.lock", "started_at");
  kill_shim (shim);
  g_assert_cmpint (job_folder_wait (job_folder_start_end (&folder, 1)), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":null,\"signal\":null,\"error\":null");
  job_folder_assert_exit (&folder, "\"lost\":true");
  g_assert_cmpint (job_folder_number (&folder, "exit.json", "started_at"), ==, started_at);
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  job_folder_clear (&folder);
}

/* Runs the script until it prints "up", kills its shim, and expects that --end ends all of it. */
static void
assert_all_ended (const char *script)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, script);
  job_folder_await (&folder, "log.txt", "up");
  kill_shim (shim);
  g_assert_cmpint (job_folder_wait (job_folder_start_end (&folder, 1)), ==, 0);
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  job_folder_clear (&folder);
}

/* Found by its environment: it left the session and the tree. */
static void
test_a_double_fork_is_found_by_its_environment (void)
{
  assert_all_ended ("(setsid sh -c 'sleep 600 >/dev/null 2>&1 3>&- & echo up' &); sleep 600");
}

/* Found by the session: it has no mark in its environment, and none of our pipes. */
static void
test_a_process_without_environment_is_found_by_its_session (void)
{
  assert_all_ended ("env -i sleep 600 >/dev/null 2>&1 3>&- & echo up; wait");
}

/* Found by the pipe of the log alone. */
static void
test_a_process_is_found_by_the_pipe_it_holds (void)
{
  assert_all_ended ("(setsid env -i sh -c 'echo up; sleep 600' 3>&- &); sleep 600");
}

static void
test_a_remaining_process_that_ignores_sigterm_is_killed (void)
{
  assert_all_ended ("sh -c 'trap \"\" TERM; echo up; while :; do sleep 600; done' & wait");
}

/* The PIDs of another boot belong to other processes now. */
static void
test_a_reboot_protects_all_processes (void)
{
  JobFolder folder;
  g_autofree char *lock = NULL, *pid = NULL;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "sleep 600 & echo $! > pid; echo up; wait");
  job_folder_await (&folder, "log.txt", "up");
  kill_shim (shim);
  lock = job_folder_read (&folder, "run.lock");
  memset (strstr (lock, "\"boot_id\":\"") + 11, '0', 36);
  job_folder_write (&folder, "run.lock", lock);
  g_assert_cmpint (job_folder_wait (job_folder_start_end (&folder, 1)), ==, 0);
  job_folder_assert_exit (&folder, "\"lost\":true");
  g_assert_cmpuint (job_folder_count_processes (&folder), >, 0);
  pid = job_folder_read (&folder, "pid");
  g_assert_cmpint (kill (atoi (pid), SIGKILL), ==, 0);
  job_folder_clear (&folder);
}

/* In a new container, small PIDs come again soon: a session with that number is another one. */
static void
test_the_session_of_another_pid_namespace_is_left_alone (void)
{
  JobFolder folder;
  g_autofree char *lock = NULL, *pid = NULL;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL,
                           "env -i sleep 600 >/dev/null 2>&1 3>&- & echo $! > pid; echo up; wait");
  job_folder_await (&folder, "log.txt", "up");
  kill_shim (shim);
  lock = job_folder_read (&folder, "run.lock");
  memcpy (strstr (lock, "\"pid_namespace\":") + 16, "                 100", 20);
  job_folder_write (&folder, "run.lock", lock);
  g_assert_cmpint (job_folder_wait (job_folder_start_end (&folder, 1)), ==, 0);
  job_folder_assert_exit (&folder, "\"lost\":true");
  pid = job_folder_read (&folder, "pid");
  g_assert_cmpint (kill (atoi (pid), SIGKILL), ==, 0);
  job_folder_clear (&folder);
}

/* A job of the same user, with the same ID, in another folder. */
static void
test_another_job_is_left_alone (void)
{
  JobFolder folder, other;
  GPid shim, other_shim;

  job_folder_init (&folder);
  job_folder_init (&other);
  shim = job_folder_start (&folder, 1, NULL, "echo up; sleep 600");
  other_shim = job_folder_start (&other, 1, NULL, "echo up; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  job_folder_await (&other, "log.txt", "up");
  kill_shim (shim);
  g_assert_cmpint (job_folder_wait (job_folder_start_end (&folder, 1)), ==, 0);
  g_assert_cmpuint (job_folder_count_processes (&other), >, 0);
  kill (other_shim, SIGTERM);
  job_folder_wait (other_shim);
  job_folder_assert_exit (&other, "\"stopped\":true");
  job_folder_clear (&folder);
  job_folder_clear (&other);
}

/* A job may start a new daemon, which later cleans up after that job: it must not end itself. */
static void
test_a_caller_with_the_marks_of_the_job_is_spared (void)
{
  JobFolder folder;
  g_autofree char *script = NULL;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "echo up; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  kill_shim (shim);
  script = g_strdup_printf (
      "VESTIM_JOB_ID=%s VESTIM_JOB_DIR=%s sh -c '%s --end --folder %s --job-id "
      "%s --attempt 1; exit 9'",
      JOB_FOLDER_ID, folder.path, g_getenv ("VESTIM_RUN"), folder.path, JOB_FOLDER_ID);
  g_assert_cmpint (WEXITSTATUS (system (script)), ==, 9);
  job_folder_assert_exit (&folder, "\"lost\":true");
  job_folder_clear (&folder);
}

static void
test_an_exit_record_is_never_overwritten (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL, "exit 4");
  g_assert_cmpint (job_folder_wait (job_folder_start_end (&folder, 1)), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":4");
  job_folder_assert_exit (&folder, "\"lost\":false");
  job_folder_clear (&folder);
}

static void
test_a_living_shim_is_not_lost (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "echo up; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  g_assert_cmpint (job_folder_wait (job_folder_start_end (&folder, 1)), ==, 75);
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"lost\":false");
  job_folder_clear (&folder);
}

#define ADD(name) g_test_add_func ("/run-lost/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_lost_attempt_is_recorded_as_lost);
  ADD (a_double_fork_is_found_by_its_environment);
  ADD (a_process_without_environment_is_found_by_its_session);
  ADD (the_session_of_another_pid_namespace_is_left_alone);
  ADD (a_process_is_found_by_the_pipe_it_holds);
  ADD (a_remaining_process_that_ignores_sigterm_is_killed);
  ADD (a_reboot_protects_all_processes);
  ADD (another_job_is_left_alone);
  ADD (a_caller_with_the_marks_of_the_job_is_spared);
  ADD (an_exit_record_is_never_overwritten);
  ADD (a_living_shim_is_not_lost);
  return g_test_run ();
}
