/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/init.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether the daemon has ended; reaps all that has. */
static bool
reap (pid_t daemon, int *status)
{
  bool has_ended = false;
  pid_t pid;
  int code;

  while ((pid = waitpid (-1, &code, WNOHANG)) > 0)
    if (pid == daemon)
      {
        *status = code;
        has_ended = true;
      }
  return has_ended;
}

static _Noreturn void
serve_as_init (pid_t daemon, const sigset_t *signals)
{
  int status = 0;

  for (;;)
    {
      siginfo_t info;
      int signal = sigwaitinfo (signals, &info);

      /* What a terminal sends (Ctrl+C) goes to the daemon as well. */
      if (signal > 0 && signal != SIGCHLD && info.si_code != SI_KERNEL)
        kill (daemon, signal);
      if (reap (daemon, &status))
        _exit (WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status));
    }
}

int
init_stay_behind (void)
{
  static const int awaited[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD };
  sigset_t signals, before;
  pid_t pid;

  if (getpid () != 1)
    return 0;
  sigemptyset (&signals);
  for (size_t i = 0; i < sizeof awaited / sizeof *awaited; i++)
    sigaddset (&signals, awaited[i]);
  sigprocmask (SIG_BLOCK, &signals, &before);
  pid = fork ();
  if (pid > 0)
    serve_as_init (pid, &signals);
  sigprocmask (SIG_SETMASK, &before, NULL);
  return pid < 0 ? -errno : 0;
}
