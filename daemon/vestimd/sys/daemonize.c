/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/daemonize.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/posix/fd.h"

/* There are three processes. The first waits and reports. The second only makes the third an orphan
 * in a session that it does not lead, so that it can never get a controlling terminal. The third is
 * the daemon. Until it serves, its stderr is a pipe to the first process; another pipe carries its
 * exit code and a text for the user. */

typedef struct
{
  int status[2];
  int errors[2];
} Pipes;

static int
open_pipes (Pipes *pipes)
{
  if (pipe2 (pipes->status, O_CLOEXEC) != 0)
    return -errno;
  if (pipe2 (pipes->errors, O_CLOEXEC) == 0)
    return 0;
  close (pipes->status[0]);
  close (pipes->status[1]);
  return -errno;
}

/* Forwards what has come; false at the end. */
static bool
relay (int fd, int target)
{
  char text[4096];
  ssize_t n = read (fd, text, sizeof text);

  if (n > 0)
    fd_write_all (target, text, (size_t) n);
  return n > 0 || (n < 0 && errno == EINTR);
}

/* The daemon's code; -1 when it ended without sending one. */
static int
wait_for_code (const Pipes *pipes)
{
  struct pollfd watched[] = { { .fd = pipes->errors[0], .events = POLLIN },
                              { .fd = pipes->status[0], .events = POLLIN } };
  unsigned char code;

  while (watched[1].revents == 0)
    {
      if (poll (watched, 2, -1) < 0 && errno != EINTR)
        return -1;
      if (watched[0].revents != 0 && !relay (pipes->errors[0], STDERR_FILENO))
        watched[0].fd = -1;
    }
  return read (pipes->status[0], &code, 1) == 1 ? code : -1;
}

static _Noreturn void
report_and_exit (const Pipes *pipes)
{
  int code = wait_for_code (pipes);

  /* What was written before the code is in the pipe by now; anything later is not awaited. */
  fcntl (pipes->errors[0], F_SETFL, O_NONBLOCK);
  while (relay (pipes->errors[0], STDERR_FILENO))
    ;
  while (relay (pipes->status[0], STDOUT_FILENO))
    ;
  if (code < 0)
    fprintf (stderr, "vestimd: the daemon ended before it was ready; see its log\n");
  fflush (stderr);
  _exit (code < 0 ? EXIT_FAILURE : code);
}

static int
become_daemon (Daemonize *self, const Pipes *pipes)
{
  int null_fd = open ("/dev/null", O_RDWR | O_CLOEXEC);

  if (null_fd < 0 || chdir ("/") != 0)
    return -errno;
  dup2 (null_fd, STDIN_FILENO);
  dup2 (null_fd, STDOUT_FILENO);
  dup2 (pipes->errors[1], STDERR_FILENO);
  fd_close_others (&pipes->status[1], 1);
  self->status_fd = pipes->status[1];
  return 0;
}

/* In the second process; returns in the third only. */
static void
fork_again (void)
{
  pid_t pid;

  if (setsid () < 0)
    _exit (EXIT_FAILURE);
  pid = fork ();
  if (pid != 0)
    _exit (pid < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}

int
daemonize_start (Daemonize *self)
{
  Pipes pipes;
  pid_t pid;
  int r = open_pipes (&pipes);

  self->status_fd = -1;
  if (r < 0)
    return r;
  pid = fork ();
  if (pid < 0)
    return -errno;
  if (pid == 0)
    {
      fork_again ();
      r = become_daemon (self, &pipes);
      if (r < 0)
        _exit (EXIT_FAILURE);
      return 0;
    }
  close (pipes.status[1]);
  close (pipes.errors[1]);
  waitpid (pid, NULL, 0);
  report_and_exit (&pipes);
}

void
daemonize_finish (Daemonize *self, int code, const char *text)
{
  unsigned char byte = (unsigned char) code;

  if (self->status_fd < 0)
    return;
  while (write (self->status_fd, &byte, 1) < 0 && errno == EINTR)
    ;
  if (text != NULL)
    fd_write_all (self->status_fd, text, strlen (text));
  close (self->status_fd);
  self->status_fd = -1;
}
