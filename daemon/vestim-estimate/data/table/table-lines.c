/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-lines.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/base/sha256.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define WINDOW (1024 * 1024) /* enough for the longest preamble */
#define CHUNK (256 * 1024)   /* read at a time after it */
#define BUFFER_SIZE (WINDOW + CHUNK)
#define MARK "\xef\xbb\xbf" /* byte order mark of UTF-8 */

struct TableLines
{
  char *path;
  int fd;
  char *buffer;
  size_t begin, end; /* the unread part of the buffer */
  bool at_end;       /* nothing more can be read */
  size_t line;       /* number of the line read last */
  char line_end;     /* '\n', or '\r' where it stands alone */
  Sha256 *sum;
  char *digest; /* (nullable) */
};

/* False with `error` when reading fails. */
static bool
fill_buffer (TableLines *lines, GError **error)
{
  memmove (lines->buffer, lines->buffer + lines->begin, lines->end - lines->begin);
  lines->end -= lines->begin;
  lines->begin = 0;

  ssize_t n = 0;
  do
    n = read (lines->fd, lines->buffer + lines->end, CHUNK);
  while (n < 0 && errno == EINTR);

  if (n < 0)
    {
      failure_set (error, "%s cannot be read: %s", lines->path, g_strerror (errno));
      return false;
    }
  sha256_update (lines->sum, lines->buffer + lines->end, (size_t) n);
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

const char *
table_lines_digest (TableLines *lines)
{
  if (!lines->digest)
    lines->digest = sha256_dup_hex (lines->sum);
  return lines->digest;
}

TableLines *
table_lines_open (const char *path, GError **error)
{
  int fd = regular_file_open (path, error);

  if (fd < 0)
    return NULL;

  g_autoptr (TableLines) lines = g_new0 (TableLines, 1);
  lines->path = g_strdup (path);
  lines->fd = fd;
  lines->buffer = g_malloc (BUFFER_SIZE);
  lines->sum = sha256_new ();
  while (!lines->at_end && lines->end < WINDOW)
    if (!fill_buffer (lines, error))
      return NULL;
  if (lines->end >= strlen (MARK) && memcmp (lines->buffer, MARK, strlen (MARK)) == 0)
    lines->begin = strlen (MARK);
  find_line_end (lines);
  return g_steal_pointer (&lines);
}

void
table_lines_close (TableLines *lines)
{
  if (!lines)
    return;

  close (lines->fd);
  g_free (lines->path);
  g_free (lines->buffer);
  sha256_free (lines->sum);
  g_free (lines->digest);
  g_free (lines);
}
