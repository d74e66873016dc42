/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/run-job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/clock.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/lack.h"
#include "daemon/vestim-run/leftovers.h"
#include "daemon/vestim-run/pass-exit.h"
#include "daemon/vestim-run/run-job-private.h"

/* The steps of an attempt, and what the next one who looks finds after a crash in each:
 *
 * 1. Lock the folder. After a crash: nothing has happened, the attempt may be started.
 * 2. Put the files of the last attempt away, make new ones. As in 1; the next shim repeats this
 * step.
 * 3. Write the attempt into run.lock. It counts as started and is never started again; without an
 *    exit record it is lost.
 * 4. Start the job and follow it. It is lost, and its processes have to be ended.
 * 5. Write exit.json. It is over.
 *
 * In a folder that several hosts share, the claim takes the place of the lock (claim.h). It counts
 * as started from step 1 on, and no host restores a folder that another one may have removed. */

#define RECORD_PAUSE_MS 1000
#define MAX_RECORD_TRIES 120

static double
seconds (struct timeval time)
{
  return (double) time.tv_sec + (double) time.tv_usec / 1e6;
}

static void
on_folder_change (void *user)
{
  Job *job = user;

  if (run_is_claimed (job))
    return;
  job->record.log_bytes = log_writer_lock_bytes (&job->log);
  locked_folder_restore (&job->folder, job->options->folder, &job->record);
  job->log.lock_fd = job->folder.lock;
}

/* The daemon makes a regular file. Anything else of that name is the job's own. */
static bool
is_pause_wanted (void *user)
{
  const Job *job = user;
  struct stat mark;

  return fstatat (job->folder.fd, ATTEMPT_PAUSE_FILE, &mark, AT_SYMLINK_NOFOLLOW) == 0
         && S_ISREG (mark.st_mode);
}

static void
follow (Job *job)
{
  SupervisorSpec spec = {
    .job = job->record.job_pid,
    .signal_fd = job->signal_fd,
    .log_pipe = job->log_pipe.reader,
    .progress_pipe = job->progress_pipe.reader,
    .log = &job->log,
    .progress = &job->progress,
    .group = &job->group,
    .oom_watch = &job->oom_watch,
    .fence = job->fence,
    .has_timestamps = job->options->has_timestamps,
    .keeps_leftovers = job->options->keeps_leftovers,
    .stop_signal = job->options->stop_signal,
    .stop_grace_ms = options_grace_ms (job->options),
    .timeout_s = job->options->timeout_s,
    .is_pause_wanted = is_pause_wanted,
    .on_folder_change = on_folder_change,
    .user = job,
  };
  SupervisorResult result;
  struct timespec from, to;
  struct rusage usage;

  clock_gettime (CLOCK_MONOTONIC, &from);
  if (supervisor_run (&spec, &result) < 0)
    abort (); /* poll() itself failed: the shim can do nothing; the daemon ends the processes */
  if (result.has_leftovers)
    job_group_close (&job->group);
  else
    job_group_end (&job->group);
  clock_gettime (CLOCK_MONOTONIC, &to);
  getrusage (RUSAGE_CHILDREN, &usage);
  job->wait_status = result.wait_status;
  exit_record_set_status (&job->exit_record, result.wait_status);
  job->exit_record.stopped = result.stopped;
  job->exit_record.timed_out = result.timed_out;
  job->exit_record.out_of_memory = result.out_of_memory;
  job->exit_record.leftovers = result.has_leftovers;
  job->exit_record.fenced = result.fenced;
  job->exit_record.started_at = job->record.started_at;
  job->exit_record.wall_s =
      (double) (to.tv_sec - from.tv_sec) + (double) (to.tv_nsec - from.tv_nsec) / 1e9;
  job->exit_record.cpu_s = seconds (usage.ru_utime) + seconds (usage.ru_stime);
  job->exit_record.max_rss_kb = usage.ru_maxrss;
}

static bool
is_fenced (const Job *job)
{
  return job->fence != NULL && fence_get_state (job->fence) != FENCE_OPEN;
}

static int
record_end (Job *job)
{
  int folder = locked_folder_exit_folder (&job->folder);
  int exit_file = job->folder.exit_file;

  progress_writer_close (&job->progress);
  log_writer_close (&job->log);
  job->exit_record.error = job->sentence[0] != '\0' ? strdup (job->sentence) : NULL;
  job->exit_record.finished_at = clock_wall_ms ();
  job->exit_record.log_bytes = job->log.total;
  job->exit_record.progress_bytes = job->progress.size;
  if (!run_is_claimed (job))
    {
      locked_folder_restore (&job->folder, job->options->folder, &job->record);
      folder = job->folder.fd;
    }
  if (faccessat (folder, ".", W_OK | X_OK, 0) != 0)
    fchmod (folder, 0700); /* a job that closed its folder would lose its own end */
  job->folder.exit_file = -1;
  if (!is_fenced (job)) /* else it may be that of a later attempt */
    unlinkat (job->folder.fd, ATTEMPT_PAUSE_FILE, 0);
  return exit_record_commit (folder, exit_file, &job->exit_record);
}

/* A server that is gone for a moment is no reason to lose the end; the fence says when to give up.
 */
static bool
may_succeed_later (const Job *job, int r)
{
  return lack_is (-r) || (r < 0 && run_is_claimed (job) && !is_fenced (job));
}

/* The disk may be full, or descriptors may be short: what ran for hours shall not be lost for that.
 * 0 or SHIM_EXIT_UNRECORDED. */
