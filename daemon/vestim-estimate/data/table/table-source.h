/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/base/number.h"
#include "daemon/vestim-estimate/data/table/table-names.h"
#include "daemon/vestim-estimate/data/table/table-result.h"

/* What a TableFile gets its rows from: a text file, or another kind of file with columns. table.c
 * lists the types. */
typedef struct TableSource TableSource;

typedef struct
{
  /* Whether a file that begins with these bytes is of this type. */
  bool (*recognizes) (const guint8 *head, size_t length);

  /* `(transfer full)` with all facts filled in; NULL with `error`. `encoding` is nullable. */
  TableSource *(*open) (const char *path, const char *encoding, GError **error);
  void (*close) (TableSource *source);

  TableResult (*next_row) (TableSource *source, GError **error);

  /* A cell of the row read last. */
  NumberResult (*number) (TableSource *source, int column, double *value);

  /* The same as text without quotes; not terminated, valid until the next call. */
  const char *(*text) (TableSource *source, int column, size_t *length);

  /* Why `number` did not return NUMBER_OK for the cell, without file, line and column. */
  const char *(*explain) (TableSource *source, int column, NumberResult result);

  /* The number of the row read last: of its line or, where `row_word` is "row", from 1. */
  size_t (*place) (const TableSource *source);

  /* After TABLE_END: the SHA-256 of the file's bytes, in hexadecimal digits. */
  const char *(*digest) (const TableSource *source);
} TableSourceType;

/* The first member of each source. The source owns what it points to. */
struct TableSource
{
  const TableSourceType *type;
  const char *path;      /* of the table */
  const char *row_word;  /* "line" or "row" */
  TableNames *names;     /* of the columns */
  bool *is_text;         /* [column] whether it has words, not numbers */
  size_t header_line;    /* 0: the names are in no line */
  const char *format;    /* "table", or the maker's name */
  const char *encoding;  /* NULL: the file has no text */
  const char *separator; /* "," ";" "tab" "|" "space"; NULL: none */
  const char *decimal;   /* "." or ","; NULL: not known yet, or none */
  GPtrArray *notes;      /* sentences for people about what was skipped or assumed */
};

extern const TableSourceType table_text_source;
extern const TableSourceType table_mat_source;
