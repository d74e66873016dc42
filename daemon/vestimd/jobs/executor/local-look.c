/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/exit-record.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/lack.h"
#include "daemon/posix/process.h"
#include "daemon/vestimd/jobs/executor/local-attempt.h"
#include "daemon/vestimd/jobs/executor/shim-search.h"
#include "daemon/vestimd/sys/log.h"

#define SURE_LOOKS 4
#define HUNG_LOOKS 300 /* 30 s */
#define HUNG_LOOKS_TO_STOP 60
#define STOPS 5 /* for a shim that is late, before it is ended: half a second */

/* The lock of run.lock shows which shim lives. The PID of its holder is opened as a pidfd, then the
 * lock's holder is read again. If it is the same PID, the pidfd refers to the holder, because a PID
 * is not reused while its process holds a lock.
 *
 * A job can move or remove its run.lock, or the whole folder, under its living shim, which puts
 * both back a moment later. So where nobody holds the lock, and no exit record says that the
 * attempt is over, the processes are searched as well before it is called lost or never started.
 *
 * In a copy of a data directory, run.lock is a copy and the attempt is lost there. Its processes
 * belong to the original: they are neither searched nor signalled. A job may have copied its own
 * run.lock; then its shim soon puts its own back. */

typedef pid_t (*AskFn) (const ExecutorAttempt *attempt);

/* -1, which leads to no file, when the folder is missing or a link: -errno might be AT_FDCWD. */
static int
open_folder (const ExecutorAttempt *attempt)
{
  int fd = fd_open_folder (attempt->spec.folder);

  return fd < 0 ? -1 : fd;
}

static ShimName
name_of (const ExecutorAttempt *attempt)
{
  return (ShimName){
    .folder = attempt->spec.folder,
    .job_id = attempt->spec.job_id,
    .attempt = attempt->spec.number,
  };
}

static pid_t
ask_lock (const ExecutorAttempt *attempt)
{
  int folder = open_folder (attempt);
  pid_t holder = lock_record_find_holder (folder);

  fd_clear (&folder);
  return holder;
}

static pid_t
ask_processes (const ExecutorAttempt *attempt)
{
  const ShimName name = name_of (attempt);

  return shim_find (&name);
}

/* Whether the job itself has living processes, whatever became of its shim. */
static bool
has_processes (const ExecutorAttempt *attempt)
{
  const ShimName name = name_of (attempt);

  return shim_find_job (&name);
}

static pid_t
find_holder (const ExecutorAttempt *attempt, AskFn ask, int *pidfd)
{
  pid_t holder = ask (attempt);

  *pidfd = -1;
  for (pid_t again = 0; holder > 0 && !attempt->executor->without_pidfd; holder = again)
    {
      *pidfd = process_open (holder);
      again = ask (attempt);
      if (again == holder)
        break;
      fd_clear (pidfd);
    }
  return holder;
}

/* Whether the lock's holder runs this attempt: run.lock says it, or, where the job damaged its
 * text, the holder's command line. */
static bool
has_begun (ExecutorAttempt *attempt, pid_t holder)
{
  const ShimName name = name_of (attempt);
  LockRecord *record = &attempt->worker.record;
  int folder = open_folder (attempt);

  lock_record_read (folder, record);
  fd_clear (&folder);
  if (record->attempt == attempt->spec.number)
    return record->started_at != 0;
  return holder > 0 && record->attempt == 0 && shim_is (holder, &name);
}

void
shim_send_continue (int pidfd, pid_t pid)
{
  process_send_signal (pidfd, pid, SIGCONT);
}

void
shim_send_stop (int pidfd, pid_t pid)
{
  process_send_signal (pidfd, pid, SIGTERM);
  shim_send_continue (pidfd, pid);
}

void
shim_send_wish (int pidfd, pid_t pid)
{
  process_send_signal (pidfd, pid, SIGUSR1);
  shim_send_continue (pidfd, pid);
}

void
shim_send_kill (int pidfd, pid_t pid)
{
  log_warning (EXECUTOR_MODULE, "ending a shim that has not started its job pid=%d", (int) pid);
  process_send_signal (pidfd, pid, SIGKILL);
}

