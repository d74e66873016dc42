/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/text-rows.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/table/table-lines.h"
#include "daemon/vestim-estimate/data/table/text-run.h"

#include <string.h>

#define END_MARK '\x1a' /* of a file of DOS */
#define SHOWN_BYTES 60  /* of a line in a message */

typedef struct
{
  TextRows public;
  const char *path;
  TableLines *lines;
  TextLayout *layout;
  TextCell *cells; /* of the row read last, the leading ones included */
  int n_cells;

  const char *line; /* read last */
  size_t length;
  bool is_held; /* `line` is still to be taken, after the empty rows */
  size_t n_empty_rows;

  bool has_spare; /* the first row ends with a separator, which begins one more cell */
  size_t n_rows;
  size_t n_comments, n_blank, n_repeated, n_other, n_notes;
} Rows;

/* Whether the line has nothing but separators and spaces. */
static bool
is_empty_line (const Rows *rows, const char *line, size_t length)
{
  char separator = rows->layout->separator;

  while (length > 0
         && (line[length - 1] == separator || line[length - 1] == ' ' || line[length - 1] == '\t'))
    length--;
  return length == 0;
}

/* Lines that are no rows */

/* (transfer full) what a line that is no row looks like. */
static char *
describe_line (const Rows *rows, const TextCell *line)
{
  int n_names = 0, n_leading = 0;
  char separator = rows->layout->separator;

  if (text_is_units (line, separator))
    return g_strdup ("looks like units");
  if (text_is_names (line, separator, 2, &n_names, &n_leading))
    return g_strdup ("looks like a header of other columns");
  return NULL;
}

static void
refuse_line (const Rows *rows, const TextCell *line, size_t number, GError **error)
{
  g_autofree char *looks = describe_line (rows, line);
  TextCell start = { .text = line->text, .length = MIN (line->length, SHOWN_BYTES) };
  g_autofree char *shown = text_cell_dup (&start);

  failure_set (error, "%s, line %zu %s, but rows follow: \"%s%s\"; remove the line", rows->path,
               number, looks ? looks : "looks like a note", shown,
               line->length > SHOWN_BYTES ? "…" : "");
}

static void
refuse_count (const Rows *rows, int n, GError **error)
{
  const TextLayout *layout = rows->layout;
  const TextCell line = { .text = rows->line, .length = rows->length };
  int n_columns = layout->n_columns;
  g_autofree char *looks = describe_line (rows, &line);

  n = MAX (n - layout->n_leading, 0);
  if (looks)
    {
      refuse_line (rows, &line, rows->public.line, error);
      return;
    }
  g_autofree char *place = n < n_columns
                               ? g_strdup_printf ("column \"%s\" is missing", layout->titles[n])
                               : g_strdup_printf ("column %d is one too many", n_columns + 1);

  failure_set (
      error,
      "%s, line %zu has %d %s, but the header has %d columns: %s; correct the line or remove it",
      rows->path, rows->public.line, n, n == 1 ? "cell" : "cells", n_columns, place);
}

/* Whether a row may begin so; a quote is looked into. */
static bool
begins_number (const char *line, size_t length)
{
  char c = line[0] == '"' && length > 1 ? line[1] : line[0];

  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == ' ';
}

/* Whether the line begins with a word where rows have a number, or has no number at all. */
static bool
is_note (Rows *rows, const char *line, size_t length)
{
  char separator = rows->layout->separator;
  int n = 0, n_numbers = 0;
  TextSplit result = text_split (line, length, separator, rows->cells, rows->n_cells, &n);

  if (begins_number (line, length) || result == TEXT_SPLIT_OPEN_QUOTE
      || text_cell_kind (&rows->cells[0], separator) != TEXT_WORD)
    return false;
  for (int i = 0; i < MIN (n, rows->n_cells); i++)
    n_numbers += text_cell_kind (&rows->cells[i], separator) == TEXT_NUMBER;
  return n_numbers == 0 || result == TEXT_SPLIT_TOO_MANY || n < rows->n_cells;
}

/* Notes are skipped after the last row only, and if they are not more than the rows: else they may
 * be the table. */
static TableResult
after_note (Rows *rows, GError **error)
{
  g_autofree char *note = g_strndup (rows->line, rows->length);
  const TextCell first = { .text = note, .length = rows->length };
  size_t number = rows->public.line;
  TableResult result = TABLE_ROW;
  const char *line = NULL;
  size_t length = 0;

  rows->n_notes = 1;
  while ((result = table_lines_next (rows->lines, &line, &length, error)) == TABLE_ROW)
    {
      if (is_empty_line (rows, line, length) || line[0] == END_MARK
          || text_is_comment (line, length, rows->layout->separator))
        continue;
      if (rows->n_notes >= rows->n_rows || !is_note (rows, line, length))
        {
          refuse_line (rows, &first, number, error);
          return TABLE_FAILED;
        }
      rows->n_notes++;
    }
  return result;
}

/* What DOS wrote after the last line. Anything but empty lines after it is data that must not be
 * lost. */
