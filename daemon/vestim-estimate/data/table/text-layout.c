/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/text-layout.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/table/text-refusal.h"
#include "daemon/vestim-estimate/data/table/text-run.h"

#include <string.h>

#define SEPARATOR_LINE "sep="
#define SEVERAL_ROWS 3           /* fewer may be a table of settings */
#define LOOKED_AT_FOR_LEVELS 100 /* lines */
#define LOOKED_AT_FOR_ROWS 10

/* Where several separators fit equally well, the first one is taken: commas and blanks also occur
 * within cells. */
static const char separators[] = { ';', '\t', '|', ',' };

/* Window */

static TextWindow
split_window (const TextStart *start, size_t *end)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (TextCell));
  const char *at = start->text, *stop = start->text + start->length;

  while (at < stop)
    {
      const char *next = memchr (at, start->line_end, (size_t) (stop - at));

      if (!next && !start->is_whole)
        break;
      TextCell line = { .text = at, .length = (size_t) ((next ? next : stop) - at) };
      while (line.length > 0 && line.text[line.length - 1] == '\r')
        line.length--;
      g_array_append_val (lines, line);
      at = next ? next + 1 : stop;
    }
  *end = (size_t) (at - start->text);

  TextWindow window = { .n_lines = lines->len };
  window.lines = (TextCell *) g_array_free (g_steal_pointer (&lines), FALSE);
  return window;
}

/* "sep=;" or the same in quotes, as Excel writes it. Returns the separator and empties the line; 0
 * without. */
static char
take_separator_line (TextWindow *window)
{
  const TextCell *first = window->lines;

  size_t quotes = window->n_lines > 0 && first->length > 0 && first->text[0] == '"';

  if (window->n_lines == 0 || first->length != strlen (SEPARATOR_LINE) + 1 + 2 * quotes
      || g_ascii_strncasecmp (first->text + quotes, SEPARATOR_LINE, strlen (SEPARATOR_LINE)) != 0)
    return '\0';

  char separator = first->text[quotes + strlen (SEPARATOR_LINE)];
  window->lines[0].length = 0;
  return separator;
}

/* Choice */

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

/* Whether tabs only pad commas, as in "SOC,\tCurrent". */
static bool
tabs_are_padding (const TextCell *line)
{
  const char *text = line->text;

  for (size_t at = 0; at < line->length; at++)
    {
      size_t before = at, after = at + 1;

      if (text[at] != '\t')
        continue;
      while (before > 0 && is_blank (text[before - 1]))
        before--;
      while (after < line->length && is_blank (text[after]))
        after++;
      if (before > 0 && after < line->length && text[before - 1] != ',' && text[after] != ',')
        return false;
    }
  return true;
}

/* Whether rows with exactly so many empty cells before them follow the line soon. */
static bool
has_inner_rows (const TextWindow *window, size_t line, char separator, size_t n_leading)
{
  for (size_t i = line + 1; i < MIN (window->n_lines, line + 1 + LOOKED_AT_FOR_ROWS); i++)
    {
      const TextCell *text = &window->lines[i];
      size_t n = 0;

      while (n < text->length && text->text[n] == separator)
        n++;
      if (n == n_leading && n < text->length)
        return true;
    }
  return false;
}

/* Rows within steps within cycles: each level has a line of names with one more empty cell before
 * them. Only the rows of the last level are taken. */
static bool
find_levels (const TextWindow *window, char separator, TextRun *run)
{
  int last = -1, n_names = 0, n_leading = 0;

  for (size_t line = 0; line < MIN (window->n_lines, LOOKED_AT_FOR_LEVELS); line++)
    {
      bool is_names = text_is_names (&window->lines[line], separator, 2, &n_names, &n_leading)
                      && !text_is_units (&window->lines[line], separator);

      if (last > 0 && !(is_names && n_leading == last + 1)
          && has_inner_rows (window, line - 1, separator, (size_t) last))
        {
          *run = (TextRun){ .separator = separator,
                            .header = line - 1,
                            .units = TEXT_NO_LINE,
                            .n_leading = last,
                            .n_rows = 1 };
          return true;
        }
      last = is_names && (n_leading == 0 || n_leading == last + 1) ? n_leading : -1;
    }
  return false;
}