/* It has locked the folder for this attempt, and has not started the job yet. */
static void
urge (const ExecutorAttempt *attempt, pid_t holder, int pidfd)
{
  bool must_stop = attempt->worker.must_stop;

  if (attempt->worker.n_looks > (must_stop ? HUNG_LOOKS_TO_STOP : HUNG_LOOKS))
    shim_send_kill (pidfd, holder);
  else
    (must_stop ? shim_send_stop : shim_send_continue) (pidfd, holder);
}

/* Nothing of the job runs, so the shim is ended soon after a stop. It is given the time to end by
 * itself because it may be about to lock the folder. */
static LookResult
look_at_late (ExecutorAttempt *attempt, pid_t holder, int pidfd)
{
  if (attempt->worker.must_stop && attempt->worker.n_stops++ < STOPS)
    shim_send_stop (pidfd, holder);
  else if (attempt->worker.must_stop)
    shim_send_kill (pidfd, holder);
  fd_clear (&pidfd);
  return LOOK_LATE;
}

/* Its process was found, but not its lock. Either it has not locked the folder yet, or its job,
 * which then has processes, took the lock or the folder away. */
static LookResult
look_at_found (ExecutorAttempt *attempt, pid_t holder, int pidfd)
{
  if (!attempt->worker.must_be_lost && !has_processes (attempt))
    return look_at_late (attempt, holder, pidfd);
  attempt->worker.shim = (Shim){ .pid = holder, .pidfd = pidfd };
  return LOOK_HELD;
}

static LookResult
look_at_held (ExecutorAttempt *attempt, pid_t holder, int pidfd)
{
  if (!has_begun (attempt, holder))
    {
      if (holder > 0 && attempt->worker.record.attempt == attempt->spec.number)
        urge (attempt, holder, pidfd);
      fd_clear (&pidfd);
      return LOOK_STARTING;
    }
  attempt->worker.shim = (Shim){ .pid = holder, .pidfd = pidfd };
  return LOOK_HELD;
}

