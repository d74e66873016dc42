/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/scaling.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <math.h>

static const ScalingRange empty_range = { .min = INFINITY, .max = -INFINITY };

static void
widen (ScalingRange *range, double value)
{
  if (value < range->min)
    range->min = value;
  if (value > range->max)
    range->max = value;
}

static void
widen_by_series (Scaling *scaling, const Series *series)
{
  const double *input = series->inputs;

  for (size_t row = 0; row < series->n_rows; row++)
    {
      for (int i = 0; i < scaling->n_inputs; i++)
        widen (&scaling->inputs[i], *input++);
      widen (&scaling->target, series->target[row]);
    }
}

static bool
check_ranges (const Scaling *scaling, const char *const *inputs, const char *target, GError **error)
{
  for (int i = 0; i <= scaling->n_inputs; i++)
    {
      bool is_target = i == scaling->n_inputs;
      const ScalingRange *range = is_target ? &scaling->target : &scaling->inputs[i];

      if (!isfinite (scaling_width (range)))
        {
          failure_set (error,
                       "the column \"%s\" runs from %g to %g in the training files: this range is "
                       "too wide; correct the files",
                       is_target ? target : inputs[i], range->min, range->max);
          return false;
        }
    }

  return true;
}

Scaling *
scaling_fit (const GPtrArray *series, const char *const *inputs, const char *target, GError **error)
{
  g_autoptr (Scaling) scaling = g_new0 (Scaling, 1);

  scaling->n_inputs = (int) g_strv_length ((char **) inputs);
  scaling->inputs = g_new (ScalingRange, scaling->n_inputs);
  for (int i = 0; i < scaling->n_inputs; i++)
    scaling->inputs[i] = empty_range;
  scaling->target = empty_range;

  for (guint i = 0; i < series->len; i++)
    widen_by_series (scaling, series->pdata[i]);
  return check_ranges (scaling, inputs, target, error) ? g_steal_pointer (&scaling) : NULL;
}

Scaling *
scaling_copy (const Scaling *scaling)
{
  Scaling *copy = g_memdup2 (scaling, sizeof *scaling);

  copy->inputs = g_memdup2 (scaling->inputs, (size_t) scaling->n_inputs * sizeof *scaling->inputs);
  return copy;
}

void
scaling_free (Scaling *scaling)
{
  if (!scaling)
    return;

  g_free (scaling->inputs);
  g_free (scaling);
}

/* Counts the rows of unscaled inputs outside the ranges. */
static void
count_outside (const Scaling *scaling, Series *series)
{
  const double *input = series->inputs;
  size_t n_inputs = (size_t) series->n_inputs;

  g_free (series->outside);
  series->outside = g_new0 (SeriesOutside, n_inputs);
  series->n_outside = 0;
  for (size_t i = 0; i < n_inputs; i++)
    series->outside[i] = (SeriesOutside){ .min = INFINITY, .max = -INFINITY };
  for (size_t row = 0; row < series->n_rows; row++)
    {
      bool is_outside = false;

      for (size_t i = 0; i < n_inputs; i++, input++)
        {
          SeriesOutside *outside = &series->outside[i];
          bool is_below = *input < scaling->inputs[i].min;
          bool is_above = *input > scaling->inputs[i].max;

          outside->below += is_below;
          outside->above += is_above;
          outside->min = fmin (outside->min, *input);
          outside->max = fmax (outside->max, *input);
          is_outside |= is_below || is_above;
        }
      series->n_outside += is_outside;
    }
}

void
scaling_apply (const Scaling *scaling, Series *series)
{
  count_outside (scaling, series);

  const double *input = series->inputs;
  float *scaled = g_new (float, series->n_rows *(size_t) series->n_inputs);

  series->scaled_inputs = scaled;
  if (series->target)
    series->scaled_target = g_new (float, series->n_rows);
  for (size_t row = 0; row < series->n_rows; row++)
    {
      for (int i = 0; i < series->n_inputs; i++)
        *scaled++ = (float) scaling_scale (&scaling->inputs[i], *input++);
      if (series->target)
        series->scaled_target[row] = (float) scaling_scale (&scaling->target, series->target[row]);
    }
  g_clear_pointer (&series->inputs, g_free);
}

double
scaling_width (const ScalingRange *range)
{
  return range->max - range->min;
}

double
scaling_scale (const ScalingRange *range, double value)
{
  double width = scaling_width (range);

  return width > 0 ? (value - range->min) / width : 0;
}

double
scaling_unscale (const ScalingRange *range, double scaled)
{
  return range->min + scaled * scaling_width (range);
}
