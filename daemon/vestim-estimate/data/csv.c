/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/csv.h"

#include "daemon/vestim-estimate/data/csv-header.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/number.h"

#include <string.h>

#define MIN_ROWS 2
#define SHOWN_BYTES 40 /* of a cell in a message */

typedef struct
{
  const char *text; /* without its quotes */
  size_t length;
} CsvCell;

struct CsvFile
{
  char *path;
  CsvLines *lines;
  CsvHeader *header;
  size_t n_rows;
  bool *text_columns;
  CsvCell *cells; /* of the row read last */
  char point;     /* decimal point or comma; 0 until a number has shown which */
};

/* Header */

static bool
read_header (CsvFile *file, GError **error)
{
  const char *line = NULL;
  size_t length = 0;
  CsvResult result = csv_lines_next (file->lines, &line, &length, error);

  if (result == CSV_END)
    failure_set (error, "%s is empty: its first line must name the columns", file->path);
  if (result != CSV_ROW)
    return false;

  file->header = csv_header_parse (line, length, file->path, error);
  if (!file->header)
    return false;
  file->cells = g_new0 (CsvCell, file->header->n_columns);
  file->point = file->header->separator == ',' ? '.' : '\0';
  return true;
}

void
csv_close (CsvFile *file)
{
  if (!file)
    return;

  csv_lines_close (file->lines);
  csv_header_free (file->header);
  g_free (file->path);
  g_free (file->text_columns);
  g_free (file->cells);
  g_free (file);
}

const char *const *
csv_columns (const CsvFile *file)
{
  return file->header->names;
}

int
csv_n_columns (const CsvFile *file)
{
  return file->header->n_columns;
}

int
csv_find_column (const CsvFile *file, const char *name, GError **error)
{
  return csv_header_find (file->header, name, file->path, error);
}

bool
csv_has_column (const CsvFile *file, const char *name)
{
  return csv_header_has (file->header, name);
}

/* Rows */

static bool
is_blank (const CsvFile *file, char c)
{
  return c == ' ' || c == '\t' || c == file->header->separator;
}

/* Whether the line has nothing but separators and spaces, as spreadsheets leave at the end. */
static bool
is_empty_line (const CsvFile *file, const char *line, size_t length)
{
  while (length > 0 && is_blank (file, line[length - 1]))
    length--;
  return length == 0;
}

/* The quoted cell that begins at `at`. Returns its end; NULL when no quote closes it. A doubled
 * quote stays as it is: no number has one. */
static const char *
take_quoted_cell (const char *at, const char *end, char separator, CsvCell *cell)
{
  const char *close = at + 1;

  while ((close = memchr (close, '"', (size_t) (end - close))) && close + 1 < end
         && close[1] == '"')
    close += 2;
  if (!close)
    return NULL;

  cell->text = at + 1;
  cell->length = (size_t) (close - cell->text);
  for (close++; close < end && *close != separator && (*close == ' ' || *close == '\t'); close++)
    continue;
  return close == end || *close == separator ? close : NULL;
}

static const char *
take_cell (const char *at, const char *end, char separator, CsvCell *cell)
{
  const char *first = at;

  while (first < end && *first != separator && (*first == ' ' || *first == '\t'))
    first++;
  if (first < end && *first == '"')
    return take_quoted_cell (first, end, separator, cell);

  cell->text = at;
  while (at < end && *at != separator)
    at++;
  cell->length = (size_t) (at - cell->text);
  return at;
}

static bool
refuse_count (const CsvFile *file, int n, GError **error)
{
  int n_columns = file->header->n_columns;
  g_autofree char *place =
      n < n_columns ? g_strdup_printf ("column \"%s\" is missing", file->header->titles[n])
                    : g_strdup_printf ("column %d is one too many", n_columns + 1);

  failure_set (
      error,
      "%s, line %zu has %d %s, but the header has %d columns: %s; correct the line or remove it",
      file->path, csv_lines_number (file->lines), n, n == 1 ? "cell" : "cells", n_columns, place);
  return false;
}

/* Finds the cells; false with `error` when their number differs from the number of columns. */
static bool
split_line (CsvFile *file, const char *line, size_t length, GError **error)
{
  const char *at = line, *end = line + length;
  char separator = file->header->separator;
  int n = 0, n_columns = file->header->n_columns;
  CsvCell beyond;

  for (;; at++)
    {
      at = take_cell (at, end, separator, n < n_columns ? &file->cells[n] : &beyond);
      n++;
      if (!at)
        {
          failure_set (error,
                       "%s, line %zu, column %d: a cell in quotes must end with a quote on the "
                       "same line",
                       file->path, csv_lines_number (file->lines), n);
          return false;
        }
      if (at == end)
        break;
    }
  return n == n_columns || refuse_count (file, n, error);
}

/* An empty line is allowed at the end only. */
static CsvResult
after_empty_line (CsvFile *file, GError **error)
{
  const char *line = NULL;
  size_t empty = csv_lines_number (file->lines), length = 0;
  CsvResult result = CSV_ROW;

  while ((result = csv_lines_next (file->lines, &line, &length, error)) == CSV_ROW
         && is_empty_line (file, line, length))
    continue;
  if (result != CSV_ROW)
    return result;

  failure_set (error, "%s, line %zu is empty, but rows follow: remove the line", file->path, empty);
  return CSV_FAILED;
}

