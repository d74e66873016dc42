/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-source.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/table/table-lines.h"
#include "daemon/vestim-estimate/data/table/text-header.h"

#include <string.h>

/* A text file with a header. Commas, semicolons or tabs separate the cells, as the header shows;
 * cells may be in quotes. If the separator is not the comma, numbers may have a decimal comma: all
 * of a file or none. A UTF-8 byte order mark, CRLF, CR, a missing last line end and empty lines at
 * the end are accepted. */

#define SHOWN_BYTES 40 /* of a cell in a message */

typedef struct
{
  const char *text; /* without its quotes */
  size_t length;
} TextCell;

typedef struct
{
  TableSource base;
  TableLines *lines;
  char separator;
  TextCell *cells; /* of the row read last */
  char point;      /* decimal point or comma; 0 until a number has shown which */
  char *why;       /* (nullable) the last explanation */
} TextSource;

/* Rows */

static bool
is_blank (const TextSource *file, char c)
{
  return c == ' ' || c == '\t' || c == file->separator;
}

/* Whether the line has nothing but separators and spaces, as spreadsheets leave at the end. */
static bool
is_empty_line (const TextSource *file, const char *line, size_t length)
{
  while (length > 0 && is_blank (file, line[length - 1]))
    length--;
  return length == 0;
}

/* The quoted cell that begins at `at`. Returns its end; NULL when no quote closes it. A doubled
 * quote stays as it is: no number has one. */
static const char *
take_quoted_cell (const char *at, const char *end, char separator, TextCell *cell)
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
take_cell (const char *at, const char *end, char separator, TextCell *cell)
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
refuse_count (const TextSource *file, int n, GError **error)
{
  int n_columns = file->base.names->n_columns;
  g_autofree char *place =
      n < n_columns ? g_strdup_printf ("column \"%s\" is missing", file->base.names->titles[n])
                    : g_strdup_printf ("column %d is one too many", n_columns + 1);

  failure_set (
      error,
      "%s, line %zu has %d %s, but the header has %d columns: %s; correct the line or remove it",
      file->base.path, table_lines_number (file->lines), n, n == 1 ? "cell" : "cells", n_columns,
      place);
  return false;
}

/* Finds the cells; false with `error` when their number differs from the number of columns. */
static bool
split_line (TextSource *file, const char *line, size_t length, GError **error)
{
  const char *at = line, *end = line + length;
  char separator = file->separator;
  int n = 0, n_columns = file->base.names->n_columns;
  TextCell beyond;

  for (;; at++)
    {
      at = take_cell (at, end, separator, n < n_columns ? &file->cells[n] : &beyond);
      n++;
      if (!at)
        {
          failure_set (error,
                       "%s, line %zu, column %d: a cell in quotes must end with a quote on the "
                       "same line",
                       file->base.path, table_lines_number (file->lines), n);
          return false;
        }
      if (at == end)
        break;
    }
  return n == n_columns || refuse_count (file, n, error);
}

/* An empty line is allowed at the end only. */
static TableResult
after_empty_line (TextSource *file, GError **error)
{
  const char *line = NULL;
  size_t empty = table_lines_number (file->lines), length = 0;
  TableResult result = TABLE_ROW;

  while ((result = table_lines_next (file->lines, &line, &length, error)) == TABLE_ROW
         && is_empty_line (file, line, length))
    continue;
  if (result != TABLE_ROW)
    return result;

  failure_set (error, "%s, line %zu is empty, but rows follow: remove the line", file->base.path,
               empty);
  return TABLE_FAILED;
}

static TableResult
next_row (TextSource *file, GError **error)
{
  const char *line = NULL;
  size_t length = 0;
  TableResult result = table_lines_next (file->lines, &line, &length, error);

  if (result != TABLE_ROW)
    return result;
  if (is_empty_line (file, line, length))
    return after_empty_line (file, error);
  if (!split_line (file, line, length, error))
    return TABLE_FAILED;
  return TABLE_ROW;
}

/* Numbers */

static void
set_point (TextSource *file, char point)
{
  file->point = point;
  file->base.decimal = point == '.' ? "." : point == ',' ? "," : NULL;
}

/* The first number with a point or comma decides for the whole file: if both were allowed, "1.234"
 * could mean 1234 or 1.234. */
static NumberResult
parse_cell (TextSource *file, int column, double *value)
{
  const TextCell *cell = &file->cells[column];

  if (G_LIKELY (file->point))
    return number_parse (cell->text, cell->length, file->point, value);

  bool has_comma = memchr (cell->text, ',', cell->length) != NULL;
  bool has_point = memchr (cell->text, '.', cell->length) != NULL;
  NumberResult result = number_parse (cell->text, cell->length, has_comma ? ',' : '.', value);

  if (result == NUMBER_OK && has_comma != has_point)
    set_point (file, has_comma ? ',' : '.');
  return result;
}