static TableResult
after_end_mark (Rows *rows, GError **error)
{
  size_t number = table_lines_number (rows->lines);
  TableResult result = TABLE_ROW;
  const char *line = NULL;
  size_t length = 0;

  while ((result = table_lines_next (rows->lines, &line, &length, error)) == TABLE_ROW)
    if (!is_empty_line (rows, line, length) && line[0] != END_MARK)
      {
        failure_set (error, "%s, line %zu has an end mark (^Z), but lines follow: remove the mark",
                     rows->path, number);
        return TABLE_FAILED;
      }
  return result;
}

/* Counts rows of empty cells and holds the first line after them: at the end of a file,
 * spreadsheets leave such rows, which are none. */
static TableResult
after_empty_row (Rows *rows, GError **error)
{
  TableResult result = TABLE_ROW;

  rows->n_empty_rows = 1;
  while ((result = table_lines_next (rows->lines, &rows->line, &rows->length, error)) == TABLE_ROW)
    if (text_is_blank_line (rows->line, rows->length))
      rows->n_blank++;
    else if (is_empty_line (rows, rows->line, rows->length))
      rows->n_empty_rows++;
    else
      break;
  rows->is_held = result == TABLE_ROW;
  if (!rows->is_held)
    rows->n_empty_rows = 0;
  return result;
}

static bool
is_same (const char *line, size_t length, const char *other)
{
  return other && strncmp (line, other, length) == 0 && other[length] == '\0';
}

/* Whether the columns of numbers have words alone. */
static bool
has_words_alone (const Rows *rows)
{
  const TextLayout *layout = rows->layout;
  int n_words = 0;

  for (int i = 0; i < layout->n_columns; i++)
    if (!layout->is_text[i])
      {
        if (text_cell_kind (&rows->public.cells[i], layout->separator) != TEXT_WORD)
          return false;
        n_words++;
      }
  return n_words > 0;
}

/* Whether the row lost a separator, so that its last cells are those before them: without the spare
 * cell of the other rows, the last cell is empty. */
static bool
is_shifted (Rows *rows, int n)
{
  const TextCell *last = &rows->cells[rows->n_cells - 1];

  if (rows->n_rows == 0)
    rows->has_spare = n > rows->n_cells;
  return rows->has_spare && n == rows->n_cells && text_is_blank_line (last->text, last->length);
}

typedef enum
{
  LINE_IS_ROW,
  LINE_IS_SPLIT, /* a row, and its cells are found */
  LINE_IS_SKIPPED,
  LINE_IS_NOTE,
} LineKind;

/* Of a line that begins with a character that begins no number. */
static LineKind
kind_of_odd_line (Rows *rows)
{
  const TextLayout *layout = rows->layout;
  const char *line = rows->line;
  size_t length = rows->length;

  if (text_is_comment (line, length, layout->separator))
    {
      bool is_repeated = is_same (line, length, layout->header);

      rows->n_comments += !is_repeated;
      rows->n_repeated += is_repeated;
      return LINE_IS_SKIPPED;
    }
  if (is_same (line, length, layout->header) || is_same (line, length, layout->unit_row))
    {
      rows->n_repeated += is_same (line, length, layout->header);
      return LINE_IS_SKIPPED;
    }
  if (line[0] == layout->separator || (layout->is_text[0] && layout->n_leading == 0))
    {
      int n = 0;
      TextSplit result =
          text_split (line, length, layout->separator, rows->cells, rows->n_cells, &n);

      if (result == TEXT_SPLIT_OK && n >= rows->n_cells && !is_shifted (rows, n))
        return has_words_alone (rows) ? LINE_IS_NOTE : LINE_IS_SPLIT;
    }
  return is_note (rows, line, length) ? LINE_IS_NOTE : LINE_IS_ROW;
}

/* Whether the line has the empty cells that begin a row of the innermost level. */
static bool
has_leading_cells (const Rows *rows)
{
  for (size_t i = 0; i < (size_t) rows->layout->n_leading; i++)
    if (i >= rows->length || rows->line[i] != rows->layout->separator)
      return false;
  return true;
}

/* Rows */

static TableResult
take_row (Rows *rows, GError **error)
{
  int n = 0;
  TextSplit result = text_split (rows->line, rows->length, rows->layout->separator, rows->cells,
                                 rows->n_cells, &n);

  if (G_LIKELY (result == TEXT_SPLIT_OK && n >= rows->n_cells))
    {
      if (G_LIKELY (!is_shifted (rows, n)))
        return TABLE_ROW;
      n--;
    }
  if (result == TEXT_SPLIT_OPEN_QUOTE)
    failure_set (error,
                 "%s, line %zu, column %d: a cell in quotes must end with a quote on the same line",
                 rows->path, rows->public.line, n);
  else
    refuse_count (rows, n, error);
  return TABLE_FAILED;
}

static TableResult
take_empty_row (Rows *rows)
{
  rows->public.line = table_lines_number (rows->lines) - rows->n_empty_rows;
  rows->n_empty_rows--;
  for (int i = 0; i < rows->n_cells; i++)
    rows->cells[i] = (TextCell){ .text = "", .length = 0 };
  return TABLE_ROW;
}

