/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/dash-chart-scale.h"
#include "view/dash-chart.h"

struct _DashChart
{
  GtkWidget parent;
  GPtrArray *series; /* (nullable) */
  char **names;      /* (nullable) */
  guint first_color;
  char *x_label;
  char *y_label;
  gboolean log;
  gboolean bare_x;             /* the numbers of the x axis are below another chart */
  double range_min, range_max; /* NAN: everything */
  double cursor;               /* x of the read-out, NAN: none */
  double drag_from, drag_to;   /* widget coordinates, NAN: none */
};

/* Where the curves lie within the widget, and their scales. */
typedef struct
{
  double left, top, width, height;
  DashChartScale x, y;
} DashChartFrame;

/* FALSE when there is nothing to draw. */
gboolean dash_chart_get_frame (DashChart *self, DashChartFrame *frame);
const char *dash_chart_get_name (DashChart *self, guint index);

/* The room that names and label take above the curves, in a chart of that width. */
double dash_chart_get_legend_height (DashChart *self, double width);

/* Draws all of it. */
void dash_chart_draw (DashChart *self, cairo_t *cr, const DashChartFrame *frame);
