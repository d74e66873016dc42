/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/job-folder.h"

/* A daemon that does not know whether it launched launches again: that must do nothing. */
static void
test_an_attempt_runs_once (void)
{
  JobFolder folder;
  g_autofree char *log = NULL;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 1, NULL, "echo once"), ==, 0);
  g_assert_cmpint (job_folder_run (&folder, 1, NULL, "echo twice"), ==, 75);
  log = job_folder_read (&folder, "log.txt");
  g_assert_cmpstr (log, ==, "once\n");
  job_folder_clear (&folder);
}

/* A late launch of an old attempt must not run beside or after the newer one. */
static void
test_an_older_attempt_is_refused (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 3, NULL, "true"), ==, 0);
  g_assert_cmpint (job_folder_run (&folder, 2, NULL, "true"), ==, 75);
  g_assert_cmpint (job_folder_run (&folder, 4, NULL, "true"), ==, 0);
  job_folder_clear (&folder);
}

/* Without run.lock, the exit record alone proves that the attempt ran. */
static void
test_an_attempt_with_an_exit_record_is_refused (void)
{
  JobFolder folder;
  g_autofree char *lock = NULL;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 1, NULL, "true"), ==, 0);
  lock = job_folder_file (&folder, "run.lock");
  g_assert_cmpint (g_unlink (lock), ==, 0);
  g_assert_cmpint (job_folder_run (&folder, 1, NULL, "true"), ==, 75);
  job_folder_clear (&folder);
}

/* Two shims at the same instant: the lock decides. */
static void
test_a_held_folder_is_refused_at_once (void)
{
  JobFolder folder;
  GPid first;

  job_folder_init (&folder);
  first = job_folder_start (&folder, 1, NULL, "echo up; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  g_assert_cmpint (job_folder_run (&folder, 1, NULL, "true"), ==, 75);
  g_assert_cmpint (job_folder_run (&folder, 2, NULL, "true"), ==, 75);
  kill (first, SIGTERM);
  g_assert_cmpint (job_folder_wait (first), ==, 0);
  job_folder_clear (&folder);
}

/* What vestim-run prints on its standard error. */
static char *
output_of (const JobFolder *folder, const char *options, int code)
{
  g_autofree char *command =
      g_strdup_printf ("exec %s %s 2>%s/output", g_getenv ("VESTIM_RUN"), options, folder->path);
  int status = system (command);

  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, code);
  return job_folder_read (folder, "output");
}

/* Who runs it by hand needs a sentence, not only an exit code. */
static void
test_a_refusal_says_why (void)
{
  JobFolder folder;
  GPid first;
  g_autofree char *options = NULL, *used = NULL, *locked = NULL, *unknown = NULL;

  job_folder_init (&folder);
  options = g_strdup_printf ("--folder %s --job-id a --attempt 1 true", folder.path);
  g_assert_cmpint (job_folder_run (&folder, 1, NULL, "true"), ==, 0);
  used = output_of (&folder, options, 75);
  g_assert_nonnull (strstr (used, "attempt 1 or a later one was already started"));
  first = job_folder_start (&folder, 2, NULL, "echo up; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  locked = output_of (&folder, options, 75);
  g_assert_nonnull (strstr (locked, "is locked"));
  kill (first, SIGTERM);
  job_folder_wait (first);
  unknown = output_of (&folder, "--foo", 2);
  g_assert_nonnull (strstr (unknown, "'--foo'\nTry 'vestim-run --help'.\n"));
  job_folder_clear (&folder);
}

/* Sixteen launches of the same attempt at once run it once. */
static void
test_a_crowd_of_launches_runs_it_once (void)
{
  JobFolder folder;
  GPid pids[16];
  unsigned n_run = 0;
  g_autofree char *log = NULL;

  job_folder_init (&folder);
  for (unsigned i = 0; i < G_N_ELEMENTS (pids); i++)
    pids[i] = job_folder_start (&folder, 1, NULL, "echo once >> made; sleep 0.1");
  for (unsigned i = 0; i < G_N_ELEMENTS (pids); i++)
    n_run += job_folder_wait (pids[i]) == 0;
  log = job_folder_read (&folder, "made");
  g_assert_cmpuint (n_run, ==, 1);
  g_assert_cmpstr (log, ==, "once\n");
  job_folder_clear (&folder);
}

static void
test_the_exit_code_is_recorded (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 1, NULL, "exit 42"), ==, 0);
  job_folder_assert_exit (&folder, "\"attempt\":1,\"exit_code\":42,\"signal\":null,\"error\":null");
  job_folder_assert_exit (&folder, "\"stopped\":false,\"timed_out\":false,\"lost\":false");
  job_folder_clear (&folder);
}

