/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/posix/process-list.h"

static pid_t
start_child (void)
{
  pid_t pid = fork ();

  if (pid == 0)
    for (;;)
      pause ();
  g_assert_cmpint (pid, >, 0);
  return pid;
}

static void
end_child (pid_t pid)
{
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

static void
test_it_is_known_which_signals_a_process_ignores (void)
{
  pid_t pid;

  signal (SIGUSR1, SIG_IGN);
  pid = start_child ();
  signal (SIGUSR1, SIG_DFL);
  g_assert_true (process_ignores (pid, SIGUSR1));
  g_assert_false (process_ignores (pid, SIGUSR2));
  end_child (pid);
  g_assert_false (process_ignores (pid, SIGUSR1));
}

static void
test_a_process_is_read_with_its_parent_and_session (void)
{
  Process process;
  pid_t pid = start_child ();

  g_assert_true (process_read (pid, &process));
  g_assert_cmpint (process.pid, ==, pid);
  g_assert_cmpint (process.parent, ==, getpid ());
  g_assert_cmpint (process.session, ==, getsid (0));
  g_assert_cmpuint (process.start, >, 0);
  g_assert_true (process_is_ours (pid));
  end_child (pid);
  g_assert_false (process_read (pid, &process));
  g_assert_false (process_is_ours (pid));
}

/* The name of a process may look like the fields that follow it. */
static void
test_a_name_with_parentheses_is_no_trap (void)
{
  char name[16];
  Process process;

  prctl (PR_GET_NAME, name);
  prctl (PR_SET_NAME, "a) Z 1 1 (b");
  g_assert_true (process_read (getpid (), &process));
  prctl (PR_SET_NAME, name);
  g_assert_cmpint (process.parent, ==, getppid ());
  g_assert_cmpint (process.state, ==, 'R');
}

/* A PID is given to another process once its own is gone: that one must not be killed. */
static void
test_a_signal_reaches_no_later_process_of_the_same_pid (void)
{
  Process process;
  pid_t pid = start_child ();
  int status;

  g_assert_true (process_read (pid, &process));
  process.start++;
  process_signal (&process, SIGKILL);
  g_assert_cmpint (waitpid (pid, &status, WNOHANG), ==, 0);
  process.start--;
  process_signal (&process, SIGKILL);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
}

static void
test_a_descriptor_names_one_process (void)
{
  pid_t pid = start_child ();
  int pidfd = process_open (pid);

  if (pidfd < 0)
    g_test_skip ("this kernel has no pidfd");
  end_child (pid);
  if (pidfd < 0)
    return;
  g_assert_cmpint (process_send_signal (pidfd, pid, SIGKILL), ==, -ESRCH);
  close (pidfd);
}

static void
test_the_list_finds_processes_and_descendants (void)
{
  ProcessList list = { 0 };
  Process process;
  pid_t pid = start_child ();
  g_autofree bool *chosen = NULL;

  g_assert_true (process_read (pid, &process));
  g_assert_cmpint (process_list_read (&list), ==, 0);
  g_assert_true (process_list_has (&list, &process));
  process.start++;
  g_assert_false (process_list_has (&list, &process));
  chosen = g_new0 (bool, list.n);
  process_list_choose_descendants (&list, getpid (), NULL, chosen);
  g_assert_true (chosen[process_list_find (&list, pid) - list.items]);
  g_assert_false (chosen[process_list_find (&list, getpid ()) - list.items]);
  process_list_clear (&list);
  end_child (pid);
}

static void
test_the_boot_has_one_id (void)
{
  char one[PROCESS_BOOT_ID + 1], two[PROCESS_BOOT_ID + 1];

  process_read_boot_id (one);
  process_read_boot_id (two);
  g_assert_cmpstr (one, ==, two);
  g_assert_cmpuint (strlen (one), >, 0);
  g_assert_null (strpbrk (one, "\"\n"));
}

#define ADD(name) g_test_add_func ("/process/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_process_is_read_with_its_parent_and_session);
  ADD (a_name_with_parentheses_is_no_trap);
  ADD (a_signal_reaches_no_later_process_of_the_same_pid);
  ADD (a_descriptor_names_one_process);
  ADD (the_list_finds_processes_and_descendants);
  ADD (it_is_known_which_signals_a_process_ignores);
  ADD (the_boot_has_one_id);
  return g_test_run ();
}