/* Names, then a run that is no accident, then the most numbers in a row. */
static bool
is_better (const TextRun *run, const TextRun *best)
{
  bool has_names = run->header != TEXT_NO_LINE, best_has_names = best->header != TEXT_NO_LINE;
  bool is_long = run->n_rows >= SEVERAL_ROWS, best_is_long = best->n_rows >= SEVERAL_ROWS;

  if (run->n_rows == 0 || best->n_rows == 0)
    return run->n_rows > 0;
  if (has_names != best_has_names)
    return has_names;
  if (is_long != best_is_long)
    return is_long;
  return has_names && run->score > best->score;
}

/* The cells up to the last one that is not empty. */
static int
count_names (const TextCell *line, char separator)
{
  g_autofree TextCell *cells = g_new0 (TextCell, TEXT_MAX_COLUMNS);
  int n = 0;

  text_split (line->text, line->length, separator, cells, TEXT_MAX_COLUMNS, &n);
  n = MIN (n, TEXT_MAX_COLUMNS);
  while (n > 1 && text_is_blank_line (cells[n - 1].text, cells[n - 1].length))
    n--;
  return n;
}

/* Whether tabs separate the names of a run that was found with blanks: then spaces belong to cells.
 */
static bool
has_tabs_between_names (const TextWindow *window, const TextRun *run)
{
  if (run->header == TEXT_NO_LINE)
    return false;

  const TextCell *line = &window->lines[run->header];
  return memchr (line->text, '\t', line->length)
         && count_names (line, '\t') == count_names (line, TEXT_BLANKS);
}

static bool
has_same_names (const TextWindow *window, const TextRun *a, const TextRun *b)
{
  if (a->header == TEXT_NO_LINE || b->header == TEXT_NO_LINE)
    return a->header == b->header;

  const TextCell *first = &window->lines[a->header], *second = &window->lines[b->header];
  return first->length == second->length && memcmp (first->text, second->text, first->length) == 0;
}

static TextRun
choose_run (const TextWindow *window, char fixed)
{
  TextRun best = { .header = TEXT_NO_LINE };

  for (size_t i = 0; i < G_N_ELEMENTS (separators); i++)
    {
      TextRun run = { 0 };

      if (fixed && separators[i] != fixed)
        continue;
      if (find_levels (window, separators[i], &run))
        return run;
      run = text_run_find (window, separators[i]);
      if (separators[i] == '\t' && run.n_rows > 0 && run.header != TEXT_NO_LINE
          && tabs_are_padding (&window->lines[run.header]))
        continue;
      if (is_better (&run, &best))
        best = run;
    }
  if (!fixed && (best.n_rows < SEVERAL_ROWS || best.header == TEXT_NO_LINE))
    {
      TextRun run = text_run_find (window, TEXT_BLANKS);
      bool is_same = (best.n_rows > 0 && has_same_names (window, &run, &best))
                     || has_tabs_between_names (window, &run);

      if ((run.n_rows > best.n_rows && !is_same)
          || (best.header == TEXT_NO_LINE && !is_same && is_better (&run, &best)))
        best = run;
    }
  return best;
}

/* Facts */

/* The texts of the cells from `first` on, up to `n`; without brackets if they are units. */
static char **
dup_texts (const TextCell *line, char separator, int first, int n, bool are_units)
{
  g_autofree TextCell *cells = g_new0 (TextCell, TEXT_MAX_COLUMNS);
  char **texts = g_new0 (char *, n + 1);
  int n_cells = 0;

  text_split (line->text, line->length, separator, cells, TEXT_MAX_COLUMNS, &n_cells);
  for (int i = 0; i < n; i++)
    {
      char *text = first + i < n_cells ? text_cell_dup (&cells[first + i]) : g_strdup ("");
      size_t length = strlen (text);

      if (are_units && length > 2 && (text[0] == '[' || text[0] == '('))
        {
          text[length - 1] = '\0';
          memmove (text, text + 1, length - 1);
        }
      texts[i] = text;
    }
  return texts;
}

