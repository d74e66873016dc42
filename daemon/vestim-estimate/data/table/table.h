/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/data/table/table-names.h"
#include "daemon/vestim-estimate/data/table/table-result.h"

/* A file of measurements as a table: named columns, read row by row in bounded memory. Only regular
 * files are opened, so reading never waits. All names and sentences are UTF-8. What deviates from a
 * table is an error with file, line and column. */
typedef struct TableFile TableFile;

/* `(transfer full)` with the names read; NULL with `error`. `encoding` (nullable: detected) is
 * that of a text file. */
TableFile *table_open (const char *path, const char *encoding, GError **error);
void table_close (TableFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TableFile, table_close)

/* Whether the file may have rows of numbers: false for a text without any, such as a description,
 * and true for a file that cannot be read, so that opening it says why. */
bool table_may_have_rows (const char *path);

/* The names that select the columns: without the unit (as in "Voltage [V]") if that is unambiguous.
 * NULL-terminated, owned by `file`. */
const char *const *table_columns (const TableFile *file);
int table_n_columns (const TableFile *file);

/* The index of the column of that name, with or without its unit; -1 with `error` when there is
 * none or there are several. */
int table_find_column (const TableFile *file, const char *name, GError **error);

/* Whether there is at least one. */
bool table_has_column (const TableFile *file, const char *name);

/* Titles, names and units of all columns, owned by `file`. */
const TableNames *table_names (const TableFile *file);

/* "/data/a.csv, line 3": the file and the line of the names. `(transfer full)` */
char *table_place_of_names (const TableFile *file);

/* The unit as the file writes it, without brackets; NULL when it states none. */
const char *table_unit (const TableFile *file, int column);

TableResult table_next_row (TableFile *file, GError **error);

/* The cell of the row read last as a finite number; false with `error`. */
bool table_number (TableFile *file, int column, double *value, GError **error);

/* The same cell as text without quotes; not terminated, valid until the next call. */
const char *table_text (TableFile *file, int column, size_t *length);

/* Whether the same cell says that there is no value: it is empty, or NaN, NA, N/A, null, -, -- or
 * three times the letter X. */
bool table_cell_is_missing (TableFile *file, int column);

/* Whether the first two cells are both words (for example dates), so that the column does not
 * contain numbers. */
bool table_is_text_column (const TableFile *file, int column);

size_t table_n_rows (const TableFile *file); /* read up to now */

/* Where the row read last is, for messages: its line, or its number in a file without lines. */
size_t table_line (const TableFile *file);
const char *table_row_word (const TableFile *file); /* "line" or "row" */
const char *table_path (const TableFile *file);
size_t table_header_line (const TableFile *file); /* 0: none */

/* What is known about the file, owned by `file`. Encoding, separator ("," or a word such as
 * "tab") and decimal sign are NULL in a file without text; the sign also while no number has shown
 * it. */
const char *table_format (const TableFile *file); /* a maker's name, or "table" */
const char *table_encoding (const TableFile *file);
const char *table_separator (const TableFile *file);
const char *table_decimal (const TableFile *file);

/* Sentences about what was skipped or assumed, complete after TABLE_END; NULL-terminated, owned by
 * `file`, valid until the next row. */
const char *const *table_notes (TableFile *file);

/* After TABLE_END: the SHA-256 of the file's bytes in hexadecimal digits, owned by `file`. */
const char *table_digest (const TableFile *file);

/* False with `error` when fewer than two rows were read: no estimation can use such a file. */
bool table_has_enough_rows (const TableFile *file, GError **error);
