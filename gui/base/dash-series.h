/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* One curve; x never decreases. */
typedef struct
{
  char *name;
  double *x;
  double *y;
  gsize n;
} DashSeries;

/* (transfer full) room for `n` points, all zero. */
DashSeries *dash_series_new (const char *name, gsize n);
void dash_series_free (DashSeries *series);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashSeries, dash_series_free)

/* Multiplies each y. */
void dash_series_scale (DashSeries *series, double factor);

/* The index of the point nearest to `x`; 0 for an empty series. */
gsize dash_series_nearest (const DashSeries *series, double x);

/* The range of indices [first, end) whose x lies in [min, max], with one point more on each side,
 * so that the line reaches the edges. */
void dash_series_range (const DashSeries *series, double min, double max, gsize *first, gsize *end);

/* (nullable) (transfer full) (element-type DashSeries) the answer to GET …/metrics, each sorted by
 * x; NULL with `error`. */
GPtrArray *dash_series_parse_metrics (const char *text, gsize length, GError **error);

/* (nullable) (transfer full) (element-type DashSeries) measured, predicted and error_mv over time
 * from predictions/….csv; NULL with `error` when a line can't be read. */
GPtrArray *dash_series_parse_predictions (const char *text, gsize length, GError **error);
