/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/log-ring.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/lock-record.h"
#include "daemon/attempt/log-layout.h"
#include "daemon/posix/atomic-file.h"
#include "daemon/posix/fd.h"

#define LAST_TEMPORARY ATTEMPT_LAST_LOG_FILE ".tmp"
#define CHUNK (1 << 16)
#define MAX_PARTS 4

/* ---- Writing ---- */

int
log_writer_open (LogWriter *log, int folder, int lock_fd)
{
  int fd = fd_make_file (folder, ATTEMPT_LOG_FILE, O_WRONLY | O_TRUNC);

  *log = (LogWriter){ .fd = fd, .lock_fd = lock_fd };
  return fd < 0 ? fd : 0;
}

uint64_t
log_writer_lock_bytes (const LogWriter *log)
{
  return log->total > LOG_CAP ? log->total : 0;
}

/* The number of bytes that were stored. */
static size_t
store (LogWriter *log, const char *data, size_t size)
{
  size_t stored = 0;

  while (stored < size)
    {
      uint64_t position = log_position_of (log->total);
      size_t part =
          size - stored < LOG_CAP - position ? size - stored : (size_t) (LOG_CAP - position);
      size_t n = fd_write_at (log->fd, data + stored, part, position);

      log->total += n;
      stored += n;
      if (n < part)
        break;
    }
  if (stored > 0 && log_writer_lock_bytes (log) > 0)
    lock_record_write_log_bytes (log->lock_fd, log->total);
  return stored;
}

/* Once the disk takes something again, the log itself says how much it did not take. */
static bool
mark_dropped (LogWriter *log)
{
  char line[LOG_MAX_LINE];
  int n = snprintf (line, sizeof line, "\n[… %" PRIu64 " bytes could not be written …]\n",
                    log->dropped);
  uint64_t before = log->total;

  if (store (log, line, (size_t) n) == (size_t) n)
    {
      log->dropped = 0;
      return true;
    }
  /* Half a line does not count; in the ring the next try overwrites it. */
  log->total = before;
  if (before < LOG_CAP && ftruncate (log->fd, (off_t) before) != 0)
    return false;
  return false;
}

void
log_writer_append (LogWriter *log, const char *data, size_t size)
{
  if (log->dropped > 0 && !mark_dropped (log))
    log->dropped += size;
  else
    log->dropped += size - store (log, data, size);
}

void
log_writer_close (LogWriter *log)
{
  if (log->dropped > 0)
    mark_dropped (log);
  fd_clear (&log->fd);
}

/* ---- Reading ---- */

int
log_format_gap (char line[LOG_MAX_LINE], uint64_t left_out)
{
  return snprintf (line, LOG_MAX_LINE, "\n[… %" PRIu64 " bytes left out …]\n", left_out);
}

/* A stretch of the log: of the file, or of memory. */
typedef struct
{
  const char *text; /* (nullable) NULL: of the file, from `position` */
  uint64_t position;
  uint64_t length;
} Part;

struct LogReader
{
  int fd; /* -1: no log */
  char line[LOG_MAX_LINE];
  uint64_t left_out; /* 0: the log is complete */
  Part parts[MAX_PARTS];
  unsigned n_parts;
  uint64_t size;
};

static void
add_part (LogReader *log, const char *text, uint64_t position, uint64_t length)
{
  assert (log->n_parts < MAX_PARTS);
  log->parts[log->n_parts++] = (Part){ text, position, length };
  log->size += length;
}

static void
lay_out (LogReader *log, uint64_t file_size, uint64_t total)
{
  uint64_t start = log_position_of (total);

  /* The shim never writes more than LOG_CAP; what the job itself appended is not read. */
  if (!log_went_round (file_size, total))
    {
      add_part (log, NULL, 0, file_size < LOG_CAP ? file_size : LOG_CAP);
      return;
    }
  log->left_out = total - LOG_CAP;
  log_format_gap (log->line, log->left_out);
  add_part (log, NULL, 0, LOG_RING_HEAD);
  add_part (log, log->line, 0, strlen (log->line));
  add_part (log, NULL, start, LOG_CAP - start);
  add_part (log, NULL, LOG_RING_HEAD, start - LOG_RING_HEAD);
}

/* Takes over `fd`; -1: no log. */
static LogReader *
reader_new (int fd, uint64_t total)
{
  struct stat status = { 0 };
  LogReader *log = calloc (1, sizeof *log);

  if (log == NULL)
    abort ();
  log->fd = fd;
  if (fd >= 0 && fstat (fd, &status) != 0)
    status.st_size = 0;
  lay_out (log, (uint64_t) status.st_size, total);
  return log;
}

static int
open_at (LogReader **out, int folder)
{
  int fd = fd_open_file (folder, ATTEMPT_LOG_FILE, O_RDONLY);
  LockRecord record;

  if (fd < 0 && fd != -ENOENT)
    return fd;
  lock_record_read (folder, &record);
  *out = reader_new (fd < 0 ? -1 : fd, record.log_bytes);
  return 0;
}

int
log_reader_open (LogReader **out, const char *folder)
{
  int folder_fd = fd_open_folder (folder);
  int r = folder_fd;

  if (folder_fd >= 0)
    r = open_at (out, folder_fd);
  else if (folder_fd == -ENOENT)
    {
      *out = reader_new (-1, 0);
      r = 0;
    }
  fd_clear (&folder_fd);
  return r;
}

