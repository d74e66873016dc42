/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

/* The rows of a set of files, part of DashFileSet. A row costs a millisecond each time that it
 * changes: of thousands of files some have rows, and the last row tells of the others. */

#define DASH_FILE_ROWS_MAX 100

typedef struct
{
  AdwPreferencesGroup *group;
  GCallback remove;
  gpointer object;
  GPtrArray *rows; /* AdwActionRow */
  GtkWidget *more; /* (nullable) */
} DashFileRows;

/* `remove` is called with a button, and with `object` for as long as that lives. */
void dash_file_rows_init (DashFileRows *self, AdwPreferencesGroup *group, GCallback remove,
                          gpointer object);
void dash_file_rows_clear (DashFileRows *self);

/* Tells in the row at `index`, at most one behind the last and below DASH_FILE_ROWS_MAX, of this
 * path. `style` (nullable) is "error" or "warning". What is the same as before costs nothing. */
void dash_file_rows_set (DashFileRows *self, guint index, const char *path, const char *text,
                         const char *style);

/* Ends the list behind `n` rows. There are `n_more` files without one, `n_wrong` of them wrong. */
void dash_file_rows_end (DashFileRows *self, guint n, guint n_more, guint n_wrong);

/* Takes the row of this path away, if it has one. */
void dash_file_rows_drop (DashFileRows *self, const char *path);

/* (transfer none) the path of the row that `button` is in. */
const char *dash_file_rows_get_path (GtkWidget *button);
