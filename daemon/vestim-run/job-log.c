/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/job-log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/posix/atomic-file.h"
#include "daemon/posix/fd.h"
#include "daemon/vestim-run/record.h"

#define NAME "log.txt"
#define LAST "log.1.txt"
#define LAST_TEMPORARY "log.1.txt.tmp"
#define CAP (JOB_LOG_HEAD + JOB_LOG_RING)

int
job_log_open (JobLog *log, int folder, int record_fd)
{
  int fd = fd_make_file (folder, NAME, O_WRONLY | O_TRUNC);

  *log = (JobLog){ .fd = fd, .record_fd = record_fd };
  return fd < 0 ? fd : 0;
}

uint64_t
job_log_recorded (const JobLog *log)
{
  return log->total > CAP ? log->total : 0;
}

/* The number of bytes that were stored. */
static size_t
store (JobLog *log, const char *data, size_t size)
{
  size_t stored = 0;

  while (stored < size)
    {
      uint64_t position =
          log->total < CAP ? log->total : JOB_LOG_HEAD + (log->total - JOB_LOG_HEAD) % JOB_LOG_RING;
      size_t part = size - stored < CAP - position ? size - stored : (size_t) (CAP - position);
      size_t n = fd_write_at (log->fd, data + stored, part, position);

      log->total += n;
      stored += n;
      if (n < part)
        break;
    }
  if (stored > 0 && job_log_recorded (log) > 0)
    run_record_write_log_bytes (log->record_fd, log->total);
  return stored;
}

/* Says in the log itself how much of it the disk did not take, once it takes something again. */
static bool
mark_dropped (JobLog *log)
{
  char text[96];
  int n = snprintf (text, sizeof text, "\n[… %" PRIu64 " bytes could not be written …]\n",
                    log->dropped);
  uint64_t before = log->total;

  if (store (log, text, (size_t) n) == (size_t) n)
    {
      log->dropped = 0;
      return true;
    }
  /* Half a mark is no mark; in the ring it is overwritten by the next try. */
  log->total = before;
  if (before < CAP && ftruncate (log->fd, (off_t) before) != 0)
    return false;
  return false;
}

void
job_log_append (JobLog *log, const char *data, size_t size)
{
  if (log->dropped > 0 && !mark_dropped (log))
    log->dropped += size;
  else
    log->dropped += size - store (log, data, size);
}

void
job_log_close (JobLog *log)
{
  if (log->dropped > 0)
    mark_dropped (log);
  fd_clear (&log->fd);
}

static bool
copy_range (int from, uint64_t offset, uint64_t end, int to, uint64_t *at)
{
  char buffer[1 << 16];

  while (offset < end)
    {
      size_t want = end - offset < sizeof buffer ? (size_t) (end - offset) : sizeof buffer;
      ssize_t n = pread (from, buffer, want, (off_t) offset);

      if (n <= 0 || fd_write_at (to, buffer, (size_t) n, *at) < (size_t) n)
        return false;
      offset += (uint64_t) n;
      *at += (uint64_t) n;
    }
  return true;
}

static bool
write_in_order (int from, int to, uint64_t total)
{
  char mark[96];
  uint64_t at = 0, start = JOB_LOG_HEAD + (total - JOB_LOG_HEAD) % JOB_LOG_RING;
  int n = snprintf (mark, sizeof mark, "\n[… %" PRIu64 " bytes left out …]\n", total - CAP);

  if (!copy_range (from, 0, JOB_LOG_HEAD, to, &at)
      || fd_write_at (to, mark, (size_t) n, at) < (size_t) n)
    return false;
  at += (uint64_t) n;
  return copy_range (from, start, CAP, to, &at) && copy_range (from, JOB_LOG_HEAD, start, to, &at);
}

/* False when there was no room for it; the log is then kept as it is. */
static bool
unroll (int folder, uint64_t total)
{
  int from = fd_open_file (folder, NAME, O_RDONLY);
  int to = fd_make_file (folder, LAST_TEMPORARY, O_WRONLY | O_TRUNC);
  bool done = from >= 0 && to >= 0 && write_in_order (from, to, total)
              && atomic_file_put_in_place (folder, LAST_TEMPORARY, LAST, ATOMIC_FILE_MAKE_WAY) == 0;

  if (!done)
    unlinkat (folder, LAST_TEMPORARY, 0);
  fd_clear (&from);
  fd_clear (&to);
  return done;
}

int
job_log_rotate (int folder, uint64_t total)
{
  struct stat status;

  if (fstatat (folder, NAME, &status, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? 0 : -errno;
  if (!S_ISREG (status.st_mode))
    return fd_make_way (folder, NAME);
  if ((uint64_t) status.st_size >= CAP && total > CAP && unroll (folder, total))
    return unlinkat (folder, NAME, 0) == 0 ? 0 : -errno;
  return atomic_file_put_in_place (folder, NAME, LAST, ATOMIC_FILE_MAKE_WAY);
}
