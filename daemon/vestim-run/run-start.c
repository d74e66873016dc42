/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/clock.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/lack.h"
#include "daemon/vestim-run/child.h"
#include "daemon/vestim-run/input-file.h"
#include "daemon/vestim-run/run-job-private.h"
#include "daemon/vestim-run/terminal.h"

#define SHOWN_PATH 256
#define KILL_MS (CLAIM_END_MS + 5000) /* the supervisor hangs, if the job lives on so long */

static void
fail (Job *job, const char *what, int r)
{
  snprintf (job->sentence, sizeof job->sentence,
            "cannot %s: %s; free memory or disk space, then try again.", what, strerror (-r));
}

bool
run_is_claimed (const Job *job)
{
  return job->options->claim_id != NULL;
}

int
run_write_lock (const Job *job)
{
  const LockRecord bare = { .attempt = job->record.attempt, .started_at = job->record.started_at };

  return lock_record_write (job->folder.lock, run_is_claimed (job) ? &bare : &job->record);
}

static int
open_input (Job *job)
{
  const char *path = job->options->input_path;

  return path == NULL ? job->options->input_fd : input_file_open (job->folder.fd, path);
}

/* The file is not ours, so the user has to know its name. */
static void
describe_input (Job *job, int r)
{
  const char *why = r == -EBADMSG ? "it has another form; see --input in vestim-run(1)"
                    : r == -E2BIG ? "it is too large; give the program fewer or shorter arguments"
                                  : input_file_describe (r);

  snprintf (job->sentence, sizeof job->sentence, "cannot read the input '%.*s': %s.", SHOWN_PATH,
            job->options->input_path, why);
}

int
run_read_input (Job *job)
{
  const Options *options = job->options;
  int fd = open_input (job);
  int r = options->input_path != NULL && fd < 0
              ? fd
              : job_input_read (&job->input, fd, options->argv, options->job_id, options->folder);

  if (r == 0)
    return 0;
  if (options->input_path == NULL || lack_is (-r))
    {
      fail (job, "read the job's arguments and environment", r);
      return r;
    }
  describe_input (job, r);
  return 0;
}

static uint64_t
inode (int fd)
{
  struct stat status;

  return fstat (fd, &status) == 0 ? (uint64_t) status.st_ino : 0;
}

int
run_open_outputs (Job *job)
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

  run_write_lock (job);
  if (job->fence != NULL)
    fence_set_started (job->fence, job->record.started_at);
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

/* As open_stdin(). Nothing has run yet, so that a later attempt is no harm. */
static int
open_fence (Job *job)
{
  const Options *options = job->options;
  int r = fence_open (&job->fence, &(FenceSpec){
                                       .folder = options->folder,
                                       .attempt = options->attempt,
                                       .heartbeat_ms = job->owner.heartbeat_ms,
                                       .fence_ms = job->owner.fence_ms,
                                       .kill_ms = KILL_MS,
                                       .group = &job->group,
                                   });

  if (r == 0 || lack_is (-r))
    return r;
  job->exit_record.fenced = true;
  if (r == -EALREADY)
    snprintf (job->sentence, sizeof job->sentence, "cannot start: a later attempt has begun.");
  else
    snprintf (job->sentence, sizeof job->sentence,
              "cannot start: the heartbeat of the job cannot be written: %s; check the file server "
              "and its mount on this host.",
              strerror (-r));
  return 0;
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
  if (r == 0 && job->sentence[0] == '\0' && run_is_claimed (job))
    r = open_fence (job);
  return r;
}

int
run_start (Job *job)
{
  int r = prepare_start (job);

  return r == 0 && job->sentence[0] == '\0' ? start (job) : r;
}
