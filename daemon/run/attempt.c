/* SPDX-License-Identifier: MIT */
#include "run/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "run/descriptors.h"
#include "run/job-log.h"
#include "run/run.h"

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

static int
remove_file (int folder, const char *name)
{
  return unlinkat (folder, name, 0) == 0 || errno == ENOENT ? 0 : -errno;
}

int
attempt_prepare (Attempt *attempt)
{
  int r = job_log_rotate (attempt->folder, attempt->last.log_bytes);

  if (r == 0)
    r = remove_file (attempt->folder, "progress.jsonl");
  if (r == 0)
    r = remove_file (attempt->folder, "exit.json");
  if (r < 0)
    return r;
  attempt->exit_file = exit_record_prepare (attempt->folder);
  return attempt->exit_file < 0 ? attempt->exit_file : 0;
}

int
attempt_exit_code (int r)
{
  if (r == -EAGAIN)
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
