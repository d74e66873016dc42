/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The first line of a CSV file: the separator of its cells and the names of its columns. */
typedef struct
{
  char separator;     /* ';', tab or ',' */
  char **titles;      /* as in the file without quotes and spaces around; NULL-terminated */
  char **stems;       /* the titles without their units */
  const char **names; /* the names in selections: the title without its unit, or the whole title
                         where that is ambiguous */
  int n_columns;
} CsvHeader;

/* `(transfer full)`; NULL with `error`. The path is for the sentence only. */
CsvHeader *csv_header_parse (const char *line, size_t length, const char *path, GError **error);
void csv_header_free (CsvHeader *header);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsvHeader, csv_header_free)

/* The index of the column with exactly this title, else of the one with this title without its
 * unit. -1 with `error` when there is none or there are several. */
int csv_header_find (const CsvHeader *header, const char *name, const char *path, GError **error);

/* Whether there is at least one. */
bool csv_header_has (const CsvHeader *header, const char *name);
