/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/data/table/table-formats.h"

/* How a text file is a table: what separates its cells, where the names of the columns are, and
 * where the rows begin. Found in the first bytes of the file, its window. */

typedef struct
{
  const char *text;
  size_t length;
  char line_end;
  bool is_whole; /* the file ends with the window */
} TextStart;

typedef struct
{
  char separator;
  char **titles; /* of the columns, NULL-terminated, UTF-8 */
  char **units;  /* [column] of the row of units; each may be NULL */
  bool *is_text; /* [column] whether the first two cells are words or times */
  int n_columns;
  int n_leading;      /* empty cells before the first column: rows that have them filled are none */
  size_t header_line; /* from 1 */
  size_t rows_line;   /* number of the first line after names and units */
  size_t rows_offset; /* its place in the window */
  char *header;       /* the line with the names, to know it again */
  char *unit_row;     /* (nullable) the same for the units */
  const TableFormat *format;
  GPtrArray *notes; /* sentences about what is skipped before the rows */
} TextLayout;

/* Whether there are rows of numbers in two columns, with names or without. */
bool text_layout_has_rows (const TextStart *start);

/* `(transfer full)`; NULL with `error` when there is no table. */
TextLayout *text_layout_find (const TextStart *start, const char *path, GError **error);
void text_layout_free (TextLayout *layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TextLayout, text_layout_free)
