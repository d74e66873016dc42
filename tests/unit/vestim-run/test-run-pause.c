/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "daemon/posix/process-list.h"
#include "tests/support/job-folder.h"

/* What the daemon does: the file says what is wanted, the signal that it has changed. */
static void
wish (const JobFolder *folder, GPid shim, bool is_paused)
{
  g_autofree char *path = job_folder_file (folder, "pause.request");

  if (is_paused)
    job_folder_write (folder, "pause.request", "");
  else
    g_assert_cmpint (g_unlink (path), ==, 0);
  kill (shim, SIGUSR1);
}

/* A shell waits in the kernel, in vfork(), while its halted child has not become a program yet. */
static bool
is_in_halt (const Process *process)
{
  return process->state == 'T' || process->state == 'D';
}

/* Of the descendants of the shim. */
static unsigned
count (GPid shim, bool is_halted)
{
  ProcessList all = { 0 };
  g_autofree bool *chosen = NULL;
  unsigned n = 0;

  g_assert_cmpint (process_list_read (&all), ==, 0);
  chosen = g_new0 (bool, all.n + 1);
  process_list_choose_descendants (&all, shim, NULL, chosen);
  for (size_t i = 0; i < all.n; i++)
    n += chosen[i] && all.items[i].state != 'Z' && is_in_halt (&all.items[i]) == is_halted;
  process_list_clear (&all);
  return n;
}

#define ANY UINT_MAX

/* `n_halted` may be ANY. */
static void
await (GPid shim, unsigned n_running, unsigned n_halted)
{
  gint64 until = g_get_monotonic_time () + JOB_FOLDER_DEADLINE_S * G_USEC_PER_SEC;

  while (count (shim, false) != n_running || (n_halted != ANY && count (shim, true) != n_halted))
    {
      if (g_get_monotonic_time () > until)
        g_error ("%u run and %u are halted", count (shim, false), count (shim, true));
      g_usleep (5000);
    }
}

static void
test_all_processes_halt_and_go_on (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL,
                           "setsid sleep 600 & (exec sleep 600) & echo up;"
                           "until [ -e go ]; do sleep 0.02; done; kill $!; exit 6");
  job_folder_await (&folder, "log.txt", "up");
  wish (&folder, shim, true);
  await (shim, 0, ANY);
  job_folder_write (&folder, "go", "");
  g_usleep (200000);
  g_assert_cmpuint (count (shim, false), ==, 0);
  wish (&folder, shim, false);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":6");
  g_assert_false (job_folder_has (&folder, "pause.request"));
  job_folder_clear (&folder);
}

/* The signals may come late or merge: the file counts. */
static void
test_a_wish_may_be_repeated (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "echo up; exec sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  for (int i = 0; i < 3; i++)
    wish (&folder, shim, true);
  await (shim, 0, 1);
  kill (shim, SIGUSR1);
  await (shim, 0, 1);
  wish (&folder, shim, false);
  kill (shim, SIGUSR1);
  await (shim, 1, 0);
  wish (&folder, shim, true);
  await (shim, 0, 1);
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"signal\":\"SIGTERM\"");
  job_folder_clear (&folder);
}

static void
test_a_job_that_is_to_be_paused_starts_paused (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  job_folder_write (&folder, "pause.request", "");
  shim = job_folder_start (&folder, 1, NULL, "exec sleep 600");
  await (shim, 0, 1);
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_clear (&folder);
}

/* New processes appear faster than /proc can be read. */
static void
test_a_fork_bomb_is_halted (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL,
                           "echo up; bomb () { sh -c 'sleep 0.3' & sleep 0.02; };"
                           "while :; do bomb; done");
  job_folder_await (&folder, "log.txt", "up");
  wish (&folder, shim, true);
  await (shim, 0, ANY);
  g_usleep (400000);
  g_assert_cmpuint (count (shim, false), ==, 0);
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  job_folder_clear (&folder);
}

/* A program may wait for a moment in which it is to go on. */
static void
test_a_process_that_the_job_has_halted_stays_halted (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "sleep 600 & kill -STOP $!; echo up; exec sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  await (shim, 1, 1);
  wish (&folder, shim, true);
  await (shim, 0, 2);
  wish (&folder, shim, false);
  await (shim, 1, 1);
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_clear (&folder);
}

/* The pause alone is longer than the limit. */
static void
test_the_time_limit_stands_still (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim =
      job_folder_start (&folder, 1, "--timeout 5", "echo up; until [ -e go ]; do sleep 0.02; done");
  job_folder_await (&folder, "log.txt", "up");
  wish (&folder, shim, true);
  await (shim, 0, ANY);
  g_usleep (5500000);
  job_folder_write (&folder, "go", "");
  wish (&folder, shim, false);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":0");
  job_folder_assert_exit (&folder, "\"timed_out\":false");
  job_folder_clear (&folder);
}

static void
test_the_time_limit_goes_on_after_the_pause (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, "--timeout 4", "echo up; exec sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  wish (&folder, shim, true);
  await (shim, 0, 1);
  wish (&folder, shim, false);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"timed_out\":true");
  job_folder_clear (&folder);
}

/* It may clean up: so it gets the first signal, and then goes on. */
static void
test_a_stop_lets_a_paused_job_clean_up (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL,
                           "trap 'echo cleaned; exit 8' TERM; echo up; sleep 600 & wait");
  await (shim, 2, 0);
  wish (&folder, shim, true);
  await (shim, 0, 2);
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_await (&folder, "log.txt", "cleaned");
  job_folder_assert_exit (&folder, "\"exit_code\":8");
  job_folder_assert_exit (&folder, "\"stopped\":true");
  job_folder_clear (&folder);
}

/* The program of a paused job is killed by somebody: the others must not stay halted for ever. */
static void
test_the_end_of_a_paused_program_ends_the_others (void)
{
  JobFolder folder;
  g_autofree char *pid = NULL;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "sleep 600 & echo $$ > pid; echo up; exec sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  pid = job_folder_read (&folder, "pid");
  await (shim, 2, 0);
  wish (&folder, shim, true);
  await (shim, 0, 2);
  kill ((pid_t) g_ascii_strtoll (pid, NULL, 10), SIGKILL);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"signal\":\"SIGKILL\"");
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  job_folder_clear (&folder);
}

/* Then nothing is left that has to go on. */
static void
test_a_paused_job_may_be_killed_as_a_whole (void)
{
  JobFolder folder;
  g_autofree char *pid = NULL;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, NULL, "echo $$ > pid; echo up; exec sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  pid = job_folder_read (&folder, "pid");
  wish (&folder, shim, true);
  await (shim, 0, 1);
  kill ((pid_t) g_ascii_strtoll (pid, NULL, 10), SIGKILL);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"signal\":\"SIGKILL\"");
  job_folder_clear (&folder);
}

#define ADD(name) g_test_add_func ("/run-pause/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (all_processes_halt_and_go_on);
  ADD (a_wish_may_be_repeated);
  ADD (a_job_that_is_to_be_paused_starts_paused);
  ADD (a_fork_bomb_is_halted);
  ADD (a_process_that_the_job_has_halted_stays_halted);
  ADD (the_time_limit_stands_still);
  ADD (the_time_limit_goes_on_after_the_pause);
  ADD (a_stop_lets_a_paused_job_clean_up);
  ADD (the_end_of_a_paused_program_ends_the_others);
  ADD (a_paused_job_may_be_killed_as_a_whole);
  return g_test_run ();
}
