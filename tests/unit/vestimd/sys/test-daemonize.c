/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/vestimd/sys/daemonize.h"
#include "tests/support/scratch.h"

/* Daemonizes in a process of its own, in which `body` is the daemon. Returns the code of the first
 * process, and what it wrote to stderr (transfer full). */
static int
daemonize (void (*body) (Daemonize *background), char **errors)
{
  char text[1024] = "";
  int fds[2];
  int status = 0;
  pid_t pid;
  ssize_t n;

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC | O_NONBLOCK), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      Daemonize background;

      dup2 (fds[1], STDERR_FILENO);
      if (daemonize_start (&background) == 0)
        body (&background);
      _exit (99);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  n = read (fds[0], text, sizeof text - 1);
  *errors = g_strndup (text, n > 0 ? (gsize) n : 0);
  close (fds[0]);
  close (fds[1]);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
fail_with_a_message (Daemonize *background)
{
  fprintf (stderr, "vestimd: the port is taken\n");
  daemonize_finish (background, 3, NULL);
  _exit (3);
}

/* The user must see why the command failed. */
static void
test_code_and_message_of_a_failure_come_back (void)
{
  g_autofree char *errors = NULL;

  g_assert_cmpint (daemonize (fail_with_a_message, &errors), ==, 3);
  g_assert_cmpstr (errors, ==, "vestimd: the port is taken\n");
}

static void
die (Daemonize *background)
{
  fprintf (stderr, "last words\n");
  _exit (0);
}

static void
test_one_that_dies_without_a_word_failed (void)
{
  g_autofree char *errors = NULL;

  g_assert_cmpint (daemonize (die, &errors), ==, 1);
  g_assert_true (g_str_has_prefix (errors, "last words\nvestimd: "));
}

/* What the daemon writes after that must not go to the user's terminal. */
static void
serve (Daemonize *background)
{
  daemonize_finish (background, 0, NULL);
  daemonize_finish (background, 7, NULL);
  _exit (0);
}

static void
test_it_returns_once_the_daemon_serves (void)
{
  g_autofree char *errors = NULL;

  g_assert_cmpint (daemonize (serve, &errors), ==, 0);
  g_assert_cmpstr (errors, ==, "");
}

static int
count_descriptors (void)
{
  DIR *folder = opendir ("/proc/self/fd");
  int n = 0;

  while (readdir (folder) != NULL)
    n++;
  closedir (folder);
  return n - 3; /* ".", ".." and the folder itself */
}

/* The code says what is wrong: 1 the folder, 2 the session, 4 the descriptors. */
static void
report_state (Daemonize *background)
{
  char cwd[16] = "";
  int code = 0;

  if (getcwd (cwd, sizeof cwd) == NULL || strcmp (cwd, "/") != 0)
    code |= 1;
  if (getsid (0) == getpid () || getsid (0) != getpgrp ())
    code |= 2;
  if (count_descriptors () != 4) /* the standard ones, and the pipe to the first process */
    code |= 4;
  daemonize_finish (background, code, NULL);
  _exit (0);
}

/* If the daemon kept a folder, terminal or pipe, it could not be unmounted, closed or read to its
 * end. */
static void
test_nothing_of_the_parent_is_kept (void)
{
  g_autofree char *errors = NULL;
  int extra = open ("/dev/null", O_RDONLY);

  g_assert_cmpint (daemonize (report_state, &errors), ==, 0);
  close (extra);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemonize/code-and-message-of-a-failure-come-back",
                   test_code_and_message_of_a_failure_come_back);
  g_test_add_func ("/daemonize/one-that-dies-without-a-word-failed",
                   test_one_that_dies_without_a_word_failed);
  g_test_add_func ("/daemonize/it-returns-once-the-daemon-serves",
                   test_it_returns_once_the_daemon_serves);
  g_test_add_func ("/daemonize/nothing-of-the-parent-is-kept", test_nothing_of_the_parent_is_kept);
  return g_test_run ();
}