/* A comment that is the only one and begins with a percent sign may mean the unit: "% SOC". */
static TextCell
header_text (const TextWindow *window, const TextRun *run)
{
  const TextCell *line = &window->lines[run->header];
  bool is_only =
      run->header == 0 || !text_is_comment (line[-1].text, line[-1].length, run->separator);

  if (line->length > 0 && line->text[0] == '%' && is_only)
    return *line;
  return text_without_mark (line, run->separator);
}

static void
take_names (TextLayout *layout, const TextWindow *window, const TextRun *run)
{
  const TextCell *line = &window->lines[run->header];
  TextCell text = header_text (window, run);

  layout->n_columns = count_names (&text, run->separator) - run->n_leading;
  layout->n_leading = run->n_leading;
  layout->titles = dup_texts (&text, run->separator, run->n_leading, layout->n_columns, false);
  layout->header_line = run->header + 1;
  layout->header = g_strndup (line->text, line->length);

  layout->units = g_new0 (char *, layout->n_columns + 1);
  if (run->units == TEXT_NO_LINE)
    return;
  TextCell units = text_without_mark (&window->lines[run->units], run->separator);
  g_autofree char **texts = dup_texts (&units, run->separator, 0, layout->n_columns, true);
  for (int i = 0; i < layout->n_columns; i++)
    if (texts[i][0])
      layout->units[i] = texts[i];
    else
      g_free (texts[i]);
  layout->unit_row = g_strndup (window->lines[run->units].text, window->lines[run->units].length);
}

/* Whether the line is a row of the innermost level. */
static bool
is_row_of_level (const TextCell *cells, int n_leading)
{
  for (int i = 0; i < n_leading; i++)
    if (!text_is_blank_line (cells[i].text, cells[i].length))
      return false;
  return true;
}

static void
find_text_columns (TextLayout *layout, const TextWindow *window, size_t line)
{
  int max = layout->n_leading + layout->n_columns, n = 0, n_rows = 0;
  g_autofree TextCell *cells = g_new0 (TextCell, max);

  layout->is_text = g_new0 (bool, layout->n_columns + 1);
  for (; line < window->n_lines && n_rows < 2; line++)
    {
      const TextCell *text = &window->lines[line];

      if (text_is_blank_line (text->text, text->length)
          || text_is_comment (text->text, text->length, layout->separator)
          || text_split (text->text, text->length, layout->separator, cells, max, &n)
                 != TEXT_SPLIT_OK
          || n < max || !is_row_of_level (cells, layout->n_leading))
        continue;
      for (int i = 0; i < layout->n_columns; i++)
        {
          TextKind kind = text_cell_kind (&cells[layout->n_leading + i], layout->separator);
          bool is_word = kind == TEXT_WORD || kind == TEXT_TIME;

          layout->is_text[i] = is_word && (n_rows == 0 || layout->is_text[i]);
        }
      n_rows++;
    }
  if (n_rows < 2)
    memset (layout->is_text, 0, (size_t) layout->n_columns * sizeof (bool));
}

/* Units that the maker's titles imply. In a column of times as texts they mean nothing. */
static void
take_units_of_format (TextLayout *layout)
{
  for (int i = 0; i < layout->n_columns; i++)
    if (!layout->units[i] && !layout->is_text[i])
      layout->units[i] = g_strdup (table_format_unit (layout->format, layout->titles[i]));
}

