/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/data/table/table-bytes.h"
#include "daemon/vestim-estimate/data/table/table-result.h"

/* Reads the lines of a text file in fixed memory. They end with LF, CRLF or, if the first line does
 * so, with CR alone; the last line may have no end. */
typedef struct TableLines TableLines;

#define TABLE_MAX_LINE (64 * 1024)

/* `(transfer full)`; NULL with `error`. */
TableLines *table_lines_open (const char *path, const char *encoding, GError **error);
void table_lines_close (TableLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TableLines, table_lines_close)

/* The next line without its end, valid until the next call. A line over TABLE_MAX_LINE fails. */
TableResult table_lines_next (TableLines *lines, const char **line, size_t *length, GError **error);

/* Number of the line read last, from 1. */
size_t table_lines_number (const TableLines *lines);

/* The first bytes of the text, all of it if `*is_whole`; valid until the first line is read. */
const char *table_lines_window (const TableLines *lines, size_t *length, bool *is_whole);
char table_lines_end (const TableLines *lines); /* what ends a line: LF, or CR alone */

/* Goes to the line of this number at this place of the window, before the first line is read. */
void table_lines_begin_at (TableLines *lines, size_t offset, size_t number);

/* What the lines are read from. */
TableBytes *table_lines_bytes (const TableLines *lines);
