/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

/* The rows of a set of files, part of DashFileSet. Each change of a row takes a millisecond, so of
 * thousands of files only some have rows. The last row counts the others. */

#define DASH_FILE_ROWS_MAX 100

typedef struct
{
  AdwPreferencesGroup *group;
  GCallback remove;
  gpointer object;
  GPtrArray *rows; /* AdwActionRow */
  GtkWidget *more; /* (nullable) */
} DashFileRows;

/* `remove` is called with the button of a row and `object`, for as long as that lives. */
void dash_file_rows_init (DashFileRows *self, AdwPreferencesGroup *group, GCallback remove,
                          gpointer object);
void dash_file_rows_clear (DashFileRows *self);

/* Shows the path and the text in the row at `index`, which may be the one after the last row and is
 * below DASH_FILE_ROWS_MAX. `style` (nullable) is "error" or "warning". If nothing changes, this
 * costs nothing. */
void dash_file_rows_set (DashFileRows *self, guint index, const char *path, const char *text,
                         const char *style);

/* Ends the list after `n` rows. `n_more` files have no row; `n_wrong` of these cannot be used. */
void dash_file_rows_end (DashFileRows *self, guint n, guint n_more, guint n_wrong);

/* Removes the row of this path, if it has one. */
void dash_file_rows_drop (DashFileRows *self, const char *path);

/* (transfer none) the path of the row with this button. */
const char *dash_file_rows_get_path (GtkWidget *button);
