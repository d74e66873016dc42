/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/page/svg-scale.h"

#include <math.h>

#define TICKS 8

SvgScale
svg_scale_new (double min, double max, double first_pixel, double last_pixel, bool is_log)
{
  SvgScale scale = { min, max, first_pixel, last_pixel, is_log };

  if (!(max > min))
    {
      double margin = fmax (fabs (min) * 0.01, 1e-9);

      scale.min = is_log ? min * 0.9 : min - margin;
      scale.max = is_log ? max * 1.1 : max + margin;
    }
  return scale;
}

static double
place (const SvgScale *scale, double value)
{
  if (scale->is_log)
    return log (value / scale->min) / log (scale->max / scale->min);
  return (value - scale->min) / (scale->max - scale->min);
}

double
svg_scale_pixel (const SvgScale *scale, double value)
{
  return scale->first_pixel + place (scale, value) * (scale->last_pixel - scale->first_pixel);
}

/* The smallest of 1, 2, 5, 10, … that makes no more than so many steps. */
static double
round_step (double range)
{
  double step = pow (10, floor (log10 (range / TICKS)));

  if (range / step <= TICKS)
    return step;
  if (range / step <= 2 * TICKS)
    return 2 * step;
  return range / step <= 5 * TICKS ? 5 * step : 10 * step;
}

static void
add_even_ticks (const SvgScale *scale, GArray *ticks)
{
  double step = round_step (scale->max - scale->min);

  for (double i = ceil (scale->min / step); i * step <= scale->max && ticks->len < 3 * TICKS; i++)
    {
      double value = i * step;

      g_array_append_val (ticks, value);
    }
}

/* 1, 2 and 5 of each decade; only its 1 when there are many decades. */
static void
add_log_ticks (const SvgScale *scale, GArray *ticks)
{
  static const double digits[] = { 1, 2, 5 };
  bool is_wide = scale->max / scale->min > 1000;

  for (double decade = floor (log10 (scale->min)); decade <= log10 (scale->max); decade++)
    for (guint i = 0; i < (is_wide ? 1 : G_N_ELEMENTS (digits)); i++)
      {
        double value = digits[i] * pow (10, decade);

        if (value >= scale->min && value <= scale->max)
          g_array_append_val (ticks, value);
      }
}

GArray *
svg_scale_ticks (const SvgScale *scale)
{
  GArray *ticks = g_array_new (FALSE, FALSE, sizeof (double));

  if (scale->is_log)
    add_log_ticks (scale, ticks);
  if (ticks->len < 2)
    {
      g_array_set_size (ticks, 0);
      add_even_ticks (scale, ticks);
    }
  return ticks;
}
