/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

/* Aligns the title of a column with numbers at the end of their cells. The column at `index` must
 * have been appended. */
void dash_column_title_align_end (GtkColumnView *view, guint index);
