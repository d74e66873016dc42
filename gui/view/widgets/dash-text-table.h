/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

/* A table of texts that is only read. */
#define DASH_TYPE_TEXT_TABLE (dash_text_table_get_type ())
G_DECLARE_FINAL_TYPE (DashTextTable, dash_text_table, DASH, TEXT_TABLE, GtkWidget)

/* `titles` of the columns, NULL-terminated and static; `wide` is the column that takes the room
 * left and is set left, as is the first; the others are set right. `label` tells what it is. */
GtkWidget *dash_text_table_new (const char *label, const char *const *titles, guint wide);

/* `rows`: GPtrArray of GStrv with a cell a column. */
void dash_text_table_set_rows (DashTextTable *self, GPtrArray *rows);
