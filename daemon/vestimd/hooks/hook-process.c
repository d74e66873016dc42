/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/hooks/hook-process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/posix/clock.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/spawn-attributes.h"
#include "daemon/vestimd/sys/log.h"

#define LOOK_MS 10     /* between two looks whether it has ended */
#define KILLED_MS 1000 /* for the end after SIGKILL; a process may hang in a file system */

typedef struct
{
  const HookProcess *process;
  HookResult *result;
  pid_t pid;  /* also its session and process group; a zombie until the end, so nobody else's */
  int output; /* -1: nobody writes to it any more */
  bool has_exited;
} Run;

/* ---- The start ---- */

/* A file: the hook may read it as often as it likes, or not at all. */
static int
make_input (const HookProcess *process)
{
  int fd = memfd_create ("vestimd-hook-input", MFD_CLOEXEC);
  int r = fd < 0 ? -errno : fd_write_all (fd, process->input, process->input_length);

  if (r == 0 && lseek (fd, 0, SEEK_SET) == 0)
    return fd;
  r = r < 0 ? r : -errno;
  fd_clear (&fd);
  return r;
}

/* 0 or an errno. */
static int
spawn (Run *run, int input, int output)
{
  const HookProcess *process = run->process;
  char *argv[] = { (char *) process->program, NULL };
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int r;

  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2 (&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2 (&actions, output, STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np (&actions, process->folder);
  posix_spawn_file_actions_addclosefrom_np (&actions, STDERR_FILENO + 1);
  spawn_attributes_init (&attributes, NULL);
  r = posix_spawn (&run->pid, process->program, &actions, &attributes, argv, process->environment);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return r;
}

/* 0 or an errno. */
static int
start (Run *run)
{
  int input = make_input (run->process), writer = -1;
  int r = input < 0 ? input : fd_open_pipe (&run->output, &writer);

  if (r == 0)
    r = -spawn (run, input, writer);
  if (input >= 0)
    close (input);
  fd_clear (&writer);
  if (r < 0)
    fd_clear (&run->output);
  return -r;
}

/* ---- Until the end ---- */

static void
read_output (Run *run)
{
  HookResult *result = run->result;
  char buffer[4096];
  ssize_t n = read (run->output, buffer, sizeof buffer);
  size_t kept;

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    {
      fd_clear (&run->output);
      return;
    }
  kept = MIN ((size_t) n, HOOK_MAX_OUTPUT - result->output->len);
  g_string_append_len (result->output, buffer, (gssize) kept);
  result->n_dropped += (size_t) n - kept;
}

/* It stays a zombie. */
static void
look_for_exit (Run *run)
{
  siginfo_t info = { .si_pid = 0 };

  if (!run->has_exited && waitid (P_PID, (id_t) run->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
    run->has_exited = info.si_pid == run->pid;
}

static bool
is_over (const Run *run)
{
  return run->has_exited && run->output < 0;
}

/* While the process runs and its output is open, only the output is waited for: it ends with the
 * process, or says something. False: cancelled. */
static bool
wait_some (Run *run, int64_t left_ms, int cancel_fd)
{
  struct pollfd fds[] = { { .fd = run->output, .events = POLLIN },
                          { .fd = cancel_fd, .events = POLLIN } };
  bool is_quiet = run->output >= 0;

  poll (fds, G_N_ELEMENTS (fds), (int) MIN (left_ms, is_quiet ? 500 : LOOK_MS));
  if (is_quiet && fds[0].revents != 0)
    read_output (run);
  look_for_exit (run);
  return fds[1].revents == 0;
}

/* False at the time limit, or when it was cancelled: then `is_cancelled`. */
static bool
wait_until (Run *run, unsigned limit_ms, int cancel_fd, bool *is_cancelled)
{
  int64_t end = clock_monotonic_ms () + limit_ms, now;

  while (!is_over (run) && (now = clock_monotonic_ms ()) < end && !*is_cancelled)
    *is_cancelled = !wait_some (run, end - now, cancel_fd);
  return is_over (run);
}

/* A process that the hook has put into another session keeps its output open, but is not ours to
 * end. */
static void
end_group (Run *run, unsigned grace_ms)
{
  int64_t end;
  bool never = false;

  kill (-run->pid, SIGTERM);
  if (wait_until (run, grace_ms, -1, &never))
    return;
  kill (-run->pid, SIGKILL);
  end = clock_monotonic_ms () + KILLED_MS;
  while (!run->has_exited && clock_monotonic_ms () < end)
    wait_some (run, LOOK_MS, -1);
}

void
hook_process_run (const HookProcess *process, HookResult *result)
{
  Run run = { .process = process, .result = result, .output = -1 };

  result->error = start (&run);
  if (result->error != 0)
    return;
  if (!wait_until (&run, process->limit_ms, process->cancel_fd, &result->is_cancelled))
    {
      result->is_late = !result->is_cancelled;
      end_group (&run, result->is_late ? process->grace_ms : process->cancel_grace_ms);
    }
  fd_clear (&run.output);
  if (waitpid (run.pid, &result->status, WNOHANG) != run.pid)
    log_warning ("hooks", "a hook did not end after SIGKILL pid=%d", (int) run.pid);
}
