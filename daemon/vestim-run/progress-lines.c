/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/progress-lines.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/posix/fd.h"

#define NAME "progress.jsonl"
#define SHOWN 64 /* bytes of a line that is too long */

int
progress_lines_open (ProgressLines *lines, int folder)
{
  int fd = fd_make_file (folder, NAME, O_WRONLY | O_TRUNC);

  lines->fd = fd;
  lines->size = 0;
  lines->cap = PROGRESS_LINES_CAP;
  lines->line_length = 0;
  lines->out_length = 0;
  return fd < 0 ? fd : 0;
}

/* All or nothing, so that a full disk leaves no half line behind. */
static bool
write_at_end (ProgressLines *lines, const char *data, size_t size)
{
  if (fd_write_at (lines->fd, data, size, lines->size) == size)
    {
      lines->size += size;
      return true;
    }
  if (ftruncate (lines->fd, (off_t) lines->size) != 0)
    return false;
  return false;
}

/* Blank lines mean nothing to a reader; they bring the file to exactly its cap. */
static bool
fill_up (ProgressLines *lines)
{
  char blanks[PROGRESS_LINES_MAX_LINE];

  memset (blanks, ' ', sizeof blanks);
  blanks[sizeof blanks - 1] = '\n';
  while (lines->size < lines->cap)
    {
      uint64_t rest = lines->cap - lines->size;
      size_t part = rest < sizeof blanks ? (size_t) rest : sizeof blanks;

      if (!write_at_end (lines, blanks + sizeof blanks - part, part))
        return false;
    }
  return true;
}

static void
replace_last (ProgressLines *lines)
{
  const char *end = lines->out + lines->out_length - 1;
  const char *start = memrchr (lines->out, '\n', lines->out_length - 1);

  start = start == NULL ? lines->out : start + 1;
  if (!fill_up (lines))
    return;
  lines->size = lines->cap;
  if (ftruncate (lines->fd, (off_t) lines->cap) == 0)
    write_at_end (lines, start, (size_t) (end - start) + 1);
}

static void
flush (ProgressLines *lines)
{
  if (lines->out_length == 0)
    return;
  if (lines->size + lines->out_length <= lines->cap)
    write_at_end (lines, lines->out, lines->out_length);
  else
    replace_last (lines);
  lines->out_length = 0;
}

static void
finish_line (ProgressLines *lines)
{
  char *line = lines->line;
  size_t length = lines->line_length;

  if (length >= PROGRESS_LINES_MAX_LINE)
    {
      char shown[SHOWN];

      memcpy (shown, line, sizeof shown);
      length = (size_t) snprintf (line, PROGRESS_LINES_MAX_LINE, "too long (over %d bytes): %.*s",
                                  PROGRESS_LINES_MAX_LINE, SHOWN, shown);
    }
  if (lines->out_length + length + 1 > sizeof lines->out)
    flush (lines);
  memcpy (lines->out + lines->out_length, line, length);
  lines->out[lines->out_length + length] = '\n';
  lines->out_length += length + 1;
  lines->line_length = 0;
}

static void
extend_line (ProgressLines *lines, const char *data, size_t size)
{
  size_t room = PROGRESS_LINES_MAX_LINE - lines->line_length;
  size_t taken = size < room ? size : room;

  memcpy (lines->line + lines->line_length, data, taken);
  lines->line_length += taken;
}

void
progress_lines_feed (ProgressLines *lines, const char *data, size_t size)
{
  while (size > 0)
    {
      const char *newline = memchr (data, '\n', size);
      size_t part = newline == NULL ? size : (size_t) (newline - data);

      extend_line (lines, data, part);
      if (newline != NULL)
        finish_line (lines);
      part += newline != NULL;
      data += part;
      size -= part;
    }
  flush (lines);
}

void
progress_lines_close (ProgressLines *lines)
{
  if (lines->line_length > 0)
    finish_line (lines);
  flush (lines);
  fd_clear (&lines->fd);
}
