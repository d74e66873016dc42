/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-chart-scale.h"

#include <math.h>

#define PADDING 0.05
#define LOG_FLOOR 1e-6

/* A job may report any number. Beyond these limits differences and quotients overflow. */
#define LARGEST 1e300
#define SMALLEST 1e-200
#define MAX_RATIO 1e100

/* Larger numbers are shown with an exponent. */
#define MAX_PLAIN 1e9
#define MAX_DECIMALS 6

/* The smallest part of the whole axis that zooming shows. */
#define SHORTEST 1e-6

DashChartScale
dash_chart_scale_new (double min, double max, gboolean log, gboolean pad)
{
  DashChartScale scale = { CLAMP (min, -LARGEST, LARGEST), CLAMP (max, -LARGEST, LARGEST),
                           log && max > 0 };
  double room;

  if (scale.log)
    {
      scale.max = MAX (scale.max, SMALLEST);
      scale.min = min <= 0 ? scale.max * LOG_FLOOR : MAX (min, scale.max / MAX_RATIO);
    }
  if (scale.log && pad)
    {
      room = pow (scale.max / scale.min, PADDING);
      room = MAX (room, 1.05);
      scale.min /= room;
      scale.max *= room;
    }
  else if (pad)
    {
      room = (scale.max - scale.min) * PADDING;
      scale.min -= room;
      scale.max += room;
    }
  if (!(scale.max > scale.min))
    {
      room = scale.min != 0 ? fabs (scale.min) * PADDING : 1;
      scale.min -= room;
      scale.max += room;
    }
  return scale;
}

double
dash_chart_scale_place (const DashChartScale *scale, double value)
{
  g_return_val_if_fail (scale != NULL, 0);
  if (!scale->log)
    return (value - scale->min) / (scale->max - scale->min);
  if (value <= 0)
    return -1;
  return (log (value) - log (scale->min)) / (log (scale->max) - log (scale->min));
}

double
dash_chart_scale_value (const DashChartScale *scale, double place)
{
  g_return_val_if_fail (scale != NULL, 0);
  if (scale->log)
    return scale->min * pow (scale->max / scale->min, place);
  return scale->min + place * (scale->max - scale->min);
}

/* The smallest of 1, 2 and 5 times a power of ten that is not below `step`. */
static double
round_step (double step)
{
  double power = pow (10, floor (log10 (step)));
  double digit = step / power;

  if (digit <= 1 + 1e-9)
    return power;
  if (digit <= 2 + 1e-9)
    return 2 * power;
  return digit <= 5 + 1e-9 ? 5 * power : 10 * power;
}

static void
add_linear_ticks (const DashChartScale *scale, guint wanted, GArray *ticks)
{
  double step = round_step (MAX ((scale->max - scale->min) / MAX (wanted, 1), SMALLEST));
  double first = ceil (scale->min / step - 1e-9);

  for (guint i = 0; i <= 2 * wanted + 2; i++)
    {
      double value = (first + i) * step;

      if (value > scale->max + step * 1e-9)
        break;
      /* A step below the resolution of a double gives the same value several times. */
      if (ticks->len > 0 && value <= g_array_index (ticks, double, ticks->len - 1))
        continue;
      /* No "-0". */
      if (fabs (value) < step * 1e-9)
        value = 0;
      g_array_append_val (ticks, value);
    }
}

static void
add_log_ticks (const DashChartScale *scale, guint wanted, GArray *ticks)
{
  static const double digits[] = { 1, 2, 5 };
  double decades = log10 (scale->max / scale->min);
  /* Powers of ten alone, or every other one, when there are many. */
  guint used = decades > wanted ? 1 : (guint) G_N_ELEMENTS (digits);
  int stride = (int) MAX (1, ceil (decades / MAX (wanted, 1)));
  int last = (int) ceil (log10 (scale->max));

  if (decades * 3 > 2 * wanted)
    used = 1;
  for (int power = (int) floor (log10 (scale->min)); power <= last; power += stride)
    for (guint i = 0; i < used; i++)
      {
        double value = digits[i] * pow (10, power);

        if (value >= scale->min * (1 - 1e-9) && value <= scale->max * (1 + 1e-9))
          g_array_append_val (ticks, value);
      }
}

GArray *
dash_chart_scale_ticks (const DashChartScale *scale, guint wanted)
{
  GArray *ticks;

  g_return_val_if_fail (scale != NULL, NULL);
  ticks = g_array_new (FALSE, FALSE, sizeof (double));
  if (scale->log && scale->max / scale->min >= 3)
    add_log_ticks (scale, wanted, ticks);
  /* For less than half a decade linear ticks are rounder numbers. */
  if (ticks->len < 2)
    {
      g_array_set_size (ticks, 0);
      add_linear_ticks (scale, wanted, ticks);
    }
  return ticks;
}

