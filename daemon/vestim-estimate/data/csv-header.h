/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The first line of a CSV file: what separates its cells, and what its columns are called. */
typedef struct
{
  char separator;     /* ';', tab or ',' */
  char **titles;      /* as in the file without quotes and spaces around; NULL-terminated */
  char **stems;       /* the titles without their units */
  const char **names; /* what selections call them: the stem, the title where that is ambiguous */
  int n_columns;
} CsvHeader;

/* `(transfer full)`; NULL with `error`. The path is for the sentence only. */
CsvHeader *csv_header_parse (const char *line, size_t length, const char *path, GError **error);
void csv_header_free (CsvHeader *header);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsvHeader, csv_header_free)

/* The index of the column of that very title, else of the one that is called so without its unit.
 * -1 with `error` when there is none or there are several. */
int csv_header_find (const CsvHeader *header, const char *name, const char *path, GError **error);

/* Whether there is one or several. */
bool csv_header_has (const CsvHeader *header, const char *name);
