/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-chart-scale.h"
#include "gui/view/chart/dash-chart.h"

/* Where the curves lie within the widget, and their scales. */
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
  gboolean log;
  gboolean bare_x;             /* the numbers of the x axis are below another chart */
  double range_min, range_max; /* NAN: everything */
  double cursor;               /* x of the read-out, NAN: none */
  double drag_from, drag_to;   /* widget coordinates, NAN: none */

  /* All but cursor and drag, drawn once: what follows the pointer does not wait for long curves. */
  GskRenderNode *picture; /* (nullable) */
  int picture_scale;
  DashChartFrame frame;
  gboolean framed; /* `frame` and `drawable` are true of what is to be shown */
  gboolean drawable;
};

/* (nullable) NULL when there is nothing to draw. */
const DashChartFrame *dash_chart_get_frame (DashChart *self);

/* The x of all points. FALSE without any. */
gboolean dash_chart_get_extent (DashChart *self, double *min, double *max);

/* What the user does, which is told by signals. */
void dash_chart_move_cursor (DashChart *self, double x);
void dash_chart_change_range (DashChart *self, double min, double max);
void dash_chart_add_input (DashChart *self);

const char *dash_chart_get_name (DashChart *self, guint index);

/* The room that names and label take above the curves, in a chart of that width. */
double dash_chart_get_legend_height (DashChart *self, double width);

/* Draws axes, legend and curves. */
void dash_chart_draw (DashChart *self, cairo_t *cr, const DashChartFrame *frame);

/* Draws what lies over them: the stretch that is dragged out, or the read-out. */
void dash_chart_draw_over (DashChart *self, GtkSnapshot *snapshot, const DashChartFrame *frame);
