/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

/* Where long texts are broken: at words, within one that is longer than the line, and without the
 * hyphens that Pango puts there, which nobody can tell from those of a path or a command. */

/* The label wraps its lines so; what attributes it has, it keeps. */
void dash_wrap_label (GtkLabel *label);

/* So do all labels below `widget`, those of a row say, that wrap their lines at all. */
void dash_wrap_labels (GtkWidget *widget);

/* The view wraps its lines so, also those that are typed later. */
void dash_wrap_text_view (GtkTextView *view);
