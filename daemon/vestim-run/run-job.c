/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/run-job.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/exit-record.h"
#include "daemon/attempt/log-ring.h"
#include "daemon/attempt/progress-file.h"
#include "daemon/posix/clock.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/lack.h"
#include "daemon/vestim-run/child.h"
#include "daemon/vestim-run/input-file.h"
#include "daemon/vestim-run/input.h"
#include "daemon/vestim-run/job-group.h"
#include "daemon/vestim-run/leftovers.h"
#include "daemon/vestim-run/locked-folder.h"
#include "daemon/vestim-run/oom-watch.h"
#include "daemon/vestim-run/supervisor.h"
#include "daemon/vestim-run/terminal.h"

/* The steps of an attempt, and what the next one who looks finds after a crash in each:
 *
 * 1. Lock the folder. After a crash: nothing has happened, the attempt may be started.
 * 2. Put the files of the last attempt away, make new ones. As in 1; the next shim repeats this
 * step.
 * 3. Write the attempt into run.lock. It counts as started and is never started again; without an
 *    exit record it is lost.
 * 4. Start the job and follow it. It is lost, and its processes have to be ended.
 * 5. Write exit.json. It is over. */

#define RECORD_PAUSE_MS 1000
#define MAX_RECORD_TRIES 120
#define SHOWN_PATH 256

typedef struct
{
  int reader;
  int writer;
} Pipe;

typedef struct
{
  const Options *options;
  LockedFolder folder;
  JobInput input;
  LockRecord record;
  ExitRecord exit_record;
  LogWriter log;
  ProgressWriter progress;
  JobGroup group;
  OomWatch oom_watch;
  int signal_fd;
  Pipe log_pipe;
  Pipe progress_pipe;
  int stdin_fd;        /* -1: none */
  char sentence[1024]; /* why it could not be started */
} Job;

static double
seconds (struct timeval time)
{
  return (double) time.tv_sec + (double) time.tv_usec / 1e6;
}

static void
fail (Job *job, const char *what, int r)
{
  snprintf (job->sentence, sizeof job->sentence,
            "cannot %s: %s; free memory or disk space, then try again.", what, strerror (-r));
}

static uint64_t
inode (int fd)
{
  struct stat status;

  return fstat (fd, &status) == 0 ? (uint64_t) status.st_ino : 0;
}

static int
open_outputs (Job *job)
{
  int r = 0;

  if (!job->options->has_terminal) /* else open_terminal() opens it, right before the start */
    r = fd_open_pipe (&job->log_pipe.reader, &job->log_pipe.writer);
  if (r == 0)
    r = fd_open_pipe (&job->progress_pipe.reader, &job->progress_pipe.writer);
  if (r == 0)
    r = log_writer_open (&job->log, job->folder.fd, job->folder.lock);
  if (r == 0)
    r = progress_writer_open (&job->progress, job->folder.fd);
  return r;
}

/* Called before the program can run. From here on the daemon never launches this attempt again,
 * even if the job kills us before we can say more and leaves nothing in its folder. If the daemon
 * has died, the next one decides by what it finds. */
static void
announce_attempt (const Job *job)
{
  if (job->options->ready_fd >= 0 && write (job->options->ready_fd, SHIM_READY_MARK, 1) < 0)
    errno = 0;
}

/* run.lock has the start before the daemon hears of it: the daemon announces only what is stored.
 */
static void
announce_start (Job *job)
{
  char text[32];
  int n;

  lock_record_write (job->folder.lock, &job->record);
  if (job->options->ready_fd < 0)
    return;
  n = snprintf (text, sizeof text, "%" PRId64 "\n", job->record.started_at);
  /* If the daemon has died, the next one reads the same in run.lock. */
  if (write (job->options->ready_fd, text, (size_t) n) < 0)
    errno = 0;
  close (job->options->ready_fd);
}

static bool
has_limits (const Options *options)
{
  return options->memory_max > 0 || options->cpu_max > 0;
}

/* A job without limits runs without a group where none can be made. 0, or `sentence` says why it
 * may not run; -errno after a momentary lack. */
