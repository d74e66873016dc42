/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/job-folder.h"

static void
assert_log (const JobFolder *folder, const char *wanted)
{
  g_autofree char *log = job_folder_read (folder, "log.txt");

  g_assert_cmpstr (log, ==, wanted);
}

static void
run (const JobFolder *folder, const char *options, const char *script)
{
  g_assert_cmpint (job_folder_run (folder, 1, options, script), ==, 0);
}

/* ---- Stop ---- */

static void
test_the_stop_signal_is_the_first_one (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, "--stop-signal 2",
                           "trap 'exit 3' TERM; trap 'exit 7' INT; echo up; sleep 600 & wait");
  job_folder_await (&folder, "log.txt", "up");
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":7,\"signal\":null");
  job_folder_assert_exit (&folder, "\"stopped\":true");
  job_folder_clear (&folder);
}

/* With five seconds, the program would not reach its end. */
static void
test_a_longer_grace_is_respected (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, "--stop-grace 60",
                           "trap 'sleep 6; exit 9' TERM; echo up; sleep 600 & wait");
  job_folder_await (&folder, "log.txt", "up");
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"exit_code\":9,\"signal\":null");
  job_folder_clear (&folder);
}

static void
test_without_grace_the_kill_follows_at_once (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, "--stop-grace 0",
                           "trap '' TERM; echo up; while :; do sleep 600; done");
  job_folder_await (&folder, "log.txt", "up");
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"signal\":\"SIGKILL\"");
  job_folder_clear (&folder);
}

/* ---- Leftovers ---- */

/* It writes more than a pipe holds after the end of the job: its pipes must be read on. */
static void
test_kept_leftovers_go_on_and_may_write (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  run (&folder, "--keep-leftovers",
       "(until [ -e go ]; do sleep 0.02; done; seq 100000; seq 100000 >&2; touch done) &"
       "echo up; exit 4");
  job_folder_assert_exit (&folder, "\"exit_code\":4");
  job_folder_assert_exit (&folder, "\"leftovers\":true");
  assert_log (&folder, "up\n");
  g_assert_cmpuint (job_folder_count_processes (&folder), >, 0);
  job_folder_write (&folder, "go", "");
  while (!job_folder_has (&folder, "done"))
    g_usleep (2000);
  assert_log (&folder, "up\n");
  job_folder_clear (&folder);
}

static void
test_a_stop_ends_all_while_the_job_runs (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, "--keep-leftovers", "setsid sleep 600 & echo up; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  job_folder_assert_exit (&folder, "\"leftovers\":false");
  job_folder_clear (&folder);
}

static void
test_without_leftovers_nothing_is_kept (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  run (&folder, "--keep-leftovers", "echo x; sleep 0.01 & wait");
  job_folder_assert_exit (&folder, "\"leftovers\":false");
  job_folder_clear (&folder);
}

/* It writes without end, so its pipes are never empty. */
static void
test_a_busy_leftover_does_not_delay_the_end (void)
{
  JobFolder folder;
  g_autofree char *pid = NULL;

  job_folder_init (&folder);
  run (&folder, "--keep-leftovers", "yes & echo $! > pid");
  job_folder_assert_exit (&folder, "\"leftovers\":true");
  pid = job_folder_read (&folder, "pid");
  g_assert_cmpint (kill ((pid_t) g_ascii_strtoll (pid, NULL, 10), SIGKILL), ==, 0);
  job_folder_clear (&folder);
}

/* ---- Terminal ---- */

static void
test_a_pty_is_a_terminal_with_plain_newlines (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_unsetenv ("TERM");
  run (&folder, "--pty",
       "[ -t 1 ] && [ -t 2 ] && [ ! -t 0 ] && echo terminal; stty size </dev/tty; echo $TERM;"
       "echo err >&2; echo '{\"message\":\"m\"}' >&3; cat");
  assert_log (&folder, "terminal\n24 80\nxterm-256color\nerr\n");
  job_folder_await (&folder, "progress.jsonl", "{\"message\":\"m\"}");
  job_folder_assert_exit (&folder, "\"exit_code\":0");
  job_folder_clear (&folder);
}

static void
test_a_pty_keeps_the_terminal_that_the_job_names (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_setenv ("TERM", "screen", true);
  run (&folder, "--pty", "echo $TERM");
  assert_log (&folder, "screen\n");
  g_setenv ("TERM", "dumb", true);
  g_assert_cmpint (job_folder_run (&folder, 2, "--pty", "echo $TERM"), ==, 0);
  assert_log (&folder, "xterm-256color\n");
  job_folder_clear (&folder);
}

