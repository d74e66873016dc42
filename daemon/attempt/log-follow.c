/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/log-follow.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/lock-record.h"
#include "daemon/attempt/log-layout.h"
#include "daemon/posix/fd.h"

/* A log is followed by the count of all bytes that the job wrote, because a place in the file means
 * something else once the ring has gone round.
 *
 * The next attempt's shim renames log.txt to log.1.txt (or copies it in the right order), makes a
 * new one, and then names the new attempt in run.lock. So log.txt is opened before run.lock is
 * read: when run.lock names the attempt, that file is its log. */

/* The shim first overwrites old bytes, at most IN_FLIGHT at once, and then counts the new ones. So
 * while the job writes, the oldest IN_FLIGHT bytes of the ring are not trusted. A reader that was
 * too slow goes on behind the oldest MARGIN bytes: right behind IN_FLIGHT, the next write would
 * overtake it again. */
#define IN_FLIGHT ((uint64_t) 1 << 19)
#define MARGIN ((uint64_t) 1 << 20)
#define MAX_TRIES 8

typedef struct
{
  int fd;
  uint64_t end;      /* bytes that were written in all */
  uint64_t start;    /* of the ring, when it went round; else 0 */
  uint64_t gap_line; /* a log in the right order: the length of its line at the gap; else 0 */
} StoredLog;

/* A log that was copied in the right order says itself how many bytes it left out. */
static uint64_t
read_gap (int fd, uint64_t size, uint64_t *line_length)
{
  char line[LOG_MAX_LINE + 1] = "", expected[LOG_MAX_LINE];
  uint64_t left_out = 0;
  int length;

  if (size <= LOG_CAP || fd_read_at (fd, line, LOG_MAX_LINE, LOG_RING_HEAD) <= 0
      || sscanf (line, "\n[… %" SCNu64, &left_out) != 1)
    return 0;
  length = log_format_gap (expected, left_out);
  if (strncmp (line, expected, (size_t) length) != 0 || size != LOG_CAP + (uint64_t) length)
    return 0;
  *line_length = (uint64_t) length;
  return left_out;
}

/* `total`: of run.lock, or 0 for the log of an earlier attempt. */
static void
measure (StoredLog *log, uint64_t total)
{
  struct stat status;
  uint64_t size = fstat (log->fd, &status) == 0 ? (uint64_t) status.st_size : 0;
  uint64_t left_out = read_gap (log->fd, size, &log->gap_line);

  if (left_out > 0)
    total = LOG_CAP + left_out;
  log->end = size < LOG_CAP ? size : LOG_CAP;
  if (log_went_round (size, total))
    {
      log->end = total;
      log->start = total - LOG_RING_SIZE;
    }
}

/* The position in the file, and how many bytes lie there in one piece. */
static uint64_t
find_bytes (const StoredLog *log, uint64_t offset, uint64_t *n)
{
  uint64_t position;

  *n = log->end - offset;
  if (log->start == 0)
    return offset;
  if (offset < LOG_RING_HEAD)
    {
      *n = LOG_RING_HEAD - offset;
      return offset;
    }
  if (log->gap_line > 0)
    return LOG_RING_HEAD + log->gap_line + offset - log->start;
  position = log_position_of (offset);
  if (*n > LOG_CAP - position)
    *n = LOG_CAP - position;
  return position;
}

/* The first byte behind the head that is certainly not overwritten. */
static uint64_t
first_kept (const StoredLog *log, bool is_live)
{
  if (log->end < LOG_CAP)
    return LOG_RING_HEAD;
  return log->end - LOG_RING_SIZE + (is_live ? IN_FLIGHT : 0);
}

/* Writes the line that marks a gap, and moves the place to the end of the gap. Returns the length
 * of the line. */
static int64_t
skip_gap (const StoredLog *log, LogPlace *place, bool is_live, char *buffer)
{
  uint64_t to = log->end - LOG_RING_SIZE + (is_live ? MARGIN : 0);
  int length = log_format_gap (buffer, to - place->offset);

  place->offset = to;
  return length;
}

static int64_t
read_stored (const StoredLog *log, LogPlace *place, bool is_live, char *buffer, size_t size)
{
  uint64_t n, position;
  ssize_t got;

  if (place->offset >= log->end)
    return 0;
  if (place->offset >= LOG_RING_HEAD && place->offset < first_kept (log, is_live))
    return skip_gap (log, place, is_live, buffer);
  position = find_bytes (log, place->offset, &n);
  got = fd_read_at (log->fd, buffer, n < size ? (size_t) n : size, position);
  if (got > 0)
    place->offset += (uint64_t) got;
  return got;
}

/* Whether the job may have overwritten what was read from `offset` on before it was read. */
static bool
was_overtaken (const StoredLog *log, int folder, uint64_t offset)
{
  StoredLog after = { .fd = log->fd };
  LockRecord now;

  lock_record_read (folder, &now);
  measure (&after, now.log_bytes);
  return offset >= LOG_RING_HEAD && offset < first_kept (&after, true);
}