/* Users know signals by name. */
static void
test_signals_are_recorded_by_name (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL, "kill -SEGV $$");
  job_folder_assert_exit (&folder, "\"exit_code\":null,\"signal\":\"SIGSEGV\"");
  job_folder_run (&folder, 2, NULL, "kill -KILL $$");
  job_folder_assert_exit (&folder, "\"signal\":\"SIGKILL\"");
  job_folder_run (&folder, 3, NULL, "kill -37 $$");
  job_folder_assert_exit (&folder, "\"signal\":\"SIGRTMIN+3\"");
  job_folder_clear (&folder);
}

/* The user gets a sentence that names the program and says what to do. */
static void
test_a_program_that_is_missing_is_an_error (void)
{
  JobFolder folder;
  const char *argv[] = { "no-such-program", NULL };

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_wait (job_folder_start_program (&folder, 1, NULL, argv)), ==, 0);
  job_folder_assert_exit (&folder, "\"error\":\"cannot start 'no-such-program': No such file");
  job_folder_assert_exit (&folder, "PATH");
  job_folder_assert_exit (&folder, "\"exit_code\":null");
  job_folder_clear (&folder);
}

/* As in a shell: a folder of PATH that may not be entered has no program. */
static void
test_a_closed_folder_in_path_is_skipped (void)
{
  JobFolder folder;
  g_autofree char *closed = NULL, *command = NULL;

  job_folder_init (&folder);
  closed = job_folder_file (&folder, "closed");
  g_assert_cmpint (g_mkdir (closed, 0), ==, 0);
  command = g_strdup_printf ("PATH=%s:$PATH %s --folder %s --job-id a --attempt 1 no-such-program",
                             closed, g_getenv ("VESTIM_RUN"), folder.path);
  g_assert_cmpint (system (command), ==, 0);
  job_folder_assert_exit (&folder, "No such file");
  job_folder_clear (&folder);
}

/* "Executed as it is, without a shell": execvp() would hand such a file to /bin/sh. */
static void
test_a_script_without_interpreter_line_is_an_error (void)
{
  JobFolder folder;
  g_autofree char *path = NULL;

  job_folder_init (&folder);
  job_folder_write (&folder, "script", "echo ran\n");
  path = job_folder_file (&folder, "script");
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
  job_folder_wait (
      job_folder_start_program (&folder, 1, NULL, (const char *[]){ "./script", NULL }));
  job_folder_assert_exit (&folder, "Exec format error");
  job_folder_clear (&folder);
}

static void
test_a_file_that_is_not_executable_is_an_error (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  job_folder_write (&folder, "data", "text");
  job_folder_wait (job_folder_start_program (&folder, 1, NULL, (const char *[]){ "./data", NULL }));
  job_folder_assert_exit (&folder, "Permission denied");
  job_folder_clear (&folder);
}

static void
test_a_missing_cwd_is_an_error_that_names_it (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, "--cwd /no/such/folder", "true");
  job_folder_assert_exit (&folder, "cannot enter the folder '/no/such/folder': No such file");
  job_folder_assert_exit (&folder, "create it and retry, or give a new job another");
  job_folder_clear (&folder);
}

