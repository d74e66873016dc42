/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/text-run.h"

#include "daemon/vestim-estimate/data/table/table-unit.h"

#include <glib.h>
#include <string.h>

#define MIN_CELLS 2
#define SEVERAL_ROWS 3 /* fewer may be a table of settings before the data */
#define ENOUGH_ROWS 64

/* Lines */

bool
text_is_comment (const char *line, size_t length, char separator)
{
  return length > 0 && strchr ("#%~", line[0]) && line[0] != '\0'
         && !(length > 1 && line[1] == separator && separator != TEXT_BLANKS);
}

TextCell
text_without_mark (const TextCell *line, char separator)
{
  TextCell rest = *line;

  while (text_is_comment (rest.text, rest.length, separator))
    rest.text++, rest.length--;
  return rest;
}

/* The cells of a line, or -1 if it can't be split into cells. `(transfer full)` */
static int
dup_cells (const TextCell *line, char separator, TextCell **cells)
{
  int n = 0;

  *cells = g_new (TextCell, TEXT_MAX_COLUMNS);
  if (text_split (line->text, line->length, separator, *cells, TEXT_MAX_COLUMNS, &n)
          != TEXT_SPLIT_OK
      || n > TEXT_MAX_COLUMNS)
    return -1;
  return n;
}

static bool
is_empty_cell (const TextCell *cell)
{
  return text_is_blank_line (cell->text, cell->length);
}

static bool
begins_with_digit (const TextCell *cell)
{
  const char *at = cell->text;

  while (at < cell->text + cell->length && strchr (" \t+-.", *at) && *at)
    at++;
  return at < cell->text + cell->length && g_ascii_isdigit (*at);
}

bool
text_is_names (const TextCell *line, char separator, int min, int *n_names, int *n_leading)
{
  TextCell whole = text_without_mark (line, separator);
  g_autofree TextCell *cells = NULL;
  int n = dup_cells (&whole, separator, &cells), n_words = 0, n_digits = 0;

  *n_names = *n_leading = 0;
  for (int i = 0; i < n; i++)
    {
      TextKind kind = text_cell_kind (&cells[i], separator);

      if (kind == TEXT_NUMBER || kind == TEXT_TIME)
        return false;
      if (is_empty_cell (&cells[i]))
        continue;
      if (n_words++ == 0)
        *n_leading = i;
      n_digits += begins_with_digit (&cells[i]);
      *n_names = i + 1;
    }
  return n_words >= min && 2 * n_digits <= n_words;
}

static bool
is_unit_cell (const TextCell *cell, bool *in_brackets)
{
  g_autofree char *text = text_cell_dup (cell);
  size_t length = strlen (text);

  *in_brackets = length > 2
                 && ((text[0] == '[' && text[length - 1] == ']')
                     || (text[0] == '(' && text[length - 1] == ')'));
  return *in_brackets || table_unit_is_word (text) || strcmp (text, "-") == 0;
}

bool
text_is_units (const TextCell *line, char separator)
{
  TextCell whole = text_without_mark (line, separator);
  g_autofree TextCell *cells = NULL;
  int n = dup_cells (&whole, separator, &cells), n_units = 0, n_brackets = 0;

  for (int i = 0; i < n; i++)
    {
      bool in_brackets = false;

      if (is_empty_cell (&cells[i]))
        continue;
      if (!is_unit_cell (&cells[i], &in_brackets))
        return false;
      n_units++;
      n_brackets += in_brackets;
    }
  return n_units >= 2 || n_brackets > 0;
}

/* Runs */

typedef struct
{
  const TextWindow *window;
  char separator;
  TextCell *cells;
  bool *usable;  /* [cell] numbers, times and empty cells alone */
  bool *has_any; /* [cell] a number or time */
  size_t n_numbers;
} Scanner;

/* The number of cells of a row with numbers; 0 when the line is none. */
static int
row_length (Scanner *scanner, size_t line)
{
  const TextCell *text = &scanner->window->lines[line];
  int n = 0, n_numbers = 0;

  if (text_split (text->text, text->length, scanner->separator, scanner->cells, TEXT_MAX_COLUMNS,
                  &n)
          != TEXT_SPLIT_OK
      || n < MIN_CELLS || n > TEXT_MAX_COLUMNS)
    return 0;
  for (int i = 0; i < n; i++)
    n_numbers += text_cell_kind (&scanner->cells[i], scanner->separator) == TEXT_NUMBER;
  return n_numbers > 0 ? n : 0;
}

static void
add_row (Scanner *scanner, TextRun *run)
{
  for (int i = 0; i < run->n_cells; i++)
    {
      TextKind kind = text_cell_kind (&scanner->cells[i], scanner->separator);

      if (run->n_rows == 0)
        scanner->usable[i] = true, scanner->has_any[i] = false;
      scanner->usable[i] = scanner->usable[i] && kind != TEXT_WORD;
      scanner->has_any[i] = scanner->has_any[i] || kind == TEXT_NUMBER || kind == TEXT_TIME;
      scanner->n_numbers += kind == TEXT_NUMBER;
      if (!is_empty_cell (&scanner->cells[i]))
        run->n_used = MAX (run->n_used, i + 1);
    }
  run->n_rows++;
}

static bool
is_between (const Scanner *scanner, size_t line)
{
  const TextCell *text = &scanner->window->lines[line];

  return text_is_blank_line (text->text, text->length)
         || text_is_comment (text->text, text->length, scanner->separator);
}

