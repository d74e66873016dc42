/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/executor/local-private.h"
#include "daemon/vestimd/jobs/executor/shim-search.h"
#include "daemon/attempt/attempt.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/process.h"
#include "daemon/vestimd/sys/log.h"

#define SURE_LOOKS 4

/* Who lives is told by the lock of run.lock. Its holder's PID is turned into a descriptor and the
 * lock asked again: an equal answer proves that the descriptor is the holder's, since a PID cannot
 * be used again while its process holds a lock.
 *
 * A job can move or remove its run.lock, or the whole folder, under its living shim, which puts
 * both back a moment later. So where nobody holds the lock, and no exit record says that it is
 * over, the processes are asked as well before an attempt is called lost or never started. */

typedef pid_t (*AskFn) (const ExecutorAttempt *run);

/* -1, which no file can be reached from, when the folder is missing or a link. */
static int
open_folder (const ExecutorAttempt *run)
{
  int fd = fd_open_folder (run->folder);

  return fd < 0 ? -1 : fd;
}

static void
close_if_open (int fd)
{
  if (fd >= 0)
    close (fd);
}

static ShimName
name_of (const ExecutorAttempt *run)
{
  return (ShimName){ .folder = run->folder, .job_id = run->job_id, .attempt = run->attempt };
}

static pid_t
ask_lock (const ExecutorAttempt *run)
{
  int folder_fd = open_folder (run);
  pid_t holder = lock_record_find_holder (folder_fd);

  close_if_open (folder_fd);
  return holder;
}

static pid_t
ask_processes (const ExecutorAttempt *run)
{
  const ShimName name = name_of (run);

  return shim_find (&name);
}

/* Of the job itself, whatever became of its shim. */
static bool
has_processes (const ExecutorAttempt *run)
{
  const ShimName name = name_of (run);

  return shim_find_job (&name);
}

static pid_t
find_holder (const ExecutorAttempt *run, AskFn ask, int *pidfd)
{
  pid_t holder = ask (run);

  *pidfd = -1;
  for (pid_t again = 0; holder > 0 && !run->executor->without_pidfd; holder = again)
    {
      *pidfd = process_open (holder);
      again = ask (run);
      if (again == holder)
        break;
      close_if_open (*pidfd);
      *pidfd = -1;
    }
  return holder;
}

/* What the lock's holder says in run.lock; a text that the job spoilt is made up for by the
 * holder's command line. */
static bool
has_begun (ExecutorAttempt *run, pid_t holder)
{
  const ShimName name = name_of (run);
  int folder_fd = open_folder (run);

  lock_record_read (folder_fd, &run->record);
  close_if_open (folder_fd);
  if (run->record.attempt == run->attempt)
    return run->record.started_at != 0;
  return holder > 0 && run->record.attempt == 0 && shim_is (holder, &name);
}

void
process_send_continue (int pidfd, pid_t pid)
{
  process_send_signal (pidfd, pid, SIGCONT);
}

void
process_send_stop (int pidfd, pid_t pid)
{
  process_send_signal (pidfd, pid, SIGTERM);
  process_send_continue (pidfd, pid);
}

static LookResult
look_at_held (ExecutorAttempt *run, pid_t holder, int pidfd)
{
  if (!has_begun (run, holder))
    {
      if (pidfd >= 0 && run->record.attempt == run->attempt)
        (run->must_stop ? process_send_stop : process_send_continue) (pidfd, 0);
      close_if_open (pidfd);
      return LOOK_STARTING;
    }
  run->shim = (Shim){ .pid = holder, .pidfd = pidfd };
  return LOOK_HELD;
}

static bool
has_file (int folder_fd, const char *name)
{
  struct stat status;

  return fstatat (folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* What the shim wrote is not flushed, so that a machine that went down may have lost it; the names
 * of files are more lasting. A run.lock that says nothing, or that tells of an earlier attempt
 * whose exit record was put away already, means that this attempt was begun. */
static bool
has_traces (int folder_fd)
{
  return has_file (folder_fd, ATTEMPT_LOCK_FILE) && !has_file (folder_fd, ATTEMPT_EXIT_FILE);
}

/* Takes the exit record, else what run.lock says. */
static bool
read_end (ExecutorAttempt *run, bool *was_begun)
{
  int folder_fd = open_folder (run);
  bool is_over = local_result_read (&run->result, folder_fd, run->attempt);

  if (!is_over)
    lock_record_read (folder_fd, &run->record);
  *was_begun = has_traces (folder_fd);
  close_if_open (folder_fd);
  return is_over;
}

LookResult
process_look (ExecutorAttempt *run)
{
  bool was_begun;
  int pidfd;
  pid_t holder = find_holder (run, ask_lock, &pidfd);

  if (holder != 0)
    return look_at_held (run, holder, pidfd);
  if (read_end (run, &was_begun))
    return LOOK_OVER;
  holder = find_holder (run, ask_processes, &pidfd);
  if (holder > 0)
    {
      run->shim = (Shim){ .pid = holder, .pidfd = pidfd };
      return LOOK_HELD;
    }
  /* One that lived a moment ago has left its record before it went. */
  if (read_end (run, &was_begun))
    return LOOK_OVER;
  if (run->record.attempt == run->attempt || run->must_be_lost || has_processes (run))
    return LOOK_LOST;
  if (!was_begun)
    return LOOK_ABSENT;
  /* A shim that is between making run.lock and locking it leaves the same trace, for an instant. */
  return run->n_looks < SURE_LOOKS ? LOOK_STARTING : LOOK_LOST;
}

/* Without a descriptor that tells its end, or after it told it. */
static bool
is_running (ExecutorAttempt *run)
{
  int pidfd;
  pid_t holder;

  if (run->shim.is_child)
    return waitpid (run->shim.pid, &run->shim.status, WNOHANG) == 0;
  if (run->shim.has_ended)
    return false;
  holder = find_holder (run, ask_lock, &pidfd);
  if (holder == 0)
    holder = find_holder (run, ask_processes, &pidfd);
  close_if_open (pidfd);
  if (holder > 0 && holder == run->shim.pid && run->must_stop)
    process_send_stop (-1, holder);
  return holder != 0;
}

/* A shim that went its way has ended all of its job before. */
static bool
was_cut_off (const ExecutorAttempt *run)
{
  return !run->shim.is_child || !WIFEXITED (run->shim.status)
         || WEXITSTATUS (run->shim.status) != 0;
}

CollectResult
process_collect (ExecutorAttempt *run)
{
  bool was_begun;
  int r;

  if (is_running (run))
    return COLLECT_RUNNING;
  r = progress_read (run->progress, run->folder);
  if (r < 0)
    log_warning (PROCESS_MODULE, "cannot read progress id=%s error=%s", run->job_id,
                 uv_strerror (r));
  if (!read_end (run, &was_begun))
    return COLLECT_NOTHING;
  run->has_leftovers = was_cut_off (run) && has_processes (run);
  return COLLECT_OVER;
}
