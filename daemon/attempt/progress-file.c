/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/progress-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/fd.h"

#define SHOWN 64 /* bytes of a line that is too long */
#define CHUNK (1 << 16)

/* No reader goes further, whatever a job made of the file by itself. */
#define FILE_END (PROGRESS_FILE_CAP + PROGRESS_MAX_LINE)

/* Appends what fits; a full `line` stands for one that is too long. */
static void
extend_line (char line[PROGRESS_MAX_LINE], size_t *length, const char *data, size_t size)
{
  size_t room = PROGRESS_MAX_LINE - *length;
  size_t taken = size < room ? size : room;

  memcpy (line + *length, data, taken);
  *length += taken;
}

/* ---- Writing ---- */

int
progress_writer_open (ProgressWriter *writer, int folder)
{
  int fd = fd_make_file (folder, ATTEMPT_PROGRESS_FILE, O_WRONLY | O_TRUNC);

  writer->fd = fd;
  writer->size = 0;
  writer->cap = PROGRESS_FILE_CAP;
  writer->line_length = 0;
  writer->out_length = 0;
  return fd < 0 ? fd : 0;
}

/* All or nothing, so that a full disk leaves no half line. */
static bool
write_at_end (ProgressWriter *writer, const char *data, size_t size)
{
  if (fd_write_at (writer->fd, data, size, writer->size) == size)
    {
      writer->size += size;
      return true;
    }
  if (ftruncate (writer->fd, (off_t) writer->size) != 0)
    return false;
  return false;
}

/* Blank lines mean nothing to a reader; they bring the file to exactly its cap. */
static bool
fill_up (ProgressWriter *writer)
{
  char blanks[PROGRESS_MAX_LINE];

  memset (blanks, ' ', sizeof blanks);
  blanks[sizeof blanks - 1] = '\n';
  while (writer->size < writer->cap)
    {
      uint64_t rest = writer->cap - writer->size;
      size_t part = rest < sizeof blanks ? (size_t) rest : sizeof blanks;

      if (!write_at_end (writer, blanks + sizeof blanks - part, part))
        return false;
    }
  return true;
}

static void
replace_last (ProgressWriter *writer)
{
  const char *end = writer->out + writer->out_length - 1;
  const char *start = memrchr (writer->out, '\n', writer->out_length - 1);

  start = start == NULL ? writer->out : start + 1;
  if (!fill_up (writer))
    return;
  writer->size = writer->cap;
  if (ftruncate (writer->fd, (off_t) writer->cap) == 0)
    write_at_end (writer, start, (size_t) (end - start) + 1);
}

static void
flush (ProgressWriter *writer)
{
  if (writer->out_length == 0)
    return;
  if (writer->size + writer->out_length <= writer->cap)
    write_at_end (writer, writer->out, writer->out_length);
  else
    replace_last (writer);
  writer->out_length = 0;
}

static void
finish_line (ProgressWriter *writer)
{
  char *line = writer->line;
  size_t length = writer->line_length;

  if (length == PROGRESS_MAX_LINE)
    {
      char shown[SHOWN];

      memcpy (shown, line, sizeof shown);
      length = (size_t) snprintf (line, PROGRESS_MAX_LINE, "too long (over %d bytes): %.*s",
                                  PROGRESS_MAX_LINE, SHOWN, shown);
    }
  if (writer->out_length + length + 1 > sizeof writer->out)
    flush (writer);
  memcpy (writer->out + writer->out_length, line, length);
  writer->out[writer->out_length + length] = '\n';
  writer->out_length += length + 1;
  writer->line_length = 0;
}

void
progress_writer_feed (ProgressWriter *writer, const char *data, size_t size)
{
  while (size > 0)
    {
      const char *newline = memchr (data, '\n', size);
      size_t part = newline == NULL ? size : (size_t) (newline - data);

      extend_line (writer->line, &writer->line_length, data, part);
      if (newline != NULL)
        finish_line (writer);
      part += newline != NULL;
      data += part;
      size -= part;
    }
  flush (writer);
}

void
progress_writer_add_message (ProgressWriter *writer, const char *message)
{
  /* `out` is empty; an unfinished line of the job waits elsewhere. */
  writer->out_length =
      (size_t) snprintf (writer->out, PROGRESS_MAX_LINE, "{\"message\":\"%s\"}\n", message);
  flush (writer);
}

void
progress_writer_close (ProgressWriter *writer)
{
  if (writer->line_length > 0)
    finish_line (writer);
  flush (writer);
  fd_clear (&writer->fd);
}

/* ---- Reading ---- */

void
progress_reader_init (ProgressReader *reader, ProgressLineFn on_line, void *user)
{
  reader->on_line = on_line;
  reader->user = user;
  reader->offset = 0;
  reader->line_length = 0;
}

void
progress_reader_feed (ProgressReader *reader, const char *data, size_t size)
{
  while (size > 0)
    {
      const char *newline = memchr (data, '\n', size);
      size_t part = newline == NULL ? size : (size_t) (newline - data);

      extend_line (reader->line, &reader->line_length, data, part);
      if (newline != NULL)
        {
          bool is_too_long = reader->line_length == PROGRESS_MAX_LINE;

          reader->on_line (reader->user, is_too_long ? NULL : reader->line, reader->line_length);
          reader->line_length = 0;
        }
      part += newline != NULL;
      data += part;
      size -= part;
    }
}

static int
read_from_offset (ProgressReader *reader, int fd)
{
  char *chunk = malloc (CHUNK);
  ssize_t n = 1;

  if (chunk == NULL)
    abort ();
  /* The line after the cap is another one by now. */
  if (reader->offset > PROGRESS_FILE_CAP)
    {
      reader->offset = PROGRESS_FILE_CAP;
      reader->line_length = 0;
    }
  while (n > 0 && reader->offset < FILE_END)
    {
      uint64_t room = FILE_END - reader->offset;

      n = fd_read_at (fd, chunk, room < CHUNK ? (size_t) room : CHUNK, reader->offset);
      if (n <= 0)
        break;
      reader->offset += (uint64_t) n;
      progress_reader_feed (reader, chunk, (size_t) n);
    }
  free (chunk);
  return n < 0 ? (int) n : 0;
}

int
progress_reader_read (ProgressReader *reader, const char *folder)
{
  int folder_fd = fd_open_folder (folder);
  int fd = folder_fd < 0 ? folder_fd : fd_open_file (folder_fd, ATTEMPT_PROGRESS_FILE, O_RDONLY);
  int r = fd < 0 ? fd : read_from_offset (reader, fd);

  fd_clear (&fd);
  fd_clear (&folder_fd);
  return r == -ENOENT ? 0 : r;
}
