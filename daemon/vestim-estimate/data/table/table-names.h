/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The names of a table's columns, and their units. */
typedef struct
{
  char **titles;      /* as in the file without quotes and spaces around; NULL-terminated, UTF-8 */
  char **stems;       /* the titles without their units */
  char **units;       /* [column] as in the file; NULL: the file says none */
  const char **names; /* the names in selections: the title without its unit, or the whole title
                         where that is ambiguous */
  int n_columns;
} TableNames;

/* `(transfer full)` for such titles. `units` (nullable) has a unit for each column from elsewhere
 * in the file, or NULL. NULL with `error` when a title and that unit contradict each other. */
TableNames *table_names_new (const char *const *titles, const char *const *units, const char *place,
                             GError **error);
void table_names_free (TableNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TableNames, table_names_free)

/* The index of the column with exactly this title, else of the one with this title without its
 * unit. -1 with `error` when there is none or there are several. `place` begins the sentence: the
 * path, and the line if there is one. */
int table_names_find (const TableNames *names, const char *name, const char *place, GError **error);

/* Whether there is at least one. */
bool table_names_has (const TableNames *names, const char *name);
