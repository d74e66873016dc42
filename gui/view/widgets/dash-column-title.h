/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

/* Puts the title of the column at `index`, which was appended already, over numbers that stand at
 * their cells' end. */
void dash_column_title_align_end (GtkColumnView *view, guint index);