void
log_reader_close (LogReader *log)
{
  if (log == NULL)
    return;
  fd_clear (&log->fd);
  free (log);
}

uint64_t
log_reader_size (const LogReader *log)
{
  return log->size;
}

bool
log_reader_get_gap (const LogReader *log, LogGap *gap)
{
  if (log->left_out == 0)
    return false;
  *gap = (LogGap){ LOG_RING_HEAD, strlen (log->line), log->left_out };
  return true;
}

static int64_t
read_part (const LogReader *log, const Part *part, uint64_t offset, char *buffer, size_t length)
{
  if (part->text == NULL)
    return fd_read_at (log->fd, buffer, length, part->position + offset);
  memcpy (buffer, part->text + offset, length);
  return (int64_t) length;
}

int64_t
log_reader_read (LogReader *log, uint64_t offset, char *buffer, size_t length)
{
  size_t done = 0;

  for (unsigned i = 0; i < log->n_parts && done < length; i++)
    {
      const Part *part = &log->parts[i];
      uint64_t rest = offset < part->length ? part->length - offset : 0;
      size_t want = length - done < rest ? length - done : (size_t) rest;
      int64_t n = want == 0 ? 0 : read_part (log, part, offset, buffer + done, want);

      if (n < 0)
        return done == 0 ? n : (int64_t) done;
      done += (size_t) n;
      if ((size_t) n < want)
        break; /* the job cut the file */
      offset = offset < part->length ? 0 : offset - part->length;
    }
  return (int64_t) done;
}

/* The offset after the `*n_lines`th newline from the end of the chunk at `start`, 0 when there are
 * fewer, which are taken off `*n_lines`. */
static uint64_t
find_line (const LogReader *log, const char *chunk, uint64_t start, size_t length,
           uint64_t *n_lines)
{
  for (size_t i = length; i > 0; i--)
    /* A newline at the very end closes the last line and opens none. */
    if (chunk[i - 1] == '\n' && start + i < log->size && --*n_lines == 0)
      return start + i;
  return 0;
}

int
log_reader_find_tail (LogReader *log, uint64_t n_lines, uint64_t *offset)
{
  char *chunk = malloc (CHUNK);
  int64_t n = 0;

  if (chunk == NULL)
    abort ();
  *offset = n_lines == 0 ? log->size : 0;
  for (uint64_t end = log->size; end > 0 && *offset == 0 && n >= 0;)
    {
      uint64_t start = end > CHUNK ? end - CHUNK : 0;

      n = log_reader_read (log, start, chunk, (size_t) (end - start));
      if (n > 0)
        *offset = find_line (log, chunk, start, (size_t) n, &n_lines);
      end = start;
    }
  free (chunk);
  return n < 0 ? (int) n : 0;
}

int
log_reader_find_end (LogReader *log, int64_t n_lines, int64_t n_bytes, uint64_t *offset)
{
  uint64_t bytes = n_bytes < 0 ? log->size : (uint64_t) n_bytes;
  uint64_t earliest = bytes < log->size ? log->size - bytes : 0;
  int r = 0;

  *offset = 0;
  if (n_lines >= 0)
    r = log_reader_find_tail (log, (uint64_t) n_lines, offset);
  if (*offset < earliest)
    *offset = earliest;
  return r;
}

/* ---- Rotation ---- */

static bool
copy_all (LogReader *log, int to)
{
  char chunk[CHUNK];
  uint64_t offset = 0;
  int64_t n;

  while ((n = log_reader_read (log, offset, chunk, sizeof chunk)) > 0)
    {
      if (fd_write_at (to, chunk, (size_t) n, offset) < (size_t) n)
        return false;
      offset += (uint64_t) n;
    }
  return offset == log->size;
}

/* Takes over `from`. False when there is no room for the copy. */
static bool
unroll (int folder, int from, uint64_t total)
{
  LogReader *log = reader_new (from, total);
  int to = fd_make_file (folder, LAST_TEMPORARY, O_WRONLY | O_TRUNC);
  bool is_done = to >= 0 && copy_all (log, to)
                 && atomic_file_put_in_place (folder, LAST_TEMPORARY, ATTEMPT_LAST_LOG_FILE,
                                              ATOMIC_FILE_MAKE_WAY)
                        == 0;

  if (!is_done)
    unlinkat (folder, LAST_TEMPORARY, 0);
  log_reader_close (log);
  fd_clear (&to);
  return is_done;
}

/* A log that cannot be unrolled is kept as it is. */
int
log_ring_rotate (int folder, uint64_t total)
{
  struct stat status;
  int from;

  if (fstatat (folder, ATTEMPT_LOG_FILE, &status, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? 0 : -errno;
  if (!S_ISREG (status.st_mode))
    return fd_make_way (folder, ATTEMPT_LOG_FILE);
  from = log_went_round ((uint64_t) status.st_size, total)
             ? fd_open_file (folder, ATTEMPT_LOG_FILE, O_RDONLY)
             : -1;
  if (from >= 0 && unroll (folder, from, total))
    return unlinkat (folder, ATTEMPT_LOG_FILE, 0) == 0 ? 0 : -errno;
  return atomic_file_put_in_place (folder, ATTEMPT_LOG_FILE, ATTEMPT_LAST_LOG_FILE,
                                   ATOMIC_FILE_MAKE_WAY);
}
