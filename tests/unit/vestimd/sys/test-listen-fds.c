/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/vestimd/sys/listen-fds.h"

/* Runs in a process of its own, because the test may use descriptors 3 and 4. The result is the
 * descriptor taken, plus 1; plus 64 if close-on-exec is missing; plus 128 if the second one is
 * still open. */
static int
take_in_child (const char *count, bool is_for_us)
{
  g_autofree char *pid = NULL;
  int null_fd = open ("/dev/null", O_RDWR);
  int fd;

  dup2 (null_fd, 10);
  dup2 (10, 3);
  dup2 (10, 4);
  pid = g_strdup_printf ("%d", (int) getpid () + !is_for_us);
  g_setenv ("LISTEN_PID", pid, TRUE);
  g_setenv ("LISTEN_FDS", count, TRUE);
  g_setenv ("LISTEN_FDNAMES", "http", TRUE);
  fd = listen_fds_take ();
  if (g_getenv ("LISTEN_PID") != NULL || g_getenv ("LISTEN_FDS") != NULL
      || g_getenv ("LISTEN_FDNAMES") != NULL)
    return 255;
  return fd + 1 + (fd >= 0 && fcntl (fd, F_GETFD) != FD_CLOEXEC ? 64 : 0)
         + (fcntl (4, F_GETFD) >= 0 ? 128 : 0);
}

static int
take (const char *count, bool is_for_us)
{
  int status = 0;
  pid_t pid = fork ();

  if (pid == 0)
    _exit (take_in_child (count, is_for_us));
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

/* Without close-on-exec, each job would hold the daemon's port. */
static void
test_a_passed_socket_is_taken (void)
{
  g_assert_cmpint (take ("1", true), ==, 3 + 1 + 128);
}

static void
test_further_ones_are_closed (void)
{
  g_assert_cmpint (take ("2", true), ==, 3 + 1);
}

/* The variables of a parent that did not clean up name descriptors that do not exist. */
static void
test_those_of_another_process_are_left (void)
{
  g_assert_cmpint (take ("1", false), ==, 0 + 128);
}

static void
test_garbage_is_no_socket (void)
{
  const char *const counts[] = { "0", "-1", "x", "", "99999999999", "1x" };

  for (size_t i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpint (take (counts[i], true), ==, 0 + 128);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/listen-fds/a-passed-socket-is-taken", test_a_passed_socket_is_taken);
  g_test_add_func ("/listen-fds/further-ones-are-closed", test_further_ones_are_closed);
  g_test_add_func ("/listen-fds/those-of-another-process-are-left",
                   test_those_of_another_process_are_left);
  g_test_add_func ("/listen-fds/garbage-is-no-socket", test_garbage_is_no_socket);
  return g_test_run ();
}
