/* SPDX-License-Identifier: MIT */
#include "estimator/csv.h"

#include "estimator/failure.h"
#include "estimator/number.h"
#include "estimator/regular-file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINE (64 * 1024)
#define BUFFER_SIZE (4 * MAX_LINE)
#define MIN_ROWS 2
#define SHOWN_BYTES 40 /* of a cell in a message */

struct CsvFile
{
  char *path;
  int fd;
  char *buffer;
  size_t begin, end; /* what is not consumed of the buffer */
  bool at_end;       /* nothing more can be read */
  size_t line;       /* number of the line read last */
  size_t n_rows;
  char **columns;
  int n_columns;
  bool *text_columns;
  const char **cells; /* n_columns + 1: where each begins; a separator is between two */
};

/* Lines */

/* False with `error` when reading fails. */
static bool
fill_buffer (CsvFile *file, GError **error)
{
  memmove (file->buffer, file->buffer + file->begin, file->end - file->begin);
  file->end -= file->begin;
  file->begin = 0;

  ssize_t n = 0;
  do
    n = read (file->fd, file->buffer + file->end, BUFFER_SIZE - file->end);
  while (n < 0 && errno == EINTR);

  if (n < 0)
    {
      failure_set (error, "%s can't be read: %s", file->path, g_strerror (errno));
      return false;
    }
  file->end += (size_t) n;
  file->at_end = n == 0;
  return true;
}

/* The next line without its end, good until the next call. */
static CsvResult
next_line (CsvFile *file, const char **line, size_t *length, GError **error)
{
  char *newline = NULL;

  while (!(newline = memchr (file->buffer + file->begin, '\n', file->end - file->begin))
         && !file->at_end && file->end - file->begin <= MAX_LINE)
    if (!fill_buffer (file, error))
      return CSV_FAILED;

  size_t n = newline ? (size_t) (newline - file->buffer) - file->begin : file->end - file->begin;
  if (n == 0 && !newline)
    return CSV_END;

  file->line++;
  if (n > MAX_LINE)
    {
      failure_set (error, "%s, line %zu is longer than %d bytes: this is no CSV file of a series",
                   file->path, file->line, MAX_LINE);
      return CSV_FAILED;
    }

  *line = file->buffer + file->begin;
  *length = n > 0 && (*line)[n - 1] == '\r' ? n - 1 : n;
  file->begin += n + (newline ? 1 : 0);
  return CSV_ROW;
}

/* Header */

static bool
read_header (CsvFile *file, GError **error)
{
  const char *line = NULL;
  size_t length = 0;
  CsvResult result = next_line (file, &line, &length, error);

  if (result == CSV_FAILED)
    return false;
  if (result == CSV_ROW && length >= 3 && memcmp (line, "\xef\xbb\xbf", 3) == 0)
    line += 3, length -= 3;
  if (result == CSV_END || length == 0)
    {
      failure_set (error, "%s %s: its first line must name the columns", file->path,
                   result == CSV_END ? "is empty" : "begins with an empty line");
      return false;
    }
  if (memchr (line, '\0', length))
    {
      failure_set (error, "%s, line 1 has a NUL byte: this is no CSV file", file->path);
      return false;
    }

  g_autofree char *header = g_strndup (line, length);
  file->columns = g_strsplit (header, ",", -1);
  file->n_columns = (int) g_strv_length (file->columns);
  for (int i = 0; i < file->n_columns; i++)
    g_strstrip (file->columns[i]);
  file->cells = g_new0 (const char *, file->n_columns + 1);
  return true;
}

void
csv_close (CsvFile *file)
{
  if (!file)
    return;

  close (file->fd);
  g_free (file->path);
  g_free (file->buffer);
  g_strfreev (file->columns);
  g_free (file->text_columns);
  g_free (file->cells);
  g_free (file);
}

const char *const *
csv_columns (const CsvFile *file)
{
  return (const char *const *) file->columns;
}

int
csv_n_columns (const CsvFile *file)
{
  return file->n_columns;
}

int
csv_find_column (const CsvFile *file, const char *name, GError **error)
{
  int found = -1, n = 0;

  for (int i = 0; i < file->n_columns; i++)
    if (strcmp (file->columns[i], name) == 0)
      {
        found = i;
        n++;
      }

  if (n == 1)
    return found;

  g_autofree char *list = g_strjoinv (", ", file->columns);
  if (n == 0)
    failure_set (error, "%s, line 1: there is no column \"%s\"; its columns are %.500s", file->path,
                 name, list);
  else
    failure_set (error, "%s, line 1: the column \"%s\" is there %d times; rename the others",
                 file->path, name, n);
  return -1;
}

/* Rows */