static void
test_the_job_runs_in_its_folder_or_in_cwd (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL, "pwd -P; echo done");
  job_folder_await (&folder, "log.txt", folder.path);
  job_folder_run (&folder, 2, "--cwd /usr", "pwd -P");
  job_folder_await (&folder, "log.txt", "/usr\n");
  job_folder_clear (&folder);
}

/* A descriptor that leaks into a job lives as long as the job: a socket, a lock, the token. */
static void
test_the_job_has_four_descriptors (void)
{
  JobFolder folder;
  g_autofree char *log = NULL;
  int extra = dup (2); /* inherited by the shim: not close-on-exec */

  job_folder_init (&folder);
  job_folder_run (&folder, 1, NULL, "ls /proc/$$/fd; readlink /proc/$$/fd/0");
  log = job_folder_read (&folder, "log.txt");
  g_assert_cmpstr (log, ==, "0\n1\n2\n3\n/dev/null\n");
  close (extra);
  job_folder_clear (&folder);
}

/* A session of its own, with no signal ignored or blocked. */
static void
test_the_job_has_a_session_and_clean_signals (void)
{
  JobFolder folder;
  const char *argv[] = { "/bin/cat", "/proc/self/stat", "/proc/self/status", NULL };
  g_autofree char *log = NULL;
  int pid, parent, group, session;

  job_folder_init (&folder);
  job_folder_wait (job_folder_start_program (&folder, 1, NULL, argv));
  log = job_folder_read (&folder, "log.txt");
  g_assert_cmpint (sscanf (log, "%d %*s %*c %d %d %d", &pid, &parent, &group, &session), ==, 4);
  g_assert_cmpint (pid, ==, session);
  g_assert_cmpint (pid, ==, group);
  g_assert_nonnull (strstr (log, "SigBlk:\t0000000000000000"));
  g_assert_nonnull (strstr (log, "SigIgn:\t0000000000000000"));
  job_folder_clear (&folder);
}

static void
test_the_environment_names_the_job (void)
{
  JobFolder folder;
  g_autofree char *expected = NULL, *log = NULL;

  job_folder_init (&folder);
  g_setenv ("VESTIM_JOB_ID", "another", TRUE);
  job_folder_run (&folder, 1, NULL, "env | grep ^VESTIM_JOB_ | sort; echo $VESTIM_PROGRESS_FD");
  g_unsetenv ("VESTIM_JOB_ID");
  log = job_folder_read (&folder, "log.txt");
  expected =
      g_strdup_printf ("VESTIM_JOB_DIR=%s\nVESTIM_JOB_ID=" JOB_FOLDER_ID "\n3\n", folder.path);
  g_assert_cmpstr (log, ==, expected);
  job_folder_clear (&folder);
}

/* A link planted in the place of a file must not be written through; it is removed. */
static void
test_links_in_place_of_its_files_are_removed (void)
{
  JobFolder folder;
  const char *const names[] = { "run.lock",       "log.txt",       "log.1.txt",
                                "progress.jsonl", "exit.json.tmp", "exit.json" };
  g_autofree char *target = NULL, *text = NULL;

  job_folder_init (&folder);
  job_folder_write (&folder, "target", "untouched");
  target = job_folder_file (&folder, "target");
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *link = job_folder_file (&folder, names[i]);

      g_assert_cmpint (symlink (target, link), ==, 0);
    }
  g_assert_cmpint (job_folder_run (&folder, 1, NULL, "echo out; exit 5"), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":5");
  text = job_folder_read (&folder, "target");
  g_assert_cmpstr (text, ==, "untouched");
  job_folder_clear (&folder);
}

