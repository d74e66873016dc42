/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "base/dash-series.h"

/* Curves over a common x axis: legend, round ticks, read-out under the pointer or the keyboard's
 * cursor (left, right; Home, End), zoom by dragging, reset by a double click or Escape.
 *
 * Properties: "x-label", "y-label" (shown at the axes), "log" (of the y axis). Signal:
 * "range-changed" (double min, double max): the user zoomed; NAN, NAN for all. */
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