static int
open_group (Job *job)
{
  const Options *options = job->options;
  int r = job_group_open (&job->group, &(JobGroupSpec){
                                           .parent = options->cgroup,
                                           .job_id = options->job_id,
                                           .attempt = options->attempt,
                                           .memory_max = options->memory_max,
                                           .cpus = options->cpu_max,
                                       });

  oom_watch_open (&job->oom_watch, &job->group, options->oom_group);
  if (r == 0 || !has_limits (options))
    return 0;
  snprintf (job->sentence, sizeof job->sentence, JOB_GROUP_FAULT, strerror (-r));
  return lack_is (-r) ? r : 0;
}

/* 0, or `sentence` says why not; -errno after a momentary lack. */
static int
open_stdin (Job *job)
{
  const char *path = job->options->stdin_path;
  int fd = path == NULL ? -1 : input_file_open (job->folder.fd, path);

  if (path == NULL || fd >= 0)
    {
      job->stdin_fd = fd;
      return 0;
    }
  if (lack_is (-fd))
    return fd;
  snprintf (job->sentence, sizeof job->sentence, "cannot open the standard input '%.*s': %s.",
            SHOWN_PATH, path, input_file_describe (fd));
  return 0;
}

/* As open_stdin(). ENOSPC means that there are too many terminals. */
static int
open_terminal (Job *job)
{
  Terminal terminal;
  int r = terminal_open (&terminal);

  job->log_pipe = (Pipe){ terminal.reader, terminal.writer };
  if (r == 0 || (lack_is (-r) && r != -ENOSPC))
    return r;
  snprintf (job->sentence, sizeof job->sentence,
            "cannot open a pseudo terminal: %s; leave out \"pty\", or make /dev/pts usable.",
            r == -ENOSPC ? "too many are open" : strerror (-r));
  return 0;
}

/* The inode of a terminal means nothing here: see end-lost.c. */
static void
note_pipes (Job *job)
{
  job->record.progress_pipe = inode (job->progress_pipe.writer);
  job->record.log_pipe =
      job->options->has_terminal ? job->record.progress_pipe : inode (job->log_pipe.writer);
  fd_clear (&job->progress_pipe.writer);
  /* Without a writer a terminal ends for good, and a process may still open /dev/tty. */
  if (!job->options->has_terminal)
    fd_clear (&job->log_pipe.writer);
}

/* A job that could not enter its group is in the group around it, which counts its kills. */
static void
drop_unused_group (Job *job)
{
  bool had_group = job_group_exists (&job->group);

  job_group_drop_if_empty (&job->group);
  if (!had_group || job_group_exists (&job->group))
    return;
  oom_watch_close (&job->oom_watch);
  oom_watch_open (&job->oom_watch, &job->group, job->options->oom_group);
}

/* 0: it was started, or `sentence` says why not. */
static int
start (Job *job)
{
  int group = job_group_open_folder (&job->group);
  ChildSpec spec = {
    .argv = job->input.argv,
    .env = job->input.env,
    .cwd = job->options->cwd,
    .folder = job->folder.fd,
    .stdin_fd = job->stdin_fd,
    .log_fd = job->log_pipe.writer,
    .has_terminal = job->options->has_terminal,
    .progress_fd = job->progress_pipe.writer,
    .open_files = job->options->open_files,
    .address_space = job->options->address_space,
    .group = group,
    .must_enter = has_limits (job->options),
  };
  Process process;
  int r;

  announce_attempt (job);
  r = child_start (&spec, &job->record.job_pid, job->sentence, sizeof job->sentence);
  fd_clear (&group);
  if (r < 0)
    fail (job, "create a process", r);
  if (r < 0 || job->sentence[0] != '\0')
    return r;
  if (!has_limits (job->options))
    drop_unused_group (job);
  if (process_read (job->record.job_pid, &process))
    job->record.job_start = process.start;
  job->record.started_at = clock_wall_ms ();
  note_pipes (job);
  announce_start (job);
  return 0;
}

static void
on_folder_change (void *user)
{
  Job *job = user;

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
  exit_record_set_status (&job->exit_record, result.wait_status);
  job->exit_record.stopped = result.stopped;
  job->exit_record.timed_out = result.timed_out;
  job->exit_record.out_of_memory = result.out_of_memory;
  job->exit_record.leftovers = result.has_leftovers;
  job->exit_record.started_at = job->record.started_at;
  job->exit_record.wall_s =
      (double) (to.tv_sec - from.tv_sec) + (double) (to.tv_nsec - from.tv_nsec) / 1e9;
  job->exit_record.cpu_s = seconds (usage.ru_utime) + seconds (usage.ru_stime);
  job->exit_record.max_rss_kb = usage.ru_maxrss;
}

