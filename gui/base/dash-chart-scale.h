/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-series.h"

/* The arithmetic of a chart's axis: values ↔ places from 0 to 1. Pure. */
typedef struct
{
  double min;
  double max;
  gboolean log; /* both limits are above 0 then */
} DashChartScale;

/* An axis that shows all of [min, max], with some room around it when `pad`. A range without extent
 * gets one. On a logarithmic axis a limit of 0 or below becomes a fraction of `max`. */
DashChartScale dash_chart_scale_new (double min, double max, gboolean log, gboolean pad);

double dash_chart_scale_place (const DashChartScale *scale, double value);
double dash_chart_scale_value (const DashChartScale *scale, double place);

/* (transfer full) (element-type double) round numbers within the range, about `wanted` of them. */
GArray *dash_chart_scale_ticks (const DashChartScale *scale, guint wanted);

/* (transfer full) the text of a tick, with the digits that the step between two ticks needs. */
char *dash_chart_scale_format (const GArray *ticks, guint index);

/* The smallest and largest y of the series within [x_min, x_max]; FALSE when none is finite. With
 * `positive` only values above 0 count. */
gboolean dash_chart_scale_extent (const DashSeries *series, double x_min, double x_max,
                                  gboolean positive, double *min, double *max);

/* A part of an axis. */
typedef struct
{
  double min;
  double max;
} DashChartRange;

/* `shown` made longer by `factor` within `all`, with `at` at the same place in it. It never becomes
 * shorter than a millionth of `all`. */
DashChartRange dash_chart_range_zoom (DashChartRange shown, DashChartRange all, double factor,
                                      double at);

/* `shown` moved within `all` by the least that brings `at` into it. */
DashChartRange dash_chart_range_reveal (DashChartRange shown, DashChartRange all, double at);

/* Appends the points of the series within the range of `x` to `out`, as pairs (x, y) of double.
 * When there are many, only the first, smallest, largest and last of each column of pixels, which
 * gives the same picture. */
void dash_chart_scale_thin (const DashSeries *series, const DashChartScale *x, guint columns,
                            GArray *out);
