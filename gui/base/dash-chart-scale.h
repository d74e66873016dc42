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

/* An axis that shows all of [min, max], with some room when `pad`; a range without extent gets one.
 * On a logarithmic axis limits of 0 and below are lifted to a fraction of `max`. */
DashChartScale dash_chart_scale_new (double min, double max, gboolean log, gboolean pad);

double dash_chart_scale_place (const DashChartScale *scale, double value);
double dash_chart_scale_value (const DashChartScale *scale, double place);

/* (transfer full) (element-type double) round numbers within the range, about `wanted` of them. */
GArray *dash_chart_scale_ticks (const DashChartScale *scale, guint wanted);

/* (transfer full) the text of a tick, with as many digits as the step between two bears. */
char *dash_chart_scale_format (const GArray *ticks, guint index);

/* The smallest and largest y of the series within [x_min, x_max]; FALSE without a finite one. With
 * `positive` only values above 0 count. */
gboolean dash_chart_scale_extent (const DashSeries *series, double x_min, double x_max,
                                  gboolean positive, double *min, double *max);

/* A stretch of an axis. */
typedef struct
{
  double min;
  double max;
} DashChartRange;

/* `shown` made longer by `factor`, the place of `at` in it kept, within `all`; no shorter than what
 * can be told apart. */
DashChartRange dash_chart_range_zoom (DashChartRange shown, DashChartRange all, double factor,
                                      double at);

/* `shown` moved by as little as it takes to have `at` in it, within `all`. */
DashChartRange dash_chart_range_reveal (DashChartRange shown, DashChartRange all, double at);

/* Points thinned to at most four a column of `columns` over the range of `x`: first, smallest,
 * largest and last of each, so that the picture is the same. Appends (x, y) pairs of double to
 * `out`. */
void dash_chart_scale_thin (const DashSeries *series, const DashChartScale *x, guint columns,
                            GArray *out);
