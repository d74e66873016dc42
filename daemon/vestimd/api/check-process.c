/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/check-process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/posix/lack.h"
#include "daemon/posix/spawn-attributes.h"
#include "daemon/vestimd/sys/log.h"

#define MAX_OUTPUT (4 * 1024 * 1024)

extern char **environ;

typedef struct
{
  int channel;
  const char *input;
  size_t left; /* of the input */
  gint64 deadline;
  GString *output;
  bool has_ended; /* the child closed its side */
} Dialog;

/* The process, or -errno. */
static pid_t
spawn (char *const *argv, int child_end)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  pid_t pid = -1;

  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, child_end, STDIN_FILENO);
  posix_spawn_file_actions_adddup2 (&actions, child_end, STDOUT_FILENO);
  posix_spawn_file_actions_addopen (&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  spawn_attributes_init (&attributes, NULL);

  int r = posix_spawn (&pid, argv[0], &actions, &attributes, argv, environ);
  if (r != 0)
    log_error ("api", "cannot start a check process program=%s error=\"%s\"", argv[0],
               strerror (r));
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return r == 0 ? pid : -r;
}

static bool
send_some (Dialog *dialog)
{
  ssize_t n = send (dialog->channel, dialog->input, dialog->left, MSG_NOSIGNAL | MSG_DONTWAIT);

  if (n < 0)
    return errno == EAGAIN || errno == EINTR;
  dialog->input += n;
  dialog->left -= (size_t) n;
  if (dialog->left == 0)
    shutdown (dialog->channel, SHUT_WR);
  return true;
}

static bool
receive_some (Dialog *dialog)
{
  char buffer[16384];
  ssize_t n = recv (dialog->channel, buffer, sizeof buffer, MSG_DONTWAIT);

  if (n < 0)
    return errno == EAGAIN || errno == EINTR;
  dialog->has_ended = n == 0;
  g_string_append_len (dialog->output, buffer, n);
  return dialog->output->len <= MAX_OUTPUT;
}

/* False if it took too long, printed too much, or the channel broke. */
static bool
exchange_data (Dialog *dialog)
{
  while (!dialog->has_ended)
    {
      gint64 left_us = dialog->deadline - g_get_monotonic_time ();
      struct pollfd fd = { .fd = dialog->channel,
                           .events = (short) (POLLIN | (dialog->left > 0 ? POLLOUT : 0)) };

      if (left_us <= 0 || (poll (&fd, 1, (int) (left_us / 1000 + 1)) < 0 && errno != EINTR))
        return false;
      /* A child that does not read all of its input may still answer. */
      if ((fd.revents & POLLOUT) != 0 && !send_some (dialog))
        dialog->left = 0;
      if ((fd.revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !receive_some (dialog))
        return false;
    }
  return true;
}

/* Waits for the process; false at the deadline or when cancelled. */
static bool
reap (pid_t pid, gint64 deadline, const int *cancelled, int *status)
{
  unsigned pause_us = 200;

  for (;;)
    {
      pid_t r = waitpid (pid, status, WNOHANG);

      if (r == pid)
        return true;
      if ((r < 0 && errno != EINTR) || g_get_monotonic_time () > deadline
          || g_atomic_int_get (cancelled))
        return false;
      g_usleep (pause_us);
      pause_us = MIN (pause_us * 2, 10000);
    }
}

/* A process that hangs in a file system does not die at once, and is not waited for. */
static void
kill_child (pid_t pid)
{
  static const int never = 0;
  int status = 0;

  kill (pid, SIGKILL);
  if (!reap (pid, g_get_monotonic_time () + G_USEC_PER_SEC, &never, &status))
    log_warning ("api", "a check process did not end after SIGKILL pid=%d", (int) pid);
}

/* Why the dialog, or the wait for the end, came to nothing. */
static CheckStatus
fault (gint64 deadline)
{
  return g_get_monotonic_time () >= deadline ? CHECK_LATE : CHECK_FAILED;
}

CheckStatus
check_process_run (const CheckProcess *process, GString *output)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) process->limit_ms * 1000;
  Dialog dialog = { .channel = process->channel,
                    .input = process->input,
                    .left = process->input_length,
                    .deadline = deadline,
                    .output = output };
  pid_t pid = spawn (process->argv, process->child_end);
  int status = 0;

  close (process->child_end);
  if (pid < 0)
    return lack_is (-pid) ? CHECK_BUSY : CHECK_FAILED;
  if (dialog.left == 0)
    shutdown (dialog.channel, SHUT_WR);
  if (!exchange_data (&dialog) || !reap (pid, deadline, process->cancelled, &status))
    {
      CheckStatus result = fault (deadline);

      kill_child (pid);
      return result;
    }
  return WIFEXITED (status) && WEXITSTATUS (status) == 0 ? CHECK_DONE : CHECK_FAILED;
}
