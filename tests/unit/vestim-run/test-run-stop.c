/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/job-folder.h"

static double
seconds_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

static void
test_a_stop_is_recorded_with_the_exit_code_of_the_job (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "trap 'exit 7' TERM; echo up; sleep 600 & wait");
  job_folder_await (&folder, "log.txt", "up");
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":7,\"signal\":null");
  job_folder_assert_exit (&folder, "\"stopped\":true,\"timed_out\":false");
  job_folder_clear (&folder);
}

/* A process may start others to clean up after SIGTERM. */
static void
test_processes_that_a_sigterm_handler_starts_are_spared (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (
      &folder, 1, NULL, "trap 'sleep 0.5; echo cleaned; exit 0' TERM; echo up; sleep 600 & wait");
  job_folder_await (&folder, "log.txt", "up");
  kill (shim, SIGTERM);
  job_folder_wait (shim);
  job_folder_await (&folder, "log.txt", "cleaned");
  job_folder_assert_exit (&folder, "\"exit_code\":0");
  job_folder_clear (&folder);
}

/* The classic daemon: forks, makes a session, forks again, and closes its descriptors. */
static void
test_a_stop_reaches_a_double_fork_in_its_own_session (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (
      &folder, 1, NULL,
      "(setsid env -i sh -c 'sleep 600 >/dev/null 2>&1 3>&- & echo up' &); sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  job_folder_assert_exit (&folder, "\"signal\":\"SIGTERM\"");
  job_folder_clear (&folder);
}

static void
test_a_process_that_ignores_sigterm_is_killed_after_five_seconds (void)
{
  JobFolder folder;
  gint64 start;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "trap '' TERM; echo up; while :; do sleep 600; done");
  job_folder_await (&folder, "log.txt", "up");
  start = g_get_monotonic_time ();
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  g_assert_cmpfloat (seconds_since (start), >=, 4.9);
  job_folder_assert_exit (&folder, "\"signal\":\"SIGKILL\"");
  job_folder_assert_exit (&folder, "\"stopped\":true");
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  job_folder_clear (&folder);
}

/* A stopped process takes no SIGTERM before it continues. */
static void
test_a_suspended_job_is_ended_at_once (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "echo up; kill -STOP $$; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"signal\":\"SIGTERM\"");
  job_folder_clear (&folder);
}

/* They would write into the folder of a job that is over, or of its next attempt. */
static void
test_remaining_processes_are_ended_with_the_job (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 1, NULL, "setsid sleep 600 & sleep 600 & exit 5"), ==,
                   0);
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":5");
  job_folder_assert_exit (&folder, "\"stopped\":false");
  job_folder_clear (&folder);
}

/* What processes write while they end belongs to the job's log. */
static void
test_the_last_output_of_remaining_processes_is_logged (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL,
                  "sh -c 'trap \"echo bye; exit\" TERM; echo up; sleep 600 & wait' &"
                  "until grep -q up log.txt; do sleep 0.01; done");
  job_folder_await (&folder, "log.txt", "bye");
  job_folder_clear (&folder);
}

static void
test_a_time_limit_ends_the_job (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 1, "--timeout 0.2", "sleep 600"), ==, 0);
  job_folder_assert_exit (&folder, "\"stopped\":false,\"timed_out\":true");
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  job_folder_clear (&folder);
}

static void
test_a_job_within_its_time_limit_runs_to_its_end (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 1, "--timeout 3600", "exit 0"), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":0");
  job_folder_assert_exit (&folder, "\"timed_out\":false");
  job_folder_clear (&folder);
}

/* A logout, or Ctrl-C in the daemon's terminal, must not end the job. */
static void
test_hangup_and_interrupt_leave_the_shim_alone (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "echo up; until [ -e go ]; do sleep 0.02; done");
  job_folder_await (&folder, "log.txt", "up");
  kill (shim, SIGHUP);
  kill (shim, SIGINT);
  kill (shim, SIGQUIT);
  kill (shim, SIGPIPE);
  job_folder_write (&folder, "go", "");
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":0");
  job_folder_assert_exit (&folder, "\"stopped\":false");
  job_folder_clear (&folder);
}

/* It forks faster than /proc can be read; a process that is stopped first cannot fork. */
static void
test_a_fork_bomb_that_ignores_sigterm_is_ended (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL,
                           "trap '' TERM; echo up; bomb () { sh -c 'sleep 0.3' & sleep 0.05; };"
                           "while :; do bomb; done");
  job_folder_await (&folder, "log.txt", "up");
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  job_folder_clear (&folder);
}

#define ADD(name) g_test_add_func ("/run-stop/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_stop_is_recorded_with_the_exit_code_of_the_job);
  ADD (processes_that_a_sigterm_handler_starts_are_spared);
  ADD (a_stop_reaches_a_double_fork_in_its_own_session);
  ADD (a_process_that_ignores_sigterm_is_killed_after_five_seconds);
  ADD (a_suspended_job_is_ended_at_once);
  ADD (remaining_processes_are_ended_with_the_job);
  ADD (the_last_output_of_remaining_processes_is_logged);
  ADD (a_time_limit_ends_the_job);
  ADD (a_job_within_its_time_limit_runs_to_its_end);
  ADD (hangup_and_interrupt_leave_the_shim_alone);
  ADD (a_fork_bomb_that_ignores_sigterm_is_ended);
  return g_test_run ();
}
