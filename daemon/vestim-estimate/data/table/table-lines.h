/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/data/table/table-result.h"

/* Reads the lines of a text file in fixed memory. They end with LF, CRLF or, if the first line does
 * so, with CR alone; the last line may have no end. Also computes the SHA-256 of all bytes. */
typedef struct TableLines TableLines;

#define TABLE_MAX_LINE (64 * 1024)

/* `(transfer full)`; NULL with `error`. */
TableLines *table_lines_open (const char *path, GError **error);
void table_lines_close (TableLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TableLines, table_lines_close)

/* The next line without its end, valid until the next call. */
TableResult table_lines_next (TableLines *lines, const char **line, size_t *length, GError **error);

/* Number of the line read last, from 1. */
size_t table_lines_number (const TableLines *lines);

/* Buffers the next two lines, so that they can be read and read again. False with `error`. */
bool table_lines_look_ahead (TableLines *lines, GError **error);

typedef struct
{
  size_t begin;
  size_t line;
} TablePlace;

TablePlace table_lines_tell (const TableLines *lines);

/* Goes back to the place of table_lines_look_ahead(), by at most two lines. */
void table_lines_go_back (TableLines *lines, TablePlace place);

/* After TABLE_END: in hexadecimal digits, owned by `lines`. */
const char *table_lines_digest (const TableLines *lines);