/* The next line that is no empty one, or the next row of empty cells. */
static TableResult
next_line (Rows *rows, GError **error)
{
  TableResult result = TABLE_ROW;

  if (!rows->is_held)
    result = table_lines_next (rows->lines, &rows->line, &rows->length, error);
  rows->is_held = false;
  rows->public.line = table_lines_number (rows->lines);
  return result;
}

static TableResult
read_row (Rows *rows, GError **error)
{
  TableResult result = TABLE_ROW;

  if (rows->n_empty_rows > 0)
    return take_empty_row (rows);
  while ((result = next_line (rows, error)) == TABLE_ROW)
    {
      if (rows->length > 0 && G_UNLIKELY (rows->line[rows->length - 1] == END_MARK))
        {
          rows->length--;
          result = rows->length > 0 ? take_row (rows, error) : TABLE_END;
          return result == TABLE_END ? after_end_mark (rows, error) : result;
        }
      if (G_UNLIKELY (text_is_blank_line (rows->line, rows->length)))
        {
          rows->n_blank++;
          continue;
        }
      if (G_UNLIKELY (is_empty_line (rows, rows->line, rows->length)))
        {
          result = after_empty_row (rows, error);
          return result == TABLE_ROW ? take_empty_row (rows) : result;
        }
      if (rows->layout->n_leading > 0 && !has_leading_cells (rows))
        {
          rows->n_other++;
          continue;
        }
      LineKind kind =
          begins_number (rows->line, rows->length) ? LINE_IS_ROW : kind_of_odd_line (rows);
      if (kind == LINE_IS_SPLIT)
        return TABLE_ROW;
      if (kind == LINE_IS_ROW)
        return take_row (rows, error);
      if (kind == LINE_IS_NOTE)
        return after_note (rows, error);
    }
  return result;
}

static void
add_note (const Rows *rows, size_t n, const char *one, const char *many)
{
  if (n == 1)
    g_ptr_array_add (rows->public.notes, g_strdup (one));
  else if (n > 1)
    g_ptr_array_add (rows->public.notes, g_strdup_printf ("%zu %s", n, many));
}

static void
add_notes (Rows *rows)
{
  add_note (rows, rows->n_blank, "one empty line is skipped", "empty lines are skipped");
  add_note (rows, rows->n_comments, "one comment is skipped", "comments are skipped");
  add_note (rows, rows->n_repeated, "the header is repeated once",
            "lines that repeat the header are skipped");
  add_note (rows, rows->n_other, "one row of a cycle or step is skipped",
            "rows of cycles and steps are skipped");
  add_note (rows, rows->n_notes, "one line of notes after the rows is skipped",
            "lines of notes after the rows are skipped");
  rows->n_blank = rows->n_comments = rows->n_repeated = rows->n_other = rows->n_notes = 0;
}

TableResult
text_rows_next (TextRows *public, GError **error)
{
  Rows *rows = (Rows *) public;
  TableResult result = read_row (rows, error);

  rows->n_rows += result == TABLE_ROW;
  if (G_UNLIKELY (result == TABLE_END))
    add_notes (rows);
  return result;
}

/* Life */

const TextLayout *
text_rows_layout (const TextRows *rows)
{
  return ((const Rows *) rows)->layout;
}

TableBytes *
text_rows_bytes (const TextRows *rows)
{
  return table_lines_bytes (((const Rows *) rows)->lines);
}

static bool
has_no_nul (const TextStart *start, const char *path, GError **error)
{
  const char *nul = memchr (start->text, '\0', start->length);
  size_t line = 1;

  if (!nul)
    return true;
  for (const char *at = start->text; at < nul; at++)
    line += *at == start->line_end;
  failure_set (error,
               "%s, line %zu has a NUL byte: this is a binary or damaged file, no text. Export the "
               "table as CSV",
               path, line);
  return false;
}

TextRows *
text_rows_open (const char *path, const char *encoding, GError **error)
{
  Rows *rows = g_new0 (Rows, 1);
  TextStart start = { 0 };

  rows->path = path;
  rows->public.notes = g_ptr_array_new_with_free_func (g_free);
  rows->lines = table_lines_open (path, encoding, error);
  if (rows->lines)
    {
      start.text = table_lines_window (rows->lines, &start.length, &start.is_whole);
      start.line_end = table_lines_end (rows->lines);
      if (has_no_nul (&start, path, error))
        rows->layout = text_layout_find (&start, path, error);
    }
  if (!rows->layout)
    {
      text_rows_close (&rows->public);
      return NULL;
    }

  table_lines_begin_at (rows->lines, rows->layout->rows_offset, rows->layout->rows_line);
  rows->n_cells = rows->layout->n_leading + rows->layout->n_columns;
  rows->cells = g_new0 (TextCell, rows->n_cells);
  rows->public.cells = rows->cells + rows->layout->n_leading;
  return &rows->public;
}

void
text_rows_close (TextRows *public)
{
  Rows *rows = (Rows *) public;

  if (!rows)
    return;

  table_lines_close (rows->lines);
  text_layout_free (rows->layout);
  g_ptr_array_unref (rows->public.notes);
  g_free (rows->cells);
  g_free (rows);
}
