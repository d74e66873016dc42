/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

/* Wraps long texts between words, or within a word that is longer than the line. Pango inserts
 * hyphens there, which look like part of a path or a command; these functions turn them off. */

/* Wraps the label's lines. Keeps its other attributes. */
void dash_wrap_label (GtkLabel *label);

/* Turns the hyphens off in `widget` and all labels below it that wrap their lines. */
void dash_wrap_labels (GtkWidget *widget);

/* Wraps the lines of the view, including text that is inserted later. */
void dash_wrap_text_view (GtkTextView *view);
