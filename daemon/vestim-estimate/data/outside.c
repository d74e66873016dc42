/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/outside.h"

#include "daemon/vestim-estimate/data/columns/roles.h"

#include <math.h>
#include <stdbool.h>

#define SMALLEST_SHARE 0.01 /* of the rows */

/* Shares of the range: beyond the first one a value is not just another rounding of the end of the
 * range, beyond the second one a network is unlikely to be right. */
#define SMALLEST_DISTANCE 0.01
#define LARGE_DISTANCE 0.1

static SeriesOutside
sum_up (const GPtrArray *series, int input, size_t *n_rows)
{
  SeriesOutside all = { .min = INFINITY, .max = -INFINITY };

  *n_rows = 0;
  for (guint i = 0; i < series->len; i++)
    {
      const Series *one = series->pdata[i];

      all.below += one->outside[input].below;
      all.above += one->outside[input].above;
      all.min = fmin (all.min, one->outside[input].min);
      all.max = fmax (all.max, one->outside[input].max);
      *n_rows += one->n_rows;
    }
  return all;
}

/* The same for the measured target. */
static SeriesOutside
sum_up_target (const GPtrArray *series, const ScalingRange *range, size_t *n_rows)
{
  SeriesOutside all = { .min = INFINITY, .max = -INFINITY };

  *n_rows = 0;
  for (guint i = 0; i < series->len; i++)
    {
      const Series *one = series->pdata[i];

      for (size_t row = 0; one->target && row < one->n_rows; row++)
        {
          all.below += one->target[row] < range->min;
          all.above += one->target[row] > range->max;
          all.min = fmin (all.min, one->target[row]);
          all.max = fmax (all.max, one->target[row]);
        }
      *n_rows += one->target ? one->n_rows : 0;
    }
  return all;
}

static void
explain_end (GPtrArray *sentences, const char *name, double share, const char *how, double farthest,
             double limit, double width)
{
  double distance = fabs (farthest - limit);

  if (!(share >= SMALLEST_SHARE) || distance <= SMALLEST_DISTANCE * width)
    return;
  g_ptr_array_add (
      sentences,
      g_strdup_printf ("%.0f %% of the rows are %s than anything in training (\"%s\" "
                       "reaches %g, in training only %g)%s",
                       share * 100, how, name, farthest, limit,
                       distance > LARGE_DISTANCE * width ? ": expect large errors" : ""));
}

static void
explain (GPtrArray *sentences, const char *name, const SeriesOutside *all, size_t n_rows,
         const ScalingRange *range)
{
  bool is_temperature = role_find (name, NULL) == ROLE_TEMPERATURE;
  double n = (double) n_rows, width = scaling_width (range);

  explain_end (sentences, name, (double) all->below / n, is_temperature ? "colder" : "lower",
               all->min, range->min, width);
  explain_end (sentences, name, (double) all->above / n, is_temperature ? "warmer" : "higher",
               all->max, range->max, width);
}

GPtrArray *
outside_explain (const GPtrArray *series, char *const *inputs, const char *target,
                 const Scaling *scaling)
{
  GPtrArray *sentences = g_ptr_array_new_with_free_func (g_free);
  size_t n_rows = 0;
  SeriesOutside all = { 0 };

  for (int i = 0; inputs[i]; i++)
    {
      all = sum_up (series, i, &n_rows);
      explain (sentences, inputs[i], &all, n_rows, &scaling->inputs[i]);
    }
  all = sum_up_target (series, &scaling->target, &n_rows);
  explain (sentences, target, &all, n_rows, &scaling->target);
  return sentences;
}
