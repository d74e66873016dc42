/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/base/dash-series.h"

/* Curves over a common x axis, with a legend and round ticks. A cursor shows the values at one x;
 * it follows the pointer or the keys Left, Right, Page Up, Page Down, Home and End. Dragging, the
 * wheel, plus and minus zoom; a double-click or Escape resets the zoom.
 *
 * Signals, emitted for user input only:
 * "range-changed" (double min, double max): the user zoomed; NAN, NAN is the whole range.
 * "cursor-changed" (double x): the user moved the cursor; NAN is no cursor. */
#define DASH_TYPE_CHART (dash_chart_get_type ())
G_DECLARE_FINAL_TYPE (DashChart, dash_chart, DASH, CHART, GtkWidget)

/* `series` (nullable): GPtrArray of DashSeries. The chart keeps a reference; the caller must not
 * change the array while the chart shows it. */
void dash_chart_set_series (DashChart *self, GPtrArray *series);

/* `names` (nullable): legend names, NULL for the series' own. The first curve has the palette's
 * colour at index `first_color`. */
void dash_chart_set_names (DashChart *self, const char *const *names, guint first_color);

/* Labels of the axes, with units. */
void dash_chart_set_labels (DashChart *self, const char *x_label, const char *y_label);

/* Makes the y axis logarithmic. */
void dash_chart_set_log (DashChart *self, gboolean log);

/* Shows x from `min` to `max`, or everything unless `max` > `min`. Does not emit. */
void dash_chart_set_range (DashChart *self, double min, double max);

/* Puts the cursor at `x`, NAN for none. Does not emit. */
void dash_chart_set_cursor (DashChart *self, double x);

/* Hides the numbers of the x axis, when another chart below shows them for both. */
void dash_chart_set_hide_x_numbers (DashChart *self, gboolean hide);
