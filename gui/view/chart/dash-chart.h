/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/base/dash-series.h"

/* Curves over a common x axis: legend, round ticks, read-out under the pointer or the keyboard's
 * cursor (left, right; Page Up, Page Down; Home, End), zoom by dragging, by the wheel or plus and
 * minus, reset by a double click or Escape.
 *
 * Signals: "range-changed" (double min, double max): the user zoomed; NAN, NAN for all.
 * "cursor-changed" (double x): the user reads there; NAN for nowhere. */
#define DASH_TYPE_CHART (dash_chart_get_type ())
G_DECLARE_FINAL_TYPE (DashChart, dash_chart, DASH, CHART, GtkWidget)

/* `series` (nullable, transfer none): GPtrArray of DashSeries, not changed while it is shown. */
void dash_chart_set_series (DashChart *self, GPtrArray *series);

/* Names for the legend and colours begin with colour `first`; NULL: the series' own names. */
void dash_chart_set_names (DashChart *self, const char *const *names, guint first_color);
void dash_chart_set_labels (DashChart *self, const char *x_label, const char *y_label);
void dash_chart_set_log (DashChart *self, gboolean log);

/* Shows x from `min` to `max`, NAN for everything. Does not emit. */
void dash_chart_set_range (DashChart *self, double min, double max);

/* Shows the values at `x`, NAN for none. Does not emit. */
void dash_chart_set_cursor (DashChart *self, double x);

/* Leaves out the numbers of the x axis: a chart below shows them for both. */
void dash_chart_set_bare_x (DashChart *self, gboolean bare);
