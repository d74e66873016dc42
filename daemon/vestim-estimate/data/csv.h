/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/data/csv-lines.h"

/* A CSV file with a header, read row by row in fixed memory. Commas, semicolons or tabs separate
 * the cells, as the header shows; cells may be in quotes. If the separator is not the comma,
 * numbers may have a decimal comma: all of a file or none. A UTF-8 byte order mark, CRLF, CR, a
 * missing last line end and empty lines at the end are accepted. Any other deviation from a plain
 * table is an error with file, line and column. Only regular files are opened, so reading never
 * waits. */
typedef struct CsvFile CsvFile;

/* `(transfer full)` with the header read; NULL with `error`. */
CsvFile *csv_open (const char *path, GError **error);
void csv_close (CsvFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsvFile, csv_close)

/* The names that select the columns: without the unit (as in "Voltage [V]") if that is unambiguous.
 * NULL-terminated, owned by `file`. */
const char *const *csv_columns (const CsvFile *file);
int csv_n_columns (const CsvFile *file);

/* The index of the column of that name, with or without its unit; -1 with `error` when there is
 * none or there are several. */
int csv_find_column (const CsvFile *file, const char *name, GError **error);

/* Whether there is at least one. */
bool csv_has_column (const CsvFile *file, const char *name);

CsvResult csv_next_row (CsvFile *file, GError **error);

/* The cell of the row read last as a finite number; false with `error`. */
bool csv_number (CsvFile *file, int column, double *value, GError **error);

/* Whether the first two cells are both words (for example dates), so that the column does not
 * contain numbers. */
bool csv_is_text_column (const CsvFile *file, int column);

size_t csv_n_rows (const CsvFile *file); /* read up to now */

/* After CSV_END: the SHA-256 of the file's bytes in hexadecimal digits, owned by `file`. */
const char *csv_digest (const CsvFile *file);

/* False with `error` when fewer than two rows were read: no estimation can use such a file. */
bool csv_has_enough_rows (const CsvFile *file, GError **error);
