/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* A CSV file with a header, read row by row in a fixed memory. A UTF-8 byte order mark, CRLF,
 * a missing last newline and empty lines at the end are accepted; anything else that is not a
 * plain table is a fault named with file, line and column. Never waits: what is no regular file
 * is refused. */
typedef struct CsvFile CsvFile;

/* `(transfer full)` with the header read; NULL with `error`. */
CsvFile *csv_open (const char *path, GError **error);
void csv_close (CsvFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsvFile, csv_close)

/* Names without the spaces around them; NULL-terminated, owned by `file`. */
const char *const *csv_columns (const CsvFile *file);
int csv_n_columns (const CsvFile *file);

/* The index of the column of that very name, -1 with `error` when there is none or there are two.
 */
int csv_find_column (const CsvFile *file, const char *name, GError **error);

typedef enum
{
  CSV_ROW,
  CSV_END,
  CSV_FAILED,
} CsvResult;

CsvResult csv_next_row (CsvFile *file, GError **error);

/* The cell of the row read last as a finite number; false with `error`. */
bool csv_number (const CsvFile *file, int column, double *value, GError **error);

/* Whether the first two cells both are words, dates say, so that the column was never meant as
 * numbers. */
bool csv_is_text_column (const CsvFile *file, int column);

size_t csv_n_rows (const CsvFile *file); /* read up to now */

/* False with `error` when fewer than two rows were read: no estimation can use such a file. */
bool csv_has_enough_rows (const CsvFile *file, GError **error);