CsvResult
csv_next_row (CsvFile *file, GError **error)
{
  const char *line = NULL;
  size_t length = 0;
  CsvResult result = csv_lines_next (file->lines, &line, &length, error);

  if (result != CSV_ROW)
    return result;
  if (is_empty_line (file, line, length))
    return after_empty_line (file, error);
  if (!split_line (file, line, length, error))
    return CSV_FAILED;
  file->n_rows++;
  return CSV_ROW;
}

/* Numbers */

/* The first number with a point or comma decides for the whole file: if both were allowed, "1.234"
 * could mean 1234 or 1.234. */
static NumberResult
parse_cell (CsvFile *file, int column, double *value)
{
  const CsvCell *cell = &file->cells[column];

  if (G_LIKELY (file->point))
    return number_parse (cell->text, cell->length, file->point, value);

  bool has_comma = memchr (cell->text, ',', cell->length) != NULL;
  bool has_point = memchr (cell->text, '.', cell->length) != NULL;
  NumberResult result = number_parse (cell->text, cell->length, has_comma ? ',' : '.', value);

  if (result == NUMBER_OK && has_comma != has_point)
    file->point = has_comma ? ',' : '.';
  return result;
}

/* For people: short, valid UTF-8, no control characters. `(transfer full)` */
static char *
dup_cell (const CsvCell *cell)
{
  g_autofree char *raw = g_strndup (cell->text, MIN (cell->length, SHOWN_BYTES));
  g_autofree char *text = g_utf8_make_valid (raw, -1);

  for (char *c = text; *c; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  return g_strdup_printf ("\"%s%s\"", g_strstrip (text), cell->length > SHOWN_BYTES ? "…" : "");
}

static void
refuse_cell (const CsvFile *file, int column, NumberResult result, GError **error)
{
  const CsvCell *cell = &file->cells[column];
  g_autofree char *text = dup_cell (cell);
  char other = file->point == ',' ? '.' : ',';
  const char *why = "is not a number";
  double ignored = 0;

  if (result == NUMBER_EMPTY)
    why = "the cell is empty";
  else if (result == NUMBER_NOT_FINITE)
    why = "is not finite";
  else if (number_parse (cell->text, cell->length, other, &ignored) == NUMBER_OK)
    why = file->header->separator == ',' ? "has a decimal comma in a file with commas between cells"
          : other == ',' ? "has a decimal comma, but earlier numbers have a decimal point"
                         : "has a decimal point, but earlier numbers have a decimal comma";

  failure_set (error, "%s, line %zu, column \"%s\": %s%s%s; correct the cell or remove the line",
               file->path, csv_lines_number (file->lines), file->header->titles[column],
               result == NUMBER_EMPTY ? "" : text, result == NUMBER_EMPTY ? "" : " ", why);
}

bool
csv_number (CsvFile *file, int column, double *value, GError **error)
{
  NumberResult result = parse_cell (file, column, value);

  if (G_LIKELY (result == NUMBER_OK))
    return true;
  refuse_cell (file, column, result, error);
  return false;
}

bool
csv_is_text_column (const CsvFile *file, int column)
{
  return file->text_columns[column];
}

static bool
is_word (const CsvFile *file, int column)
{
  const CsvCell *cell = &file->cells[column];
  double ignored = 0;

  return number_parse (cell->text, cell->length, '.', &ignored) == NUMBER_INVALID
         && (file->header->separator == ','
             || number_parse (cell->text, cell->length, ',', &ignored) == NUMBER_INVALID);
}

/* Reads the first two rows and steps back. */
static bool
find_text_columns (CsvFile *file, GError **error)
{
  int n_columns = file->header->n_columns;

  file->text_columns = g_new0 (bool, n_columns);
  if (!csv_lines_look_ahead (file->lines, error))
    return false;

  CsvPlace place = csv_lines_tell (file->lines);
  if (csv_next_row (file, NULL) == CSV_ROW)
    {
      for (int i = 0; i < n_columns; i++)
        file->text_columns[i] = is_word (file, i);
      bool has_second = csv_next_row (file, NULL) == CSV_ROW;
      for (int i = 0; i < n_columns; i++)
        file->text_columns[i] = file->text_columns[i] && has_second && is_word (file, i);
    }

  csv_lines_go_back (file->lines, place);
  file->n_rows = 0;
  return true;
}

CsvFile *
csv_open (const char *path, GError **error)
{
  g_autoptr (CsvFile) file = g_new0 (CsvFile, 1);

  file->path = g_strdup (path);
  file->lines = csv_lines_open (path, error);
  if (!file->lines || !read_header (file, error) || !find_text_columns (file, error))
    return NULL;
  return g_steal_pointer (&file);
}

size_t
csv_n_rows (const CsvFile *file)
{
  return file->n_rows;
}

const char *
csv_digest (const CsvFile *file)
{
  return csv_lines_digest (file->lines);
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
