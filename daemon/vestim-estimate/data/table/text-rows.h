/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestim-estimate/data/table/table-bytes.h"
#include "daemon/vestim-estimate/data/table/table-result.h"
#include "daemon/vestim-estimate/data/table/text-cells.h"
#include "daemon/vestim-estimate/data/table/text-layout.h"

/* The rows of a text file. What is certainly no row is skipped: empty lines, comments, repeated
 * names and units, notes after the last row. Any other line must have as many cells as there are
 * columns; empty cells beyond them do not matter. */
typedef struct
{
  const TextCell *cells; /* [column] of the row read last */
  size_t line;           /* number of its line */
  GPtrArray *notes;      /* after TABLE_END: sentences about what was skipped */
} TextRows;

/* `(transfer full)`; NULL with `error`. The path is for sentences, and must stay. */
TextRows *text_rows_open (const char *path, const char *encoding, GError **error);
void text_rows_close (TextRows *rows);

const TextLayout *text_rows_layout (const TextRows *rows);
TableResult text_rows_next (TextRows *rows, GError **error);

/* What they are read from. */
TableBytes *text_rows_bytes (const TextRows *rows);
