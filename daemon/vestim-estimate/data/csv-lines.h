/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Reads the lines of a text file in fixed memory. They end with LF, CRLF or, if the first line does
 * so, with CR alone; the last line may have no end. Also computes the SHA-256 of all bytes. */
typedef struct CsvLines CsvLines;

#define CSV_MAX_LINE (64 * 1024)

typedef enum
{
  CSV_ROW,
  CSV_END,
  CSV_FAILED,
} CsvResult;

/* `(transfer full)`; NULL with `error`. */
CsvLines *csv_lines_open (const char *path, GError **error);
void csv_lines_close (CsvLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsvLines, csv_lines_close)

/* The next line without its end, valid until the next call. */
CsvResult csv_lines_next (CsvLines *lines, const char **line, size_t *length, GError **error);

/* Number of the line read last, from 1. */
size_t csv_lines_number (const CsvLines *lines);

/* Buffers the next two lines, so that they can be read and read again. False with `error`. */
bool csv_lines_look_ahead (CsvLines *lines, GError **error);

typedef struct
{
  size_t begin;
  size_t line;
} CsvPlace;

CsvPlace csv_lines_tell (const CsvLines *lines);

/* Goes back to the place of csv_lines_look_ahead(), by at most two lines. */
void csv_lines_go_back (CsvLines *lines, CsvPlace place);

/* After CSV_END: in hexadecimal digits, owned by `lines`. */
const char *csv_lines_digest (const CsvLines *lines);
