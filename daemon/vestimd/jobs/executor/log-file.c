/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/log-file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/executor/lock-record.h"
#include "daemon/posix/fd.h"

#define CHUNK (1 << 16)
#define CAP (LOG_FILE_HEAD + LOG_FILE_RING)
#define MAX_PARTS 4

/* A stretch of the log: of the file, or of memory. */
typedef struct
{
  const char *text; /* (nullable) NULL: of the file, from `position` */
  uint64_t position;
  uint64_t length;
} Part;

struct LogFile
{
  int fd; /* -1: no log */
  char mark[96];
  uint64_t left_out; /* 0: the log is whole */
  Part parts[MAX_PARTS];
  unsigned n_parts;
  uint64_t size;
};

static void
add_part (LogFile *self, const char *text, uint64_t position, uint64_t length)
{
  assert (self->n_parts < MAX_PARTS);
  self->parts[self->n_parts++] = (Part){ text, position, length };
  self->size += length;
}

static void
lay_out (LogFile *self, uint64_t file_size, uint64_t total)
{
  uint64_t start;

  /* The shim writes no more; what a job made larger by itself is not read to its end. */
  if (file_size < CAP || total <= CAP)
    {
      add_part (self, NULL, 0, MIN (file_size, CAP));
      return;
    }
  start = (total - LOG_FILE_HEAD) % LOG_FILE_RING;
  self->left_out = total - CAP;
  g_snprintf (self->mark, sizeof self->mark, "\n[… %" PRIu64 " bytes left out …]\n",
              self->left_out);
  add_part (self, NULL, 0, LOG_FILE_HEAD);
  add_part (self, self->mark, 0, strlen (self->mark));
  add_part (self, NULL, LOG_FILE_HEAD + start, LOG_FILE_RING - start);
  add_part (self, NULL, LOG_FILE_HEAD, start);
}

/* `folder_fd` is -ENOENT when there is no folder. */
static int
open_log (LogFile **out, int folder_fd)
{
  int fd = folder_fd < 0 ? folder_fd : fd_open_file (folder_fd, "log.txt", O_RDONLY);
  LogFile *self;
  struct stat status = { 0 };
  LockRecord record;

  if (fd < 0 && fd != -ENOENT)
    return fd;
  if (fd >= 0 && fstat (fd, &status) != 0)
    {
      close (fd);
      return -EINVAL;
    }
  self = g_new0 (LogFile, 1);
  self->fd = fd < 0 ? -1 : fd;
  lock_record_read (folder_fd < 0 ? -1 : folder_fd, &record);
  lay_out (self, (uint64_t) status.st_size, record.log_bytes);
  *out = self;
  return 0;
}

int
log_file_open (LogFile **out, const char *folder)
{
  int folder_fd = fd_open_folder (folder);
  int r = folder_fd < 0 && folder_fd != -ENOENT ? folder_fd : open_log (out, folder_fd);

  if (folder_fd >= 0)
    close (folder_fd);
  return r;
}

void
log_file_close (LogFile *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

uint64_t
log_file_size (const LogFile *self)
{
  return self->size;
}

bool
log_file_get_gap (const LogFile *self, LogGap *gap)
{
  if (self->left_out == 0)
    return false;
  *gap = (LogGap){ LOG_FILE_HEAD, strlen (self->mark), self->left_out };
  return true;
}

static int64_t
read_part (const LogFile *self, const Part *part, uint64_t offset, char *buffer, size_t length)
{
  ssize_t n;

  if (part->text != NULL)
    {
      memcpy (buffer, part->text + offset, length);
      return (int64_t) length;
    }
  do
    n = pread (self->fd, buffer, length, (off_t) (part->position + offset));
  while (n < 0 && errno == EINTR);
  return n < 0 ? -errno : n;
}

int64_t
log_file_read (LogFile *self, uint64_t offset, char *buffer, size_t length)
{
  size_t done = 0;

  for (unsigned i = 0; i < self->n_parts && done < length;)
    {
      const Part *part = &self->parts[i];
      size_t want;
      int64_t n;

      if (offset >= part->length)
        {
          offset -= part->length;
          i++;
          continue;
        }
      want = MIN (length - done, (size_t) (part->length - offset));
      n = read_part (self, part, offset, buffer + done, want);
      if (n <= 0)
        return n < 0 && done == 0 ? n : (int64_t) done;
      done += (size_t) n;
      offset += (uint64_t) n;
    }
  return (int64_t) done;
}

int
log_file_find_tail (LogFile *self, uint64_t n_lines, uint64_t *offset)
{
  g_autofree char *buffer = g_malloc (CHUNK);
  uint64_t end = self->size;

  *offset = self->size;
  if (n_lines == 0)
    return 0;
  while (end > 0)
    {
      uint64_t start = end > CHUNK ? end - CHUNK : 0;
      int64_t n = log_file_read (self, start, buffer, (size_t) (end - start));

      if (n < 0)
        return (int) n;
      /* A newline at the very end closes the last line and opens none. */
      for (int64_t i = n - 1; i >= 0; i--)
        if (buffer[i] == '\n' && start + (uint64_t) i + 1 < self->size && --n_lines == 0)
          {
            *offset = start + (uint64_t) i + 1;
            return 0;
          }
      end = start;
    }
  *offset = 0;
  return 0;
}