/* How many cells the line has; where they begin is stored for as many as there are columns. */
static int
split_line (CsvFile *file, const char *line, size_t length)
{
  const char *end = line + length;
  int n = 0;

  for (const char *at = line;; at++)
    {
      if (n < file->n_columns)
        file->cells[n] = at;
      n++;
      at = memchr (at, ',', (size_t) (end - at));
      if (!at)
        break;
    }
  file->cells[file->n_columns] = end + 1;
  return n;
}

/* An empty line is good at the end only. */
static CsvResult
after_empty_line (CsvFile *file, GError **error)
{
  const char *line = NULL;
  size_t empty = file->line, length = 0;
  CsvResult result = CSV_ROW;

  while ((result = next_line (file, &line, &length, error)) == CSV_ROW && length == 0)
    continue;
  if (result != CSV_ROW)
    return result;

  failure_set (error, "%s, line %zu is empty though rows follow; remove it", file->path, empty);
  return CSV_FAILED;
}

CsvResult
csv_next_row (CsvFile *file, GError **error)
{
  const char *line = NULL;
  size_t length = 0;
  CsvResult result = next_line (file, &line, &length, error);

  if (result != CSV_ROW)
    return result;
  if (length == 0)
    return after_empty_line (file, error);

  int n = split_line (file, line, length);
  if (n != file->n_columns)
    {
      failure_set (error,
                   "%s, line %zu has %d %s, but the header has %d columns; complete the line or "
                   "remove it",
                   file->path, file->line, n, n == 1 ? "cell" : "cells", file->n_columns);
      return CSV_FAILED;
    }
  file->n_rows++;
  return CSV_ROW;
}

static NumberResult
parse_cell (const CsvFile *file, int column, double *value)
{
  const char *cell = file->cells[column];

  return number_parse (cell, (size_t) (file->cells[column + 1] - cell) - 1, value);
}

bool
csv_number (const CsvFile *file, int column, double *value, GError **error)
{
  static const char *const sentences[] = {
    [NUMBER_EMPTY] = "the cell is empty",
    [NUMBER_INVALID] = "is not a number",
    [NUMBER_NOT_FINITE] = "is not finite",
  };
  NumberResult result = parse_cell (file, column, value);

  if (G_LIKELY (result == NUMBER_OK))
    return true;

  size_t length = (size_t) (file->cells[column + 1] - file->cells[column]) - 1;
  g_autofree char *raw = g_strndup (file->cells[column], MIN (length, SHOWN_BYTES));
  g_autofree char *cell = g_utf8_make_valid (raw, -1);
  for (char *c = cell; *c; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';

  g_autofree char *quoted =
      g_strdup_printf ("\"%s%s\" ", g_strstrip (cell), length > SHOWN_BYTES ? "…" : "");
  failure_set (error, "%s, line %zu, column \"%s\": %s%s; correct the cell or remove the line",
               file->path, file->line, file->columns[column], result == NUMBER_EMPTY ? "" : quoted,
               sentences[result]);
  return false;
}

bool
csv_is_text_column (const CsvFile *file, int column)
{
  return file->text_columns[column];
}

/* Reads the first two rows and steps back: the buffer is filled so far that neither moves it. */
static bool
find_text_columns (CsvFile *file, GError **error)
{
  file->text_columns = g_new0 (bool, file->n_columns);
  while (!file->at_end && file->end - file->begin < 3 * MAX_LINE)
    if (!fill_buffer (file, error))
      return false;

  size_t begin = file->begin, line = file->line;
  double ignored = 0;

  if (csv_next_row (file, NULL) == CSV_ROW)
    {
      for (int i = 0; i < file->n_columns; i++)
        file->text_columns[i] = parse_cell (file, i, &ignored) == NUMBER_INVALID;
      bool has_second = csv_next_row (file, NULL) == CSV_ROW;
      for (int i = 0; i < file->n_columns; i++)
        file->text_columns[i] =
            file->text_columns[i] && has_second && parse_cell (file, i, &ignored) == NUMBER_INVALID;
    }

  file->begin = begin;
  file->line = line;
  file->n_rows = 0;
  return true;
}

CsvFile *
csv_open (const char *path, GError **error)
{
  int fd = regular_file_open (path, error);

  if (fd < 0)
    return NULL;

  g_autoptr (CsvFile) file = g_new0 (CsvFile, 1);
  file->path = g_strdup (path);
  file->fd = fd;
  file->buffer = g_malloc (BUFFER_SIZE);
  if (!read_header (file, error) || !find_text_columns (file, error))
    return NULL;
  return g_steal_pointer (&file);
}

size_t
csv_n_rows (const CsvFile *file)
{
  return file->n_rows;
}

bool
csv_has_enough_rows (const CsvFile *file, GError **error)
{
  if (file->n_rows >= MIN_ROWS)
    return true;

  failure_set (error, "%s has %zu %s below its header; at least %d are needed", file->path,
               file->n_rows, file->n_rows == 1 ? "row" : "rows", MIN_ROWS);
  return false;
}