static void
add_notes (TextLayout *layout, const TextRun *run, bool has_separator_line)
{
  size_t n = run->header - has_separator_line;

  if (n > 0 && run->n_leading == 0)
    g_ptr_array_add (layout->notes,
                     g_strdup_printf (n == 1 ? "one line before the header is skipped"
                                             : "%zu lines before the header are skipped",
                                      n));
  if (run->units != TEXT_NO_LINE)
    g_ptr_array_add (layout->notes, g_strdup_printf ("line %zu has the units", run->units + 1));
  if (run->n_leading > 0)
    g_ptr_array_add (layout->notes, g_strdup ("the rows of cycles and steps are skipped"));
}

static TextLayout *
make_layout (const TextStart *start, const TextWindow *window, size_t end, const TextRun *run)
{
  TextLayout *layout = g_new0 (TextLayout, 1);
  size_t next = (run->units == TEXT_NO_LINE ? run->header : MAX (run->header, run->units)) + 1;

  layout->separator = run->separator;
  layout->notes = g_ptr_array_new_with_free_func (g_free);
  take_names (layout, window, run);
  layout->rows_line = next + 1;
  layout->rows_offset =
      next < window->n_lines ? (size_t) (window->lines[next].text - start->text) : end;
  find_text_columns (layout, window, next);
  layout->format = table_format_of_text (start->text, start->length);
  if (!layout->format)
    layout->format = table_format_of_titles ((const char *const *) layout->titles);
  take_units_of_format (layout);
  return layout;
}

/* Some files say which line is the header. It counts if there are no rows after it; else it must be
 * true. */
static bool
check_header_line (const TextStart *start, const TextWindow *window, TextRun *run, const char *path,
                   GError **error)
{
  const TableFormat *format = table_format_of_text (start->text, start->length);
  size_t line = table_format_header_line (format, start->text, start->length);

  if (line == 0 || (run->n_rows > 0 && run->header == line - 1))
    return true;
  if (run->n_rows == 0 && line == window->n_lines)
    {
      *run = (TextRun){
        .separator = '\t', .header = line - 1, .units = TEXT_NO_LINE, .n_rows = 1, .first = line
      };
      return true;
    }
  failure_set (
      error,
      "%s says that line %zu is its header, but no rows with as many cells begin after it: "
      "correct the number after \"%s\", or export the file again",
      path, line, format->header_count);
  return false;
}

TextLayout *
text_layout_find (const TextStart *start, const char *path, GError **error)
{
  size_t end = 0;
  g_auto (TextWindow) window = split_window (start, &end);
  char fixed = take_separator_line (&window);
  TextRun run = choose_run (&window, fixed);

  if (window.n_lines == 0 && start->length > 0)
    {
      failure_set (error, "%s begins with a line of over %zu bytes: it is no table", path,
                   start->length);
      return NULL;
    }
  if (!check_header_line (start, &window, &run, path, error))
    return NULL;
  if (run.n_rows == 0 || run.header == TEXT_NO_LINE)
    if (!text_refusal_find_header (&window, fixed, &run, path, error))
      return NULL;

  g_autoptr (TextLayout) layout = make_layout (start, &window, end, &run);
  add_notes (layout, &run, fixed != '\0');
  if (layout->n_columns >= 2)
    return g_steal_pointer (&layout);
  failure_set (error,
               "%s has only one column, \"%s\": an estimation needs at least two, separated by "
               "commas, semicolons or tabs",
               path, layout->titles[0]);
  return NULL;
}

bool
text_layout_has_rows (const TextStart *start)
{
  size_t end = 0;
  g_auto (TextWindow) window = split_window (start, &end);
  char fixed = take_separator_line (&window);

  return choose_run (&window, fixed).n_rows > 0;
}

static void
free_texts (char **texts, int n)
{
  for (int i = 0; texts && i < n; i++)
    g_free (texts[i]);
  g_free (texts);
}

void
text_layout_free (TextLayout *layout)
{
  if (!layout)
    return;

  g_strfreev (layout->titles);
  free_texts (layout->units, layout->n_columns);
  g_free (layout->is_text);
  g_free (layout->header);
  g_free (layout->unit_row);
  g_ptr_array_unref (layout->notes);
  g_free (layout);
}
