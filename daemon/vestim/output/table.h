/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim/output/terminal.h"

/* A table that fits the terminal: the long columns are cut with an ellipsis, and where that is not
 * enough the least important columns are left out. Without a terminal everything is written. */

typedef struct
{
  const char *title;
  bool is_number;        /* aligned to the right */
  bool hides_when_empty; /* left out when all its cells are empty */
  int min_width;         /* it may be cut to this width; 0: it is never cut */
  int leaves; /* on a narrow terminal the column with the highest goes first; 0: it stays */
} TableColumn;

typedef struct Table Table;

/* (transfer full) `columns` must outlive the table. */
Table *table_new (const TableColumn *columns, int n_columns);
void table_free (Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Table, table_free)

/* Adds the next cell of the row; after the last one the next row begins. `text` (nullable) is
 * copied as one safe line. */
void table_add (Table *table, Style style, const char *text);

/* The same; takes `text`. */
void table_take (Table *table, Style style, char *text);

int table_n_rows (const Table *table);

/* Appends a line of titles and one for each row, without spaces at their ends. */
void table_append (GString *out, const Table *table, const Terminal *terminal);