/* For people: short, valid UTF-8, no control characters. `(transfer full)` */
static char *
dup_cell (const TextCell *cell)
{
  g_autofree char *raw = g_strndup (cell->text, MIN (cell->length, SHOWN_BYTES));
  g_autofree char *text = g_utf8_make_valid (raw, -1);

  for (char *c = text; *c; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  return g_strdup_printf ("\"%s%s\"", g_strstrip (text), cell->length > SHOWN_BYTES ? "…" : "");
}

static const char *
fault_of (const TextSource *file, int column, NumberResult result)
{
  const TextCell *cell = &file->cells[column];
  char other = file->point == ',' ? '.' : ',';
  double ignored = 0;

  if (result == NUMBER_EMPTY)
    return "the cell is empty";
  if (result == NUMBER_NOT_FINITE)
    return "is not finite";
  if (number_parse (cell->text, cell->length, other, &ignored) != NUMBER_OK)
    return "is not a number";
  if (file->separator == ',')
    return "has a decimal comma in a file with commas between cells";
  return other == ',' ? "has a decimal comma, but earlier numbers have a decimal point"
                      : "has a decimal point, but earlier numbers have a decimal comma";
}

/* The type */

static bool
text_recognizes (const guint8 *head, size_t length)
{
  return true;
}

static void
text_close (TableSource *source)
{
  TextSource *file = (TextSource *) source;

  table_lines_close (file->lines);
  table_names_free (source->names);
  g_ptr_array_unref (source->notes);
  g_free (source->is_text);
  g_free (file->cells);
  g_free (file->why);
  g_free (file);
}

static TableResult
text_next_row (TableSource *source, GError **error)
{
  return next_row ((TextSource *) source, error);
}

static NumberResult
text_number (TableSource *source, int column, double *value)
{
  return parse_cell ((TextSource *) source, column, value);
}

static const char *
text_text (TableSource *source, int column, size_t *length)
{
  const TextCell *cell = &((TextSource *) source)->cells[column];

  *length = cell->length;
  return cell->text;
}

static const char *
text_explain (TableSource *source, int column, NumberResult result)
{
  TextSource *file = (TextSource *) source;
  g_autofree char *text = dup_cell (&file->cells[column]);
  const char *fault = fault_of (file, column, result);

  g_free (file->why);
  file->why = result == NUMBER_EMPTY ? g_strdup (fault) : g_strconcat (text, " ", fault, NULL);
  return file->why;
}

static size_t
text_place (const TableSource *source)
{
  return table_lines_number (((const TextSource *) source)->lines);
}

static const char *
text_digest (const TableSource *source)
{
  return table_lines_digest (((const TextSource *) source)->lines);
}

static bool
is_word (const TextSource *file, int column)
{
  const TextCell *cell = &file->cells[column];
  double ignored = 0;

  return number_parse (cell->text, cell->length, '.', &ignored) == NUMBER_INVALID
         && (file->separator == ','
             || number_parse (cell->text, cell->length, ',', &ignored) == NUMBER_INVALID);
}

/* Reads the first two rows and steps back. */
static bool
find_text_columns (TextSource *file, GError **error)
{
  int n_columns = file->base.names->n_columns;
  bool *is_text = g_new0 (bool, n_columns);

  file->base.is_text = is_text;
  if (!table_lines_look_ahead (file->lines, error))
    return false;

  TablePlace place = table_lines_tell (file->lines);
  if (next_row (file, NULL) == TABLE_ROW)
    {
      for (int i = 0; i < n_columns; i++)
        is_text[i] = is_word (file, i);
      bool has_second = next_row (file, NULL) == TABLE_ROW;
      for (int i = 0; i < n_columns; i++)
        is_text[i] = is_text[i] && has_second && is_word (file, i);
    }

  table_lines_go_back (file->lines, place);
  return true;
}

static bool
read_header (TextSource *file, GError **error)
{
  const char *line = NULL;
  size_t length = 0;
  TableResult result = table_lines_next (file->lines, &line, &length, error);

  if (result == TABLE_END)
    failure_set (error, "%s is empty: its first line must name the columns", file->base.path);
  if (result != TABLE_ROW)
    return false;

  g_autoptr (TextHeader) header = text_header_parse (line, length, file->base.path, error);
  if (!header)
    return false;
  file->base.names = table_names_new ((const char *const *) header->titles);
  file->base.header_line = 1;
  file->base.separator = header->separator == '\t' ? "tab" : header->separator == ';' ? ";" : ",";
  file->cells = g_new0 (TextCell, file->base.names->n_columns);
  file->separator = header->separator;
  set_point (file, header->separator == ',' ? '.' : '\0');
  return true;
}

static TableSource *
text_open (const char *path, const char *encoding, GError **error)
{
  TextSource *file = g_new0 (TextSource, 1);

  file->base = (TableSource){
    .type = &table_text_source,
    .path = path,
    .row_word = "line",
    .format = "table",
    .encoding = encoding ? encoding : "UTF-8",
    .notes = g_ptr_array_new_with_free_func (g_free),
  };
  file->lines = table_lines_open (path, error);
  if (file->lines && read_header (file, error) && find_text_columns (file, error))
    return &file->base;
  text_close (&file->base);
  return NULL;
}

const TableSourceType table_text_source = {
  .recognizes = text_recognizes,
  .open = text_open,
  .close = text_close,
  .next_row = text_next_row,
  .number = text_number,
  .text = text_text,
  .explain = text_explain,
  .place = text_place,
  .digest = text_digest,
};