static int
record_end_patiently (Job *job)
{
  int r = record_end (job);

  for (int i = 0; i < MAX_RECORD_TRIES && may_succeed_later (job, r); i++)
    {
      clock_pause_ms (RECORD_PAUSE_MS);
      r = exit_record_commit (locked_folder_exit_folder (&job->folder), -1, &job->exit_record);
    }
  if (r < 0 && run_is_claimed (job))
    fprintf (stderr, "vestim-run: the end of attempt %d in '%s' could not be recorded: %s.\n",
             job->options->attempt, job->options->folder, strerror (-r));
  return r == 0 ? 0 : SHIM_EXIT_UNRECORDED;
}

static void
withdraw_folder (Job *job)
{
  if (run_is_claimed (job))
    claimed_folder_withdraw (&job->folder, job->options->attempt);
  else
    locked_folder_withdraw (&job->folder);
}

/* The program was not executed, and the attempt may be started again. The new log goes as well: in
 * the place of the log of the attempt before, it would hide that. */
static void
withdraw (Job *job)
{
  bool is_ours = job->log.fd >= 0 && fd_is_at (job->folder.fd, ATTEMPT_LOG_FILE, job->log.fd);

  log_writer_close (&job->log);
  if (is_ours)
    unlinkat (job->folder.fd, ATTEMPT_LOG_FILE, 0);
  withdraw_folder (job);
}

/* A claimed attempt cannot run again, so nobody needs its input, which may hold secrets. */
static void
remove_input (const Job *job)
{
  if (run_is_claimed (job) && job->options->input_path != NULL && job->input.argv != NULL)
    unlinkat (job->folder.fd, job->options->input_path, 0);
}

static void
follow_to_the_end (Job *job)
{
  char sentence[256];

  follow (job);
  if (!job->exit_record.fenced)
    return;
  fence_describe (job->fence, sentence, sizeof sentence);
  fprintf (stderr, "vestim-run: %s\n", sentence);
}

/* Once run.lock names the attempt it counts as started, and every failure goes into the exit
 * record; before that, and after a momentary lack, the attempt is withdrawn. */
static int
run_locked (Job *job)
{
  int r = run_open_outputs (job);

  lock_record_init (&job->record, job->options->attempt);
  if (r == 0)
    r = run_write_lock (job);
  if (r < 0)
    {
      withdraw (job);
      return r;
    }
  r = run_read_input (job);
  if (!run_is_claimed (job))
    locked_folder_watch (&job->folder);
  if (r == 0 && job->sentence[0] == '\0')
    r = run_start (job);
  if (r < 0 || job->sentence[0] != '\0')
    job_group_close (&job->group);
  if (!lack_is (-r))
    {
      remove_input (job);
      if (job->sentence[0] == '\0')
        follow_to_the_end (job);
      r = record_end_patiently (job);
      if (job->exit_record.leftovers)
        leftovers_leave (job->log_pipe.reader, job->progress_pipe.reader);
    }
  if (job->fence != NULL)
    fence_close (job->fence);
  if (r < 0)
    withdraw (job);
  job_input_clear (&job->input);
  return r;
}

/* On the heap: its buffers are too large for the stack, which a limit may have made small. NULL
 * when there is no memory. */
static Job *
job_new (const Options *options)
{
  Job *job = calloc (1, sizeof *job);

  if (job == NULL)
    return NULL;
  job->options = options;
  job->log.fd = job->progress.fd = job->stdin_fd = job->oom_watch.fd = -1;
  job->log_pipe = job->progress_pipe = (Pipe){ -1, -1 };
  exit_record_init (&job->exit_record, options->attempt);
  return job;
}

static int
take_folder (Job *job)
{
  const Options *options = job->options;
  int r;

  if (!run_is_claimed (job))
    {
      r = locked_folder_open (&job->folder, options->folder);
      return r == 0 && locked_folder_knows (&job->folder, options->attempt) ? -EALREADY : r;
    }
  claim_owner_init (&job->owner, options->attempt, options->claim_id);
  job->owner.heartbeat_ms = (int64_t) (options->heartbeat_s * 1000);
  job->owner.fence_ms = (int64_t) (options->fence_s * 1000);
  return claimed_folder_open (&job->folder, options->folder, &job->owner);
}

static int
prepare_folder (Job *job)
{
  int r = run_is_claimed (job) ? claimed_folder_prepare (&job->folder, job->options->attempt)
                               : locked_folder_prepare (&job->folder);

  if (r < 0)
    withdraw_folder (job);
  return r;
}

int
run_job (const Options *options)
{
  Job *job = job_new (options);
  int r;

  if (job == NULL)
    return -ENOMEM;
  if (options->ready_fd < 0)
    supervisor_reset_signals ();
  job->signal_fd = supervisor_block_signals ();
  setsid (); /* fails for the leader of a process group, as when run by hand */
  prctl (PR_SET_CHILD_SUBREAPER, 1);
  r = job->signal_fd < 0 ? job->signal_fd : take_folder (job);
  if (r == 0)
    r = prepare_folder (job);
  if (r == 0)
    r = chdir ("/") == 0 ? run_locked (job) : -errno;
  if (r >= 0 && options->passes_exit)
    r = pass_exit_code (&job->exit_record, job->wait_status);
  /* The end of the process releases the lock, after everything else. */
  exit_record_clear (&job->exit_record);
  claim_owner_clear (&job->owner);
  free (job);
  return r;
}
