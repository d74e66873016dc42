/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/vestim-run/job-log.h"
#include "daemon/vestim-run/run.h"

int
attempt_open (Attempt *attempt, const RunOptions *options)
{
  *attempt = (Attempt){ .folder = -1, .lock = -1, .exit_file = -1 };
  attempt->folder = open (options->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (attempt->folder < 0)
    return -errno;
  attempt->lock = run_record_open (attempt->folder, &attempt->last);
  return attempt->lock < 0 ? attempt->lock : 0;
}

bool
attempt_is_used (const Attempt *attempt, int number)
{
  return attempt->last.attempt >= number || exit_record_attempt (attempt->folder) >= number;
}

int
attempt_prepare (Attempt *attempt)
{
  int r = job_log_rotate (attempt->folder, attempt->last.log_bytes);

  if (r == 0)
    r = fd_make_way (attempt->folder, "progress.jsonl");
  if (r == 0)
    r = fd_make_way (attempt->folder, "exit.json");
  if (r == 0)
    r = attempt->exit_file = exit_record_prepare (attempt->folder);
  if (r < 0)
    attempt_withdraw (attempt);
  return r < 0 ? r : 0;
}

void
attempt_withdraw (const Attempt *attempt)
{
  unlinkat (attempt->folder, "run.lock", 0);
}

void
attempt_watch (const Attempt *attempt)
{
  fcntl (attempt->folder, F_NOTIFY, DN_DELETE | DN_RENAME | DN_MULTISHOT);
}

static void
keep_folder (Attempt *attempt, const char *path)
{
  struct stat status;
  int folder;

  if (fd_is_at (AT_FDCWD, path, attempt->folder))
    return;
  if (lstat (path, &status) == 0 && S_ISLNK (status.st_mode))
    unlink (path);
  mkdir (path, 0700);
  folder = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0)
    return;
  close (attempt->folder);
  attempt->folder = folder;
  attempt_watch (attempt);
}

static void
keep_lock (Attempt *attempt, const RunRecord *record)
{
  RunRecord other;
  int old = attempt->lock;
  int lock =
      fd_is_at (attempt->folder, "run.lock", old) ? -1 : run_record_open (attempt->folder, &other);

  if (lock < 0)
    return;
  run_record_write (lock, record);
  attempt->lock = lock;
  close (old);
  /* Should both be the same file, moved back at this moment, closing one has let go of the lock. */
  run_record_lock (lock);
}

void
attempt_keep (Attempt *attempt, const char *path, const RunRecord *record)
{
  keep_folder (attempt, path);
  keep_lock (attempt, record);
}

int
attempt_refuse (const RunOptions *options, int r)
{
  if (r == -EAGAIN)
    fprintf (stderr, "vestim-run: '%s' is locked: another vestim-run is at work in it.\n",
             options->folder);
  else if (r == -EALREADY)
    fprintf (
        stderr,
        "vestim-run: attempt %d or a later one was started in '%s' before; each is run once.\n",
        options->attempt, options->folder);
  else
    fprintf (stderr, "vestim-run: attempt %d in '%s' failed: %s.\n", options->attempt,
             options->folder, strerror (-r));
  if (r == -EAGAIN || r == -EALREADY)
    return RUN_EXIT_TAKEN;
  return -r > 0 && -r < 127 ? RUN_EXIT_ERRNO - r : RUN_EXIT_ERRNO + EIO;
}

int64_t
attempt_wall_clock (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
