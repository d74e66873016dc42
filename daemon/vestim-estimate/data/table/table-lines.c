/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-lines.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <string.h>

#define WINDOW (1024 * 1024) /* enough for the longest preamble */
#define CHUNK (256 * 1024)   /* read at a time after it */
#define BUFFER_SIZE (WINDOW + CHUNK)

struct TableLines
{
  char *path;
  TableBytes *bytes;
  char *buffer;
  size_t begin, end; /* the unread part of the buffer */
  bool at_end;       /* nothing more can be read */
  size_t line;       /* number of the line read last */
  char line_end;     /* '\n', or '\r' where it stands alone */
};

/* False with `error` when reading fails. */
static bool
fill_buffer (TableLines *lines, GError **error)
{
  memmove (lines->buffer, lines->buffer + lines->begin, lines->end - lines->begin);
  lines->end -= lines->begin;
  lines->begin = 0;

  ssize_t n = table_bytes_read (lines->bytes, lines->buffer + lines->end, CHUNK, error);

  if (n < 0)
    return false;
  lines->end += (size_t) n;
  lines->at_end = n == 0;
  return true;
}

/* The first line decides. Its end is in the buffer, or the line is too long. A CR before an LF, or
 * two as bad copies have, are no ends of their own. */
static void
find_line_end (TableLines *lines)
{
  const char *end = lines->buffer + lines->end;
  const char *at = memchr (lines->buffer + lines->begin, '\r', lines->end - lines->begin);
  const char *newline = memchr (lines->buffer + lines->begin, '\n', lines->end - lines->begin);
  bool is_first = at && (!newline || at < newline);

  while (at && at < end && *at == '\r')
    at++;
  lines->line_end = is_first && !(at < end && *at == '\n') ? '\r' : '\n';
}

TableResult
table_lines_next (TableLines *lines, const char **line, size_t *length, GError **error)
{
  char *found = NULL;

  while (
      !(found = memchr (lines->buffer + lines->begin, lines->line_end, lines->end - lines->begin))
      && !lines->at_end && lines->end - lines->begin <= TABLE_MAX_LINE)
    if (!fill_buffer (lines, error))
      return TABLE_FAILED;

  size_t n = found ? (size_t) (found - lines->buffer) - lines->begin : lines->end - lines->begin;
  if (n == 0 && !found)
    return TABLE_END;

  lines->line++;
  if (n > TABLE_MAX_LINE)
    {
      failure_set (error, "%s, line %zu is longer than %d bytes: this is no table of measurements",
                   lines->path, lines->line, TABLE_MAX_LINE);
      return TABLE_FAILED;
    }

  *line = lines->buffer + lines->begin;
  lines->begin += n + (found ? 1 : 0);
  while (n > 0 && (*line)[n - 1] == '\r')
    n--;
  *length = n;
  return TABLE_ROW;
}

const char *
table_lines_window (const TableLines *lines, size_t *length, bool *is_whole)
{
  *length = lines->end - lines->begin;
  *is_whole = lines->at_end;
  return lines->buffer + lines->begin;
}

char
table_lines_end (const TableLines *lines)
{
  return lines->line_end;
}

void
table_lines_begin_at (TableLines *lines, size_t offset, size_t number)
{
  lines->begin += offset;
  lines->line = number - 1;
}

size_t
table_lines_number (const TableLines *lines)
{
  return lines->line;
}

TableBytes *
table_lines_bytes (const TableLines *lines)
{
  return lines->bytes;
}

TableLines *
table_lines_open (const char *path, const char *encoding, GError **error)
{
  g_autoptr (TableBytes) bytes = table_bytes_open (path, encoding, error);

  if (!bytes)
    return NULL;

  g_autoptr (TableLines) lines = g_new0 (TableLines, 1);
  lines->path = g_strdup (path);
  lines->bytes = g_steal_pointer (&bytes);
  lines->buffer = g_malloc (BUFFER_SIZE);
  while (!lines->at_end && lines->end < WINDOW)
    if (!fill_buffer (lines, error))
      return NULL;
  find_line_end (lines);
  return g_steal_pointer (&lines);
}

void
table_lines_close (TableLines *lines)
{
  if (!lines)
    return;

  table_bytes_close (lines->bytes);
  g_free (lines->path);
  g_free (lines->buffer);
  g_free (lines);
}