/* Whether the names are as many as the columns of the run. */
static bool
names_fit (const Scanner *scanner, size_t line, const TextRun *run)
{
  int n_names = 0, n_leading = 0;

  return text_is_names (&scanner->window->lines[line], scanner->separator, MIN_CELLS, &n_names,
                        &n_leading)
         && n_names >= run->n_used && n_names <= run->n_cells;
}

/* The nearest line above `below` that names the columns. Names that are no comment win over those
 * in the comments after them. */
static size_t
find_header (const Scanner *scanner, size_t below, const TextRun *run)
{
  size_t found = TEXT_NO_LINE;

  for (size_t line = below; line-- > 0;)
    {
      bool fits = names_fit (scanner, line, run);

      if (!is_between (scanner, line))
        return fits ? line : found;
      if (fits && found == TEXT_NO_LINE)
        found = line;
    }
  return found;
}

/* The line above a run that is neither empty nor a comment. */
static size_t
find_line_above (const Scanner *scanner, size_t below)
{
  for (size_t line = below; line-- > 0;)
    if (!is_between (scanner, line))
      return line;
  return TEXT_NO_LINE;
}

/* The last columns may have no unit, so that the row of units is shorter than the names. */
static bool
find_names_above_units (const Scanner *scanner, TextRun *run)
{
  size_t units = find_line_above (scanner, run->first);

  if (units == TEXT_NO_LINE || !text_is_units (&scanner->window->lines[units], scanner->separator))
    return false;

  size_t header = find_header (scanner, units, run);
  if (header == TEXT_NO_LINE)
    return false;
  run->header = header;
  run->units = units;
  return true;
}

static void
find_names (const Scanner *scanner, TextRun *run)
{
  if (find_names_above_units (scanner, run))
    return;

  size_t line = find_header (scanner, run->first, run);

  run->header = line;
  run->units = TEXT_NO_LINE;
  if (line == TEXT_NO_LINE || line == 0
      || !text_is_units (&scanner->window->lines[line], scanner->separator))
    return;

  size_t above = find_header (scanner, line, run);
  if (above != TEXT_NO_LINE)
    run->header = above, run->units = line;
}

/* The rows from `line` on that have as many cells. Empty without a row there. */
static TextRun
take_run (Scanner *scanner, size_t line, size_t *after)
{
  TextRun run = { .separator = scanner->separator, .first = line, .header = TEXT_NO_LINE };

  run.n_cells = row_length (scanner, line);
  scanner->n_numbers = 0;
  for (; line < scanner->window->n_lines && run.n_cells > 0 && run.n_rows < ENOUGH_ROWS; line++)
    {
      if (is_between (scanner, line))
        continue;
      if (row_length (scanner, line) != run.n_cells)
        break;
      add_row (scanner, &run);
    }
  *after = line;

  for (int i = 0; run.n_rows > 0 && i < run.n_cells; i++)
    run.n_usable += scanner->usable[i] && scanner->has_any[i];
  run.score = run.n_rows ? (double) scanner->n_numbers / (double) run.n_rows : 0;
  if (run.n_usable < MIN_CELLS)
    run.n_rows = 0;
  else
    find_names (scanner, &run);
  return run;
}

/* A few rows with names may be a table of settings, if they are not as wide as the rows after them.
 * Else the second names are those of the same table again, or of another one, which is refused when
 * it is read. */
static bool
is_better (const TextRun *run, const TextRun *best)
{
  bool has_names = run->header != TEXT_NO_LINE;
  bool best_has_names = best->n_rows > 0 && best->header != TEXT_NO_LINE;

  if (has_names != best_has_names)
    return has_names;
  if (has_names && run->n_used == best->n_used)
    return false;
  return run->n_rows > best->n_rows;
}

/* Whether one of two runs in a row lacks the names that the other has. Then a line between them is
 * damaged, or the names are: those below must not replace those above, or rows would be lost. */
static bool
continues (const TextRun *run, const TextRun *best)
{
  const TextRun *nameless = run->header == TEXT_NO_LINE ? run : best;

  return best->n_rows > 0 && run->n_cells == best->n_cells
         && (best->header == TEXT_NO_LINE) != (run->header == TEXT_NO_LINE)
         && nameless->n_rows >= SEVERAL_ROWS;
}

TextRun
text_run_find (const TextWindow *window, char separator)
{
  g_autofree TextCell *cells = g_new (TextCell, TEXT_MAX_COLUMNS);
  g_autofree bool *usable = g_new0 (bool, TEXT_MAX_COLUMNS);
  g_autofree bool *has_any = g_new0 (bool, TEXT_MAX_COLUMNS);
  Scanner scanner = {
    .window = window, .separator = separator, .cells = cells, .usable = usable, .has_any = has_any
  };
  TextRun best = { .separator = separator, .header = TEXT_NO_LINE };

  for (size_t line = 0; line < window->n_lines;)
    {
      size_t after = line;
      TextRun run =
          is_between (&scanner, line) ? (TextRun){ 0 } : take_run (&scanner, line, &after);

      if (run.n_rows > 0 && continues (&run, &best))
        break;
      if (run.n_rows > 0 && is_better (&run, &best))
        best = run;
      if (best.header != TEXT_NO_LINE && best.n_rows >= SEVERAL_ROWS)
        break;
      line = MAX (after, line + 1);
    }
  return best;
}