/* Nothing is lost at the end, also of what a descendant writes. */
static void
test_all_output_of_a_pty_is_logged (void)
{
  JobFolder folder;
  g_autofree char *log = NULL;

  job_folder_init (&folder);
  run (&folder, "--pty",
       "seq 50000; (exec >/dev/tty; seq 50000); exec 1>&- 2>&-; echo x >/dev/tty");
  log = job_folder_read (&folder, "log.txt");
  g_assert_cmpuint (strlen (log), ==, 2 * 288894 + 2);
  g_assert_true (g_str_has_suffix (log, "49999\n50000\nx\n"));
  job_folder_clear (&folder);
}

static void
test_a_stop_ends_a_job_with_a_pty (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, "--pty", "echo up; read line </dev/tty; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_assert_exit (&folder, "\"signal\":\"SIGTERM\"");
  job_folder_clear (&folder);
}

/* ---- Standard input ---- */

static void
test_standard_input_is_a_file_of_the_folder (void)
{
  JobFolder folder;
  g_autofree char *sub = NULL;

  job_folder_init (&folder);
  sub = job_folder_file (&folder, "sub");
  g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);
  job_folder_write (&folder, "sub/in.txt", "the input\n");
  run (&folder, "--stdin sub//in.txt --cwd /", "cat");
  assert_log (&folder, "the input\n");
  g_assert_cmpint (job_folder_run (&folder, 2, "--stdin ./sub/./in.txt", "cat; head -c1"), ==, 0);
  assert_log (&folder, "the input\n");
  g_assert_cmpint (job_folder_run (&folder, 3, "--stdin /dev/null", "cat; echo over"), ==, 0);
  assert_log (&folder, "over\n");
  job_folder_clear (&folder);
}

/* An absolute path is the user's own choice, a relative one may be the job's. */
static void
test_what_cannot_be_the_input_fails_with_a_sentence (void)
{
  static const struct
  {
    const char *options;
    const char *reason;
  } cases[] = {
    { "--stdin missing", "there is no such file" },
    { "--stdin missing/x", "there is no such file" },
    { "--stdin .", "it is a folder" },
    { "--stdin /tmp", "it is a folder" },
    { "--stdin pipe", "it is no regular file" },
    { "--stdin link", "symbolic link" },
    { "--stdin folder-link/hostname", "symbolic link" },
    { "--stdin ../x", "leads out of the job folder" },
    { "--stdin sub/../../x", "there is no such file" },
  };
  JobFolder folder;
  g_autofree char *pipe = NULL, *link = NULL, *folder_link = NULL;

  job_folder_init (&folder);
  pipe = job_folder_file (&folder, "pipe");
  link = job_folder_file (&folder, "link");
  folder_link = job_folder_file (&folder, "folder-link");
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (symlink ("/etc/hostname", link), ==, 0);
  g_assert_cmpint (symlink ("/etc", folder_link), ==, 0);
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (job_folder_run (&folder, (int) i + 1, cases[i].options, "touch ran"), ==, 0);
      job_folder_assert_exit (&folder, "cannot open the standard input");
      job_folder_assert_exit (&folder, cases[i].reason);
      g_assert_false (job_folder_has (&folder, "ran"));
    }
  job_folder_clear (&folder);
}

/* ---- Times ---- */

static void
test_each_line_of_the_log_has_its_time (void)
{
  JobFolder folder;
  g_autofree char *log = NULL;

  job_folder_init (&folder);
  run (&folder, "--log-timestamps",
       "echo one; printf two; sleep 0.05; echo ' more' >&2; echo; printf three");
  log = job_folder_read (&folder, "log.txt");
  g_assert_true (g_regex_match_simple ("^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z "
                                       ")one\\n(?1)two more\\n(?1)\\n(?1)three$",
                                       log, 0, 0));
  job_folder_clear (&folder);
}

#define ADD(name) g_test_add_func ("/run-options/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (the_stop_signal_is_the_first_one);
  ADD (a_longer_grace_is_respected);
  ADD (without_grace_the_kill_follows_at_once);
  ADD (kept_leftovers_go_on_and_may_write);
  ADD (a_stop_ends_all_while_the_job_runs);
  ADD (without_leftovers_nothing_is_kept);
  ADD (a_busy_leftover_does_not_delay_the_end);
  ADD (a_pty_is_a_terminal_with_plain_newlines);
  ADD (a_pty_keeps_the_terminal_that_the_job_names);
  ADD (all_output_of_a_pty_is_logged);
  ADD (a_stop_ends_a_job_with_a_pty);
  ADD (standard_input_is_a_file_of_the_folder);
  ADD (what_cannot_be_the_input_fails_with_a_sentence);
  ADD (each_line_of_the_log_has_its_time);
  return g_test_run ();
}
