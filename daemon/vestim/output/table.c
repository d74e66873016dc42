/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/table.h"

#include <assert.h>
#include <string.h>

#include "daemon/vestim/output/cell-text.h"

#define GAP 2 /* cells between columns */
#define MAX_TABLE_COLUMNS 128

typedef struct
{
  char *text;
  int width;
  Style style;
} Cell;

struct Table
{
  const TableColumn *columns;
  int n_columns;
  GArray *cells; /* Cell, row by row */
};

/* The widths of the columns; -1: left out. */
typedef int Widths[MAX_TABLE_COLUMNS];

static void
clear_cell (gpointer data)
{
  Cell *cell = data;

  g_free (cell->text);
}

Table *
table_new (const TableColumn *columns, int n_columns)
{
  Table *table = g_new0 (Table, 1);

  assert (n_columns > 0 && n_columns <= MAX_TABLE_COLUMNS);
  table->columns = columns;
  table->n_columns = n_columns;
  table->cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  g_array_set_clear_func (table->cells, clear_cell);
  return table;
}

void
table_free (Table *table)
{
  g_array_unref (table->cells);
  g_free (table);
}

void
table_add (Table *table, Style style, const char *text)
{
  Cell cell = { .text = cell_text_dup_line (text), .style = style };

  cell.width = cell_text_width (cell.text);
  g_array_append_val (table->cells, cell);
}

void
table_take (Table *table, Style style, char *text)
{
  table_add (table, style, text);
  g_free (text);
}

int
table_n_rows (const Table *table)
{
  return (int) table->cells->len / table->n_columns;
}

static const Cell *
cell_at (const Table *table, int row, int column)
{
  return &g_array_index (table->cells, Cell, row * table->n_columns + column);
}

/* What each column needs. */
static void
find_natural_widths (const Table *table, Widths widths)
{
  for (int c = 0; c < table->n_columns; c++)
    {
      int widest = 0;

      for (int r = 0; r < table_n_rows (table); r++)
        widest = MAX (widest, cell_at (table, r, c)->width);
      widths[c] = widest == 0 && table->columns[c].hides_when_empty
                      ? -1
                      : MAX (widest, cell_text_width (table->columns[c].title));
    }
}

static int
total_width (const Table *table, const Widths widths)
{
  int total = -GAP;

  for (int c = 0; c < table->n_columns; c++)
    if (widths[c] >= 0)
      total += widths[c] + GAP;
  return total;
}

/* The widest column that may still be cut, or -1. */
static int
find_widest (const Table *table, const Widths widths)
{
  int widest = -1;

  for (int c = 0; c < table->n_columns; c++)
    {
      int limit = table->columns[c].min_width;

      if (limit > 0 && widths[c] > limit && (widest < 0 || widths[c] >= widths[widest]))
        widest = c;
    }
  return widest;
}

/* Cuts the widest columns cell by cell. Whether the table fits then. */
static bool
cut_columns (const Table *table, Widths widths, int limit)
{
  for (int excess = total_width (table, widths) - limit; excess > 0; excess--)
    {
      int widest = find_widest (table, widths);

      if (widest < 0)
        return false;
      widths[widest]--;
    }
  return true;
}

/* Where nothing else helps: cuts the columns at the right, and leaves them out. */
static void
cut_right (const Table *table, Widths widths, int limit)
{
  for (int c = table->n_columns - 1; c >= 0 && total_width (table, widths) > limit; c--)
    {
      int excess = total_width (table, widths) - limit;

      if (widths[c] < 0)
        continue;
      widths[c] = widths[c] > excess || c == 0 ? MAX (widths[c] - excess, 1) : -1;
    }
}

/* The column to leave out, or -1. */
static int
find_least_important (const Table *table, const Widths widths)
{
  int least = -1;

  for (int c = 0; c < table->n_columns; c++)
    if (widths[c] >= 0 && table->columns[c].leaves > 0
        && (least < 0 || table->columns[c].leaves > table->columns[least].leaves))
      least = c;
  return least;
}

static void
fit (const Table *table, Widths widths, int limit)
{
  Widths natural;

  find_natural_widths (table, natural);
  for (;;)
    {
      int least = find_least_important (table, natural);

      memcpy (widths, natural, sizeof natural);
      if (limit == 0 || cut_columns (table, widths, limit))
        return;
      if (least < 0)
        break;
      natural[least] = -1;
    }
  cut_right (table, widths, limit);
}

static void
trim_end (GString *line)
{
  while (line->len > 0 && line->str[line->len - 1] == ' ')
    g_string_truncate (line, line->len - 1);
}

static void
append_cell (GString *line, const Terminal *terminal, const Cell *cell, const TableColumn *column,
             int width)
{
  g_autofree char *text = cell_text_dup_cut (cell->text, width);
  int spaces = width - cell_text_width (text);

  if (column->is_number)
    cell_text_append_spaces (line, spaces);
  if (*text != '\0')
    {
      style_append_begin (line, terminal, cell->style);
      g_string_append (line, text);
      style_append_end (line, terminal, cell->style);
    }
  if (!column->is_number)
    cell_text_append_spaces (line, spaces);
}

/* `row` -1: the titles. */
static void
append_row (GString *out, const Table *table, const Terminal *terminal, const Widths widths,
            int row)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (int c = 0; c < table->n_columns; c++)
    {
      Cell title = { .text = (char *) table->columns[c].title, .style = STYLE_TITLE };

      if (widths[c] < 0)
        continue;
      if (line->len > 0)
        cell_text_append_spaces (line, GAP);
      append_cell (line, terminal, row < 0 ? &title : cell_at (table, row, c), &table->columns[c],
                   widths[c]);
    }
  trim_end (line);
  g_string_append_len (out, line->str, (gssize) line->len);
  g_string_append_c (out, '\n');
}

void
table_append (GString *out, const Table *table, const Terminal *terminal)
{
  Widths widths;

  assert (table->cells->len % (guint) table->n_columns == 0);
  fit (table, widths, terminal->columns);
  for (int r = -1; r < table_n_rows (table); r++)
    append_row (out, table, terminal, widths, r);
}
