/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobs/process-private.h"
#include "sys/fd.h"
#include "sys/log.h"

#define SURE_LOOKS 4

/* Who lives is told by the lock of run.lock alone. Its holder's PID is turned into a descriptor and
 * the lock asked again: an equal answer proves that the descriptor is the holder's, since a PID
 * cannot be used again while its process holds a lock. */

/* The holder's PID, 0 when nobody holds it, -1 when it is held and the kernel does not say by whom
 * (a process of another PID namespace). */
static pid_t
get_holder (int fd)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

  if (fcntl (fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
    return 0;
  return lock.l_pid > 0 ? lock.l_pid : -1;
}

static int
open_lock (const ExecutorRun *run)
{
  return fd_open_in_folder (run->folder, "run.lock");
}

static pid_t
find_holder (ExecutorRun *run, int *pidfd)
{
  int fd = open_lock (run);
  pid_t holder = fd < 0 ? 0 : get_holder (fd);

  *pidfd = -1;
  for (pid_t again = 0; holder > 0 && !run->executor->without_pidfd; holder = again)
    {
      *pidfd = (int) syscall (SYS_pidfd_open, holder, 0);
      again = get_holder (fd);
      if (again == holder)
        break;
      if (*pidfd >= 0)
        close (*pidfd);
      *pidfd = -1;
    }
  if (fd >= 0)
    close (fd);
  return holder;
}

static LookResult
look_at_held (ExecutorRun *run, pid_t holder, int pidfd)
{
  if (!lock_record_read (run->folder, &run->record) || run->record.attempt != run->attempt
      || run->record.started_at == 0)
    {
      if (pidfd >= 0 && run->must_stop && run->record.attempt == run->attempt)
        syscall (SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0);
      if (pidfd >= 0)
        close (pidfd);
      return LOOK_STARTING;
    }
  run->shim = (Shim){ .pid = holder, .pidfd = pidfd };
  return LOOK_HELD;
}

static bool
has_file (const ExecutorRun *run, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s", run->folder, name);
  struct stat status;

  return lstat (path, &status) == 0;
}

/* What the shim wrote is not flushed, so that a machine that went down may have lost it; the names
 * of files are more lasting. A run.lock that says nothing, or that tells of an earlier attempt
 * whose exit record was put away already, means that this attempt was begun. */
static bool
has_traces (const ExecutorRun *run)
{
  return has_file (run, "run.lock") && !has_file (run, "exit.json");
}

LookResult
process_look (ExecutorRun *run)
{
  int pidfd;
  pid_t holder = find_holder (run, &pidfd);

  if (holder != 0)
    return look_at_held (run, holder, pidfd);
  if (outcome_read (&run->outcome, run->folder, run->attempt))
    return LOOK_OVER;
  lock_record_read (run->folder, &run->record);
  if (run->record.attempt == run->attempt)
    return LOOK_LOST;
  if (!has_traces (run))
    return LOOK_ABSENT;
  /* A shim that is between making run.lock and locking it leaves the same trace, for an instant. */
  return run->n_looks < SURE_LOOKS ? LOOK_STARTING : LOOK_LOST;
}

/* Without a descriptor that tells its end, or after it told it. */
static bool
is_running (ExecutorRun *run)
{
  int pidfd;
  pid_t holder;

  if (run->shim.is_child)
    return waitpid (run->shim.pid, &run->shim.status, WNOHANG) == 0;
  if (run->shim.has_ended)
    return false;
  holder = find_holder (run, &pidfd);
  if (pidfd >= 0)
    close (pidfd);
  if (holder > 0 && holder == run->shim.pid && run->must_stop)
    kill (holder, SIGTERM);
  return holder != 0;
}

CollectResult
process_collect (ExecutorRun *run)
{
  int r;

  if (is_running (run))
    return COLLECT_RUNNING;
  r = progress_read (run->progress, run->folder);
  if (r < 0)
    log_warning (PROCESS_MODULE, "cannot read progress id=%s error=%s", run->job_id,
                 uv_strerror (r));
  if (outcome_read (&run->outcome, run->folder, run->attempt))
    return COLLECT_OVER;
  lock_record_read (run->folder, &run->record);
  return COLLECT_NOTHING;
}