/* -EAGAIN: try again. */
static int64_t
read_current (int folder, StoredLog *log, uint64_t total, LogPlace *place, char *buffer,
              size_t size)
{
  uint64_t before = place->offset;
  bool is_live, is_gap;
  int64_t n;

  measure (log, total);
  is_live = place->last_attempt != place->attempt && log->gap_line == 0;
  n = read_stored (log, place, is_live, buffer, size);
  is_gap = n > 0 && place->offset - before != (uint64_t) n;
  if (n <= 0 || is_gap || !is_live || !was_overtaken (log, folder, before))
    return n;
  place->offset = before;
  return -EAGAIN;
}

/* The log of `place`, when `next` is the attempt of run.lock. */
static int64_t
read_last (int folder, LogPlace *place, int next, char *buffer, size_t size)
{
  StoredLog log = { .fd = fd_open_file (folder, ATTEMPT_LAST_LOG_FILE, O_RDONLY) };
  LockRecord now;
  int64_t n = log.fd == -ENOENT ? 0 : log.fd;

  lock_record_read (folder, &now);
  if (now.attempt != next)
    n = -EAGAIN;
  else if (log.fd >= 0)
    {
      measure (&log, 0);
      n = read_stored (&log, place, false, buffer, size);
    }
  fd_clear (&log.fd);
  return n;
}

/* Of the logs before `next`, only that of the attempt right before it is kept. */
static int64_t
skip_attempts (LogPlace *place, int next, char *buffer)
{
  int length = snprintf (buffer, LOG_FOLLOW_MIN, "\n[… the rest of attempt %d may be missing …]\n",
                         place->attempt);

  place->attempt = next - 1;
  place->offset = 0;
  return length;
}

/* The shim of attempt `next` has put the log of `place` away. */
static int64_t
read_earlier (int folder, LogPlace *place, int next, char *buffer, size_t size)
{
  int64_t n;

  if (next > place->attempt + 1)
    return skip_attempts (place, next, buffer);
  n = read_last (folder, place, next, buffer, size);
  if (n != 0 || place->attempt >= place->last_attempt)
    return n;
  place->attempt = next;
  place->offset = 0;
  return -EAGAIN;
}

static int64_t
read_once (int folder, LogPlace *place, char *buffer, size_t size)
{
  StoredLog log = { .fd = fd_open_file (folder, ATTEMPT_LOG_FILE, O_RDONLY) };
  LockRecord record;
  int64_t n = log.fd == -ENOENT ? 0 : log.fd;

  lock_record_read (folder, &record);
  if (record.attempt > place->attempt)
    n = read_earlier (folder, place, record.attempt, buffer, size);
  else if (record.attempt != 0 && record.attempt < place->attempt)
    n = 0; /* it has not begun */
  else if (log.fd >= 0)
    n = read_current (folder, &log, record.log_bytes, place, buffer, size);
  fd_clear (&log.fd);
  return n;
}

int64_t
log_follow_read (const char *folder, LogPlace *place, char *buffer, size_t size)
{
  int folder_fd = fd_open_folder (folder);
  int64_t n = -EAGAIN;

  assert (size >= LOG_FOLLOW_MIN);
  if (place->attempt > place->last_attempt)
    n = 0;
  if (folder_fd < 0)
    return folder_fd == -ENOENT ? 0 : folder_fd;
  for (int i = 0; i < MAX_TRIES && n == -EAGAIN; i++)
    n = read_once (folder_fd, place, buffer, size);
  fd_clear (&folder_fd);
  return n;
}

/* ---- The beginning ---- */

/* How many bytes the job wrote before this position of a LogReader. */
static uint64_t
place_of (const LogReader *log, uint64_t position)
{
  LogGap gap;

  if (!log_reader_get_gap (log, &gap) || position < gap.offset)
    return position;
  if (position < gap.offset + gap.length)
    return gap.offset;
  return position - gap.length + gap.left_out;
}

/* Whether log.txt was the log of this attempt when it was opened. */
static bool
has_begun (const char *folder, int attempt)
{
  int folder_fd = fd_open_folder (folder);
  LockRecord record;

  lock_record_read (folder_fd, &record);
  fd_clear (&folder_fd);
  return record.attempt == attempt;
}

int
log_follow_begin (const char *folder, LogPlace *place, int64_t n_lines, int64_t n_bytes)
{
  LogReader *log = NULL;
  uint64_t position = 0;
  int r = log_reader_open (&log, folder);

  if (r < 0)
    return r;
  r = log_reader_find_end (log, n_lines, n_bytes, &position);
  if (r == 0 && has_begun (folder, place->attempt))
    place->offset = place_of (log, position);
  log_reader_close (log);
  return r;
}
