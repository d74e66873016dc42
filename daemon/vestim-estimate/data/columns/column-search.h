/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/estimation/vestim-data-settings.h"
#include "daemon/vestim-estimate/data/columns/roles.h"
#include "daemon/vestim-estimate/data/columns/units.h"
#include "daemon/vestim-estimate/data/table/table.h"

/* Which column of a file an input, the target or the time is, and in which unit it is. */

/* What a column says about itself. */
typedef struct
{
  ColumnRole role;
  const Unit *unit; /* NULL: its values stay as they are */
  char *canonical;  /* unit of the converted values; NULL: the file states none */
  bool is_wrong;    /* the name says what the column is, and the unit is not one of that */
} ColumnMeaning;

typedef struct
{
  int index; /* -1: none */
  ColumnMeaning meaning;
  bool is_absent; /* there is none, nor several that it may be */
  bool is_named;  /* by a setting */
  bool is_text;   /* a column of times: the cells are read as time-cell.h says */
  char *why;      /* (nullable) of times: why there is no column, a sentence */
} FoundColumn;

/* `stated` (nullable) replaces the unit of the file. */
ColumnMeaning column_meaning (const TableFile *file, int index, const char *stated);
void column_meaning_clear (ColumnMeaning *meaning);

/* Whether selections can name the column: its name is its own, and its unit is understood. False
 * with `error`. */
bool column_can_be_selected (const TableFile *file, int index, GError **error);

/* Whether a network can see the number in the row read last. False with `error`. */
bool column_check_number (const TableFile *file, int index, double value, GError **error);

/* Fails: a cell of the row read last is missing, and the setting `missing` does not allow it. */
void column_refuse_missing (const TableFile *file, int index, GError **error);

/* The column of an input or the target: by the setting `columns`, else by its exact name, by its
 * name without the unit, by the same letters in another case, or as the only column with the same
 * role. False with `error` when there is none, or several. */
bool column_search (const TableFile *file, const char *name, const VestimDataSettings *settings,
                    FoundColumn *found, GError **error);

/* The column of times: named by a setting, or the only one with the best kind of name. Its index is
 * -1 when there is none that can be understood. False with `error` when a named one can't be. */
bool column_search_time (const TableFile *file, const VestimDataSettings *settings,
                         FoundColumn *found, GError **error);

/* (nullable) (transfer full) the only column with this role. */
FoundColumn *column_search_role (const TableFile *file, ColumnRole role);

void found_column_clear (FoundColumn *found);
void found_column_free (FoundColumn *found);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FoundColumn, found_column_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FoundColumn, found_column_free)
