/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

/* A read-only table of texts. */
#define DASH_TYPE_TEXT_TABLE (dash_text_table_get_type ())
G_DECLARE_FINAL_TYPE (DashTextTable, dash_text_table, DASH, TEXT_TABLE, GtkWidget)

/* `label` is the accessible name. `titles` of the columns are NULL-terminated and static. The
 * column at index `wide` takes the remaining width. It and the first column are left-aligned text;
 * all others are right-aligned numbers. */
GtkWidget *dash_text_table_new (const char *label, const char *const *titles, guint wide);

/* Another title for the column at this index. */
void dash_text_table_set_title (DashTextTable *self, guint column, const char *title);

/* `rows` (nullable): GPtrArray of GStrv, each with one cell per column. Copied. */
void dash_text_table_set_rows (DashTextTable *self, GPtrArray *rows);