static bool
has_file (int folder, const char *name)
{
  struct stat status;

  return fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* What the shim wrote is not flushed, so that it may be lost when the machine goes down; the names
 * of files last longer. A run.lock that says nothing, or names an earlier attempt whose exit record
 * was put away already, means that this attempt has begun. */
static bool
has_traces (int folder)
{
  return has_file (folder, ATTEMPT_LOCK_FILE) && !has_file (folder, ATTEMPT_EXIT_FILE);
}

/* Whether the processes of the job are those that an earlier attempt left on purpose. Its records
 * are put away when the next attempt begins. */
static bool
has_kept_leftovers (const ExecutorAttempt *attempt)
{
  int folder = open_folder (attempt);
  ExitRecord record;
  bool has_them;

  exit_record_read (folder, &record);
  has_them = record.leftovers && record.attempt < attempt->spec.number
             && attempt->worker.record.attempt == record.attempt;
  exit_record_clear (&record);
  fd_clear (&folder);
  return has_them;
}

/* Reads the exit record; when there is none, run.lock. */
static bool
read_end (ExecutorAttempt *attempt, bool *traces)
{
  int folder = open_folder (attempt);
  bool is_over = local_result_read (&attempt->worker.result, folder, attempt->spec.number);

  if (!is_over)
    lock_record_read (folder, &attempt->worker.record);
  *traces = has_traces (folder);
  fd_clear (&folder);
  return is_over;
}

/* Whether something shows that the attempt has begun, other than a living shim or an exit record.
 */
static bool
has_evidence (const ExecutorAttempt *attempt)
{
  return attempt->worker.record.attempt == attempt->spec.number || attempt->worker.must_be_lost
         || (!has_kept_leftovers (attempt) && has_processes (attempt));
}

static LookResult
lose_copy (const ExecutorAttempt *attempt)
{
  log_warning (EXECUTOR_MODULE,
               "the job folder is a copy: the attempt runs or ran in the original, whose processes "
               "are left alone id=%s attempt=%d",
               attempt->spec.job_id, attempt->spec.number);
  return LOOK_LOST;
}

static LookResult
look (ExecutorAttempt *attempt)
{
  bool traces, had_evidence;
  int pidfd;
  pid_t holder = find_holder (attempt, ask_lock, &pidfd);

  if (holder != 0)
    return look_at_held (attempt, holder, pidfd);
  if (read_end (attempt, &traces))
    return LOOK_OVER;
  if (attempt->worker.record.is_copy && attempt->worker.record.attempt == attempt->spec.number)
    return attempt->worker.n_looks < SURE_LOOKS ? LOOK_STARTING : lose_copy (attempt);
  /* In this order: a shim that left evidence either still lives or wrote its record. One that
   * starts meanwhile is found by the next look. */
  had_evidence = has_evidence (attempt);
  holder = find_holder (attempt, ask_processes, &pidfd);
  if (holder > 0)
    return look_at_found (attempt, holder, pidfd);
  /* A shim that lived a moment ago wrote its record before it ended. */
  if (read_end (attempt, &traces))
    return LOOK_OVER;
  if (had_evidence)
    return LOOK_LOST;
  if (attempt->worker.record.attempt == attempt->spec.number)
    return LOOK_STARTING;
  if (!traces)
    return LOOK_ABSENT;
  /* A shim that made run.lock and has not locked it yet leaves the same trace, for an instant. */
  return attempt->worker.n_looks < SURE_LOOKS ? LOOK_STARTING : LOOK_LOST;
}

LookResult
local_look (ExecutorAttempt *attempt)
{
  LookResult result;

  lack_forget ();
  result = look (attempt);
  return lack_was_noted () && (result == LOOK_LOST || result == LOOK_ABSENT) ? LOOK_UNSURE : result;
}

/* Where no descriptor shows its end, or after it did. */
static bool
is_running (ExecutorAttempt *attempt)
{
  Shim *shim = &attempt->worker.shim;
  int pidfd;
  pid_t holder;

  if (shim->is_child && !shim->is_reaped)
    shim->is_reaped = waitpid (shim->pid, &shim->status, WNOHANG) != 0;
  if (shim->is_child)
    return !shim->is_reaped;
  if (shim->has_ended)
    return false;
  holder = find_holder (attempt, ask_lock, &pidfd);
  if (holder == 0)
    holder = find_holder (attempt, ask_processes, &pidfd);
  fd_clear (&pidfd);
  if (holder > 0 && holder == shim->pid && attempt->worker.must_stop)
    shim_send_stop (-1, holder);
  if (holder > 0 && holder == shim->pid && attempt->worker.must_tell)
    {
      attempt->worker.must_tell = false;
      shim_send_wish (-1, holder);
    }
  return holder != 0;
}

/* A shim that ended by itself has ended all of its job before. */
static bool
was_cut_off (const ExecutorAttempt *attempt)
{
  const Shim *shim = &attempt->worker.shim;

  return !shim->is_child || !WIFEXITED (shim->status) || WEXITSTATUS (shim->status) != 0;
}

static CollectResult
collect (ExecutorAttempt *attempt)
{
  bool traces;
  int r;

  if (is_running (attempt))
    return COLLECT_RUNNING;
  r = progress_read (attempt->worker.progress, attempt->spec.folder);
  if (r < 0 && !lack_is (-r))
    log_warning (EXECUTOR_MODULE, "cannot read progress id=%s error=%s", attempt->spec.job_id,
                 uv_strerror (r));
  if (!read_end (attempt, &traces))
    return COLLECT_NOTHING;
  attempt->worker.needs_cleanup = !attempt->worker.result.exit_record.leftovers
                                  && was_cut_off (attempt) && has_processes (attempt);
  return COLLECT_OVER;
}

CollectResult
local_collect (ExecutorAttempt *attempt)
{
  CollectResult result;

  lack_forget ();
  result = collect (attempt);
  return lack_was_noted () && result != COLLECT_RUNNING ? COLLECT_UNSURE : result;
}
