/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/systemd-scope.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/posix/clock.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/spawn-attributes.h"

/* systemd-run talks to systemd and becomes the holder then: it prints its group, and ends when its
 * input ends, as it does when the daemon dies. */

#define ANSWER_MS 5000
#define HOLD "cat /proc/self/cgroup && echo . && exec cat"

extern char **environ;

/* Whether the manager that would make the scope runs. */
static bool
has_manager (void)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *own =
      g_build_filename (runtime != NULL ? runtime : "/nonexistent", "systemd", "private", NULL);

  return access ("/run/systemd/system", F_OK) == 0 && (geteuid () == 0 || access (own, F_OK) == 0);
}

static int
spawn (pid_t *pid, int input, int output)
{
  const char *argv[] = { "systemd-run",
                         "--scope",
                         "--quiet",
                         "--collect",
                         "--property=Delegate=yes",
                         "--description=Jobs of VEstim",
                         "--",
                         "/bin/sh",
                         "-c",
                         HOLD,
                         NULL,
                         NULL };
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int r;

  if (geteuid () != 0)
    {
      memmove (argv + 2, argv + 1, 9 * sizeof argv[0]);
      argv[1] = "--user";
    }
  spawn_attributes_init (&attributes, NULL);
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2 (&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen (&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  r = posix_spawnp (pid, argv[0], &actions, &attributes, (char *const *) argv, environ);
  posix_spawn_file_actions_destroy (&actions);
  posix_spawnattr_destroy (&attributes);
  return -r;
}

/* `(transfer full, nullable)` what comes before a line with a dot. */
static char *
read_answer (int fd)
{
  g_autoptr (GString) text = g_string_new (NULL);
  int64_t deadline = clock_monotonic_ms () + ANSWER_MS;
  struct pollfd source = { .fd = fd, .events = POLLIN };

  for (;;)
    {
      int64_t rest = deadline - clock_monotonic_ms ();
      char buffer[4096];
      ssize_t n = 0;

      if (rest > 0 && poll (&source, 1, (int) rest) > 0)
        n = read (fd, buffer, sizeof buffer);
      if (n <= 0)
        return NULL;
      g_string_append_len (text, buffer, n);
      if (g_str_has_suffix (text->str, "\n.\n"))
        return g_string_free (g_steal_pointer (&text), false);
    }
}

char *
systemd_scope_start (SystemdScope *scope)
{
  int in[2] = { -1, -1 }, out[2] = { -1, -1 };
  char *answer = NULL;

  *scope = (SystemdScope){ .input = -1 };
  if (pipe2 (in, O_CLOEXEC) == 0 && pipe2 (out, O_CLOEXEC) == 0
      && spawn (&scope->holder, in[0], out[1]) == 0)
    {
      scope->input = in[1];
      in[1] = -1;
      fd_clear (&out[1]);
      answer = read_answer (out[0]);
    }
  for (int i = 0; i < 2; i++)
    {
      fd_clear (&in[i]);
      fd_clear (&out[i]);
    }
  if (answer == NULL)
    systemd_scope_close (scope);
  return answer;
}

char *
systemd_scope_open (SystemdScope *scope)
{
  *scope = (SystemdScope){ .input = -1 };
  return has_manager () ? systemd_scope_start (scope) : NULL;
}

void
systemd_scope_close (SystemdScope *scope)
{
  if (scope->holder <= 0)
    return;
  fd_clear (&scope->input);
  kill (scope->holder, SIGKILL); /* it may still wait for systemd */
  while (waitpid (scope->holder, NULL, 0) < 0 && errno == EINTR)
    ;
  *scope = (SystemdScope){ .input = -1 };
}
