/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/text-refusal.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <string.h>

#define LOOKED_AT 1000 /* lines in which there must be a number */

static size_t
first_line (const TextWindow *window)
{
  size_t line = 0;

  while (line < window->n_lines
         && (text_is_blank_line (window->lines[line].text, window->lines[line].length)
             || text_is_comment (window->lines[line].text, window->lines[line].length, ',')))
    line++;
  return line;
}

/* A semicolon or tab wins over commas, which may belong to a name: "Voltage, V;Current, A". */
static char
separator_of (const TextCell *line)
{
  static const char candidates[] = { ';', '\t', '|' };

  for (size_t i = 0; i < G_N_ELEMENTS (candidates); i++)
    if (memchr (line->text, candidates[i], line->length))
      return candidates[i];
  return ',';
}

static int
split (const TextCell *line, char separator, TextCell *cells)
{
  int n = 0;
  TextSplit result = text_split (line->text, line->length, separator, cells, TEXT_MAX_COLUMNS, &n);

  return result == TEXT_SPLIT_OK ? n : 0;
}

static bool
is_whole_number (const TextCell *cell)
{
  for (size_t i = 0; i < cell->length; i++)
    if (!g_ascii_isdigit (cell->text[i]))
      return false;
  return true;
}

/* Whether the line is of names, some of which may be numbers, as of sensors: "Time,1,2". The cell
 * below the first name must be a number or time, or the line may be a row. */
static bool
is_numbered_names (const TextWindow *window, size_t line, char separator)
{
  g_autofree TextCell *cells = g_new (TextCell, TEXT_MAX_COLUMNS);
  TextKind below = TEXT_NUMBER;

  if (line + 1 < window->n_lines && split (&window->lines[line + 1], separator, cells) > 0)
    below = text_cell_kind (&cells[0], separator);

  int n = split (&window->lines[line], separator, cells);
  if (n == 0 || n > TEXT_MAX_COLUMNS || text_cell_kind (&cells[0], separator) != TEXT_WORD)
    return false;
  for (int i = 0; i < n; i++)
    {
      TextKind kind = text_cell_kind (&cells[i], separator);

      if (kind == TEXT_TIME || (kind == TEXT_NUMBER && !is_whole_number (&cells[i])))
        return false;
      if (kind == TEXT_NUMBER && below != TEXT_NUMBER && below != TEXT_TIME)
        return false;
    }
  return true;
}

/* Whether a line after this one has a number in a cell. */
static bool
has_numbers_after (const TextWindow *window, size_t line, char separator)
{
  g_autofree TextCell *cells = g_new (TextCell, TEXT_MAX_COLUMNS);
  bool is_last = true;

  for (size_t i = line + 1; i < MIN (window->n_lines, line + LOOKED_AT); i++)
    {
      int n = split (&window->lines[i], separator, cells);

      is_last = is_last && text_is_blank_line (window->lines[i].text, window->lines[i].length);
      for (int k = 0; k < MIN (n, TEXT_MAX_COLUMNS); k++)
        if (text_cell_kind (&cells[k], separator) == TEXT_NUMBER)
          return true;
    }
  return is_last;
}

static bool
check_line (const TextCell *line, size_t number, char separator, const char *path, GError **error)
{
  g_autofree TextCell *cells = g_new (TextCell, TEXT_MAX_COLUMNS);
  int n = 0;
  TextSplit result = text_split (line->text, line->length, separator, cells, TEXT_MAX_COLUMNS, &n);

  if (result == TEXT_SPLIT_OPEN_QUOTE)
    failure_set (error, "%s, line %zu, column %d: a name in quotes must end with a quote", path,
                 number, n);
  else if (n > TEXT_MAX_COLUMNS)
    failure_set (error, "%s, line %zu has more than %d columns", path, number, TEXT_MAX_COLUMNS);
  else
    return true;
  return false;
}

static bool
refuse_rows_without_names (const TextRun *run, size_t first, const char *path, GError **error)
{
  if (run->first == first)
    failure_set (error,
                 "%s, line %zu is a row of numbers, but the columns have no names: add a line "
                 "before it, for example \"Time,Current,Voltage\"",
                 path, run->first + 1);
  else
    failure_set (error,
                 "%s, line %zu begins rows of %d cells, but no line before it names as many "
                 "columns: correct the line with the names or add one",
                 path, run->first + 1, run->n_used);
  return false;
}

/* Whether the first line can be that of the rows: it is the last one before them, or has as many
 * cells, and what is between them is wrong. */
static bool
may_name (const TextWindow *window, size_t line, const TextRun *run)
{
  int n_names = 0, n_leading = 0;

  if (run->n_rows == 0)
    return true;
  text_is_names (&window->lines[line], run->separator, 1, &n_names, &n_leading);
  return run->first <= line + 1 || n_names == run->n_used;
}

bool
text_refusal_find_header (const TextWindow *window, char fixed, TextRun *run, const char *path,
                          GError **error)
{
  size_t line = first_line (window);

  if (line == window->n_lines)
    {
      failure_set (error, "%s is empty: its first line must name the columns", path);
      return false;
    }

  char separator = fixed ? fixed : separator_of (&window->lines[line]);
  if (!check_line (&window->lines[line], line + 1, separator, path, error))
    return false;
  if (may_name (window, line, run) && is_numbered_names (window, line, separator)
      && has_numbers_after (window, line, separator))
    {
      *run = (TextRun){
        .separator = separator, .header = line, .units = TEXT_NO_LINE, .first = line + 1
      };
      return true;
    }
  if (run->n_rows > 0)
    return refuse_rows_without_names (run, line, path, error);

  failure_set (error,
               "%s has no table: no line of names is followed by rows of numbers in at least two "
               "columns. Export it as text, with a line that names the columns",
               path);
  return false;
}