/* A job may make anything in its folder; the next attempt must run, and no work may be lost. */
static void
test_folders_in_place_of_its_files_are_moved_aside (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 1, NULL,
                                   "rm *; for n in run.lock log.txt log.1.txt progress.jsonl "
                                   "exit.json exit.json.tmp; do mkdir $n; touch $n/work; done"),
                   ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":0");
  g_assert_true (job_folder_has (&folder, "exit.json.moved.1/work"));
  g_assert_cmpint (job_folder_run (&folder, 2, NULL, "exit 7"), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":7");
  g_assert_true (job_folder_has (&folder, "log.txt.moved.1/work"));
  g_assert_true (job_folder_has (&folder, "progress.jsonl.moved.1/work"));
  job_folder_clear (&folder);
}

static void
test_the_exit_code_says_that_the_folder_is_missing (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (g_rmdir (folder.path), ==, 0);
  g_assert_cmpint (job_folder_run (&folder, 1, NULL, "true"), ==, 128 + ENOENT);
  job_folder_clear (&folder);
}

/* A job that asked for a limit must not run without it. */
static void
test_a_job_with_a_limit_that_cannot_be_set_does_not_run (void)
{
  static const char *const options[] = { "--memory-max 1000000", "--cpu-max 1",
                                         "--cpu-max 1 --cgroup /nonexistent" };

  for (size_t i = 0; i < G_N_ELEMENTS (options); i++)
    {
      JobFolder folder;
      g_autofree char *log = NULL;

      job_folder_init (&folder);
      g_assert_cmpint (job_folder_run (&folder, 1, options[i], "echo ran"), ==, 0);
      job_folder_assert_exit (&folder, "cannot limit memory and CPUs");
      log = job_folder_read (&folder, "log.txt");
      g_assert_cmpstr (log, ==, "");
      job_folder_clear (&folder);
    }
}

static void
test_a_job_without_limits_needs_no_group (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 1, "--cgroup /nonexistent", "exit 4"), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":4");
  job_folder_clear (&folder);
}

/* Where the group is no group: to enter it fails as well. */
static void
test_a_job_that_cannot_enter_its_group_runs_only_without_limits (void)
{
  JobFolder folder;
  g_autofree char *options = NULL;

  job_folder_init (&folder);
  options = g_strdup_printf ("--cgroup %s", folder.path);
  g_assert_cmpint (job_folder_run (&folder, 1, options, "exit 4"), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":4");
  job_folder_clear (&folder);
}

static void
test_the_address_space_is_limited (void)
{
  JobFolder folder;
  g_autofree char *log = NULL;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 1, "--address-space 1024000000", "ulimit -v"), ==, 0);
  log = job_folder_read (&folder, "log.txt");
  g_assert_cmpstr (log, ==, "1000000\n");
  job_folder_clear (&folder);
}

#define ADD(name) g_test_add_func ("/run-start/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_job_with_a_limit_that_cannot_be_set_does_not_run);
  ADD (a_job_without_limits_needs_no_group);
  ADD (a_job_that_cannot_enter_its_group_runs_only_without_limits);
  ADD (the_address_space_is_limited);
  ADD (an_attempt_runs_once);
  ADD (an_older_attempt_is_refused);
  ADD (an_attempt_with_an_exit_record_is_refused);
  ADD (a_held_folder_is_refused_at_once);
  ADD (a_refusal_says_why);
  ADD (a_crowd_of_launches_runs_it_once);
  ADD (the_exit_code_is_recorded);
  ADD (signals_are_recorded_by_name);
  ADD (a_program_that_is_missing_is_an_error);
  ADD (a_closed_folder_in_path_is_skipped);
  ADD (a_script_without_interpreter_line_is_an_error);
  ADD (a_file_that_is_not_executable_is_an_error);
  ADD (a_missing_cwd_is_an_error_that_names_it);
  ADD (the_job_runs_in_its_folder_or_in_cwd);
  ADD (the_job_has_four_descriptors);
  ADD (the_job_has_a_session_and_clean_signals);
  ADD (the_environment_names_the_job);
  ADD (links_in_place_of_its_files_are_removed);
  ADD (folders_in_place_of_its_files_are_moved_aside);
  ADD (the_exit_code_says_that_the_folder_is_missing);
  return g_test_run ();
}
