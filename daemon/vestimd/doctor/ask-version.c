/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/doctor/ask-version.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_MS 5000

extern char **environ;

static int
start (const char *path, int output, pid_t *pid)
{
  char *argv[] = { (char *) path, (char *) "--version", NULL };
  posix_spawn_file_actions_t actions;
  int r;

  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen (&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  r = posix_spawn (pid, path, &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy (&actions);
  return r;
}

/* The first line comes in one piece. */
static void
read_line (int fd, char *text, size_t size)
{
  struct pollfd watched = { .fd = fd, .events = POLLIN };
  ssize_t n = poll (&watched, 1, LIMIT_MS) > 0 ? read (fd, text, size - 1) : 0;

  text[MAX (n, 0)] = '\0';
  text[strcspn (text, "\n")] = '\0';
}

char *
ask_version (const char *path)
{
  char text[256];
  const char *space;
  int fds[2];
  pid_t pid;
  int r;

  if (pipe2 (fds, O_CLOEXEC) != 0)
    return NULL;
  r = start (path, fds[1], &pid);
  close (fds[1]);
  if (r == 0)
    {
      read_line (fds[0], text, sizeof text);
      kill (pid, SIGKILL); /* it has nothing else to do */
      while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
        ;
    }
  close (fds[0]);
  space = r == 0 ? strrchr (text, ' ') : NULL;
  return space != NULL ? g_strdup (space + 1) : NULL;
}
