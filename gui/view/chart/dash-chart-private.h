/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-chart-scale.h"
#include "gui/view/chart/dash-chart.h"

/* The plot area within the widget, in pixels, and the scales of its axes. */
typedef struct
{
  double left, top, width, height;
  DashChartScale x, y;
} DashChartFrame;

struct _DashChart
{
  GtkWidget parent;
  GPtrArray *series; /* (nullable) */
  char **names;      /* (nullable) */
  guint first_color;
  char *x_label;
  char *y_label;
  gboolean log;                /* logarithmic y axis */
  gboolean hide_x_numbers;     /* another chart below shows them */
  double range_min, range_max; /* x that is shown; NAN: everything */
  double cursor;               /* x whose values are shown; NAN: none */
  double drag_from, drag_to;   /* of the selected range, in widget coordinates; NAN: none */

  /* Caches, invalid after a change of content or size. */
  GskRenderNode *picture; /* (nullable) everything but the cursor and the dragged range */
  int picture_scale;
  DashChartFrame frame;
  gboolean frame_is_valid; /* `frame` and `drawable` are up to date */
  gboolean drawable;       /* there is something to draw */
};

/* (nullable) NULL when there is nothing to draw. */
const DashChartFrame *dash_chart_get_frame (DashChart *self);

/* The smallest and largest x of all points. FALSE without points. */
gboolean dash_chart_get_extent (DashChart *self, double *min, double *max);

/* For user input: change the chart and emit the signal. */
void dash_chart_move_cursor (DashChart *self, double x);
void dash_chart_change_range (DashChart *self, double min, double max);
void dash_chart_add_input (DashChart *self);

const char *dash_chart_get_name (DashChart *self, guint index);

/* The height of the legend above the curves, in a chart of that width. */
double dash_chart_get_legend_height (DashChart *self, double width);

/* Draws axes, legend and curves. */
void dash_chart_draw (DashChart *self, cairo_t *cr, const DashChartFrame *frame);

/* Draws the overlay: the dragged range, or the cursor with its values. */
void dash_chart_draw_over (DashChart *self, GtkSnapshot *snapshot, const DashChartFrame *frame);