static int
record_end (Job *job)
{
  int exit_file = job->folder.exit_file;

  progress_writer_close (&job->progress);
  log_writer_close (&job->log);
  job->exit_record.error = job->sentence[0] != '\0' ? strdup (job->sentence) : NULL;
  job->exit_record.finished_at = clock_wall_ms ();
  job->exit_record.log_bytes = job->log.total;
  job->exit_record.progress_bytes = job->progress.size;
  locked_folder_restore (&job->folder, job->options->folder, &job->record);
  if (faccessat (job->folder.fd, ".", W_OK | X_OK, 0) != 0)
    fchmod (job->folder.fd, 0700); /* a job that closed its folder would lose its own end */
  job->folder.exit_file = -1;
  unlinkat (job->folder.fd, ATTEMPT_PAUSE_FILE, 0);
  return exit_record_commit (job->folder.fd, exit_file, &job->exit_record);
}

/* The disk may be full, or descriptors may be short: what ran for hours shall not be lost for that.
 * 0 or SHIM_EXIT_UNRECORDED. */
static int
record_end_patiently (Job *job)
{
  int r = record_end (job);

  for (int i = 0; i < MAX_RECORD_TRIES && lack_is (-r); i++)
    {
      clock_pause_ms (RECORD_PAUSE_MS);
      r = exit_record_commit (job->folder.fd, -1, &job->exit_record);
    }
  return r == 0 ? 0 : SHIM_EXIT_UNRECORDED;
}

/* The program was not executed, and the attempt may be started again. The new log goes as well: in
 * the place of the log of the attempt before, it would hide that. */
static void
withdraw (Job *job)
{
  log_writer_close (&job->log);
  unlinkat (job->folder.fd, ATTEMPT_LOG_FILE, 0);
  locked_folder_withdraw (&job->folder);
}

/* 0, or `sentence` says why it cannot be started; -errno after a momentary lack. */
static int
prepare_start (Job *job)
{
  int r = open_stdin (job);

  if (r == 0 && job->sentence[0] == '\0' && job->options->has_terminal)
    {
      job_input_set_terminal (&job->input);
      r = open_terminal (job);
    }
  if (r == 0 && job->sentence[0] == '\0')
    r = open_group (job);
  return r;
}

/* Once run.lock names the attempt it counts as started, and every failure goes into the exit
 * record; before that, and after a momentary lack, the attempt is withdrawn. */
static int
run_locked (Job *job)
{
  int r;

  r = open_outputs (job);
  lock_record_init (&job->record, job->options->attempt);
  if (r == 0)
    r = lock_record_write (job->folder.lock, &job->record);
  if (r < 0)
    {
      withdraw (job);
      return r;
    }
  r = job_input_read (&job->input, job->options->input_fd, job->options->argv, job->options->job_id,
                      job->options->folder);
  if (r < 0)
    fail (job, "read the job's arguments and environment", r);
  locked_folder_watch (&job->folder);
  if (r == 0)
    r = prepare_start (job);
  if (r == 0 && job->sentence[0] == '\0')
    r = start (job);
  if (r < 0 || job->sentence[0] != '\0')
    job_group_close (&job->group);
  if (lack_is (-r))
    withdraw (job);
  else
    {
      if (job->sentence[0] == '\0')
        follow (job);
      r = record_end_patiently (job);
      if (job->exit_record.leftovers)
        leftovers_leave (job->log_pipe.reader, job->progress_pipe.reader);
    }
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
  r = job->signal_fd < 0 ? job->signal_fd : locked_folder_open (&job->folder, options->folder);
  if (r == 0 && locked_folder_knows (&job->folder, options->attempt))
    r = -EALREADY;
  if (r == 0)
    r = locked_folder_prepare (&job->folder);
  if (r == 0)
    r = chdir ("/") == 0 ? run_locked (job) : -errno;
  /* The end of the process releases the lock, after everything else. */
  exit_record_clear (&job->exit_record);
  free (job);
  return r;
}