/* The step of a linear axis; 0 for a logarithmic axis, and for a single tick. */
static double
even_step (const GArray *ticks)
{
  const double *at = (const double *) (const void *) ticks->data;
  double first, last;

  if (ticks->len < 2)
    return 0;
  first = at[1] - at[0];
  last = at[ticks->len - 1] - at[ticks->len - 2];
  return fabs (last - first) < 0.5 * first ? first : 0;
}

char *
dash_chart_scale_format (const GArray *ticks, guint index)
{
  double value, step, decimals;

  g_return_val_if_fail (ticks != NULL && index < ticks->len, NULL);
  value = g_array_index (ticks, double, index);
  step = even_step (ticks);
  if (value == 0 || !(step > 0))
    return g_strdup_printf ("%g", value);
  decimals = ceil (-log10 (step) - 1e-9);
  if (fabs (value) < MAX_PLAIN && decimals <= MAX_DECIMALS)
    return g_strdup_printf ("%.*f", (int) MAX (decimals, 0), value);
  decimals = floor (log10 (fabs (value))) - floor (log10 (step) + 1e-9);
  return g_strdup_printf ("%.*g", (int) CLAMP (decimals + 1, 1, 15), value);
}

gboolean
dash_chart_scale_extent (const DashSeries *series, double x_min, double x_max, gboolean positive,
                         double *min, double *max)
{
  gboolean any = FALSE;
  gsize first, end;

  g_return_val_if_fail (series != NULL && min != NULL && max != NULL, FALSE);
  dash_series_range (series, x_min, x_max, &first, &end);
  for (gsize i = first; i < end; i++)
    {
      double y = series->y[i];

      if (!isfinite (y) || (positive && y <= 0))
        continue;
      *min = any ? MIN (*min, y) : y;
      *max = any ? MAX (*max, y) : y;
      any = TRUE;
    }
  return any;
}

/* `range`, moved to lie within `all`. */
static DashChartRange
keep_within (DashChartRange range, DashChartRange all)
{
  double length = range.max - range.min;

  if (length >= all.max - all.min)
    return all;
  if (range.min < all.min)
    return (DashChartRange){ all.min, all.min + length };
  if (range.max > all.max)
    return (DashChartRange){ all.max - length, all.max };
  return range;
}

DashChartRange
dash_chart_range_zoom (DashChartRange shown, DashChartRange all, double factor, double at)
{
  double old = shown.max - shown.min;
  double length = MAX (old * factor, (all.max - all.min) * SHORTEST);
  double place = CLAMP ((at - shown.min) / old, 0, 1);
  DashChartRange range = { shown.min + place * (old - length), 0 };

  if (!isfinite (place) || !isfinite (length) || !(old > 0))
    return all;
  range.max = range.min + length;
  return keep_within (range, all);
}

DashChartRange
dash_chart_range_reveal (DashChartRange shown, DashChartRange all, double at)
{
  double shift = at < shown.min ? at - shown.min : at > shown.max ? at - shown.max : 0;

  return keep_within ((DashChartRange){ shown.min + shift, shown.max + shift }, all);
}

static void
add_point (GArray *out, const DashSeries *series, gsize index)
{
  g_array_append_val (out, series->x[index]);
  g_array_append_val (out, series->y[index]);
}

/* The first, smallest, largest and last of the points [first, end), in their order, none twice. */
static void
add_column (GArray *out, const DashSeries *series, gsize first, gsize end)
{
  gsize low = first, high = first;

  for (gsize i = first; i < end; i++)
    {
      if (series->y[i] < series->y[low])
        low = i;
      if (series->y[i] > series->y[high])
        high = i;
    }
  add_point (out, series, first);
  if (MIN (low, high) != first)
    add_point (out, series, MIN (low, high));
  if (MAX (low, high) != MIN (low, high) && MAX (low, high) != end - 1)
    add_point (out, series, MAX (low, high));
  if (end - 1 != first && end - 1 != MIN (low, high))
    add_point (out, series, end - 1);
}

void
dash_chart_scale_thin (const DashSeries *series, const DashChartScale *x, guint columns,
                       GArray *out)
{
  gsize first, end;

  g_return_if_fail (series != NULL && x != NULL && out != NULL);
  dash_series_range (series, x->min, x->max, &first, &end);
  if (end - first <= 4 * (gsize) columns)
    {
      for (gsize i = first; i < end; i++)
        add_point (out, series, i);
      return;
    }
  while (first < end)
    {
      double place = floor (dash_chart_scale_place (x, series->x[first]) * columns);
      gsize stop = first + 1;

      while (stop < end && floor (dash_chart_scale_place (x, series->x[stop]) * columns) == place)
        stop++;
      add_column (out, series, first, stop);
      first = stop;
    }
}
