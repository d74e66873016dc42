/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/series.h"

#include <math.h>
#include <stdlib.h>

#define MAX_ROUNDS 50 /* of a selection that goes badly; then sorting is faster */

static void
column_free (void *data)
{
  SeriesColumn *column = data;

  g_free (column->name);
  g_free (column->title);
  g_free (column->unit);
  g_free (column);
}

Series *
series_new (const char *path)
{
  Series *series = g_new0 (Series, 1);

  series->path = g_strdup (path);
  series->facts = g_new0 (SeriesFacts, 1);
  series->facts->columns = g_ptr_array_new_with_free_func (column_free);
  series->facts->notes = g_ptr_array_new_with_free_func (g_free);
  return series;
}

static void
facts_free (SeriesFacts *facts)
{
  g_ptr_array_unref (facts->columns);
  g_ptr_array_unref (facts->notes);
  g_free (facts);
}

void
series_free (Series *series)
{
  if (!series)
    return;

  g_free (series->path);
  g_free (series->inputs);
  g_free (series->target);
  g_free (series->times);
  g_free (series->scaled_inputs);
  g_free (series->scaled_target);
  g_free (series->bands);
  g_free (series->outside);
  g_free (series->digest);
  g_clear_pointer (&series->segments, g_array_unref);
  g_clear_pointer (&series->facts, facts_free);
  g_free (series);
}

guint
series_n_segments (const Series *series)
{
  return series->segments ? series->segments->len : 1;
}

size_t
series_segment_begin (const Series *series, guint segment)
{
  return series->segments ? g_array_index (series->segments, size_t, segment) : 0;
}

size_t
series_segment_end (const Series *series, guint segment)
{
  return segment + 1 < series_n_segments (series) ? series_segment_begin (series, segment + 1)
                                                  : series->n_rows;
}

guint
series_segment_of (const Series *series, size_t row)
{
  guint low = 0, high = series_n_segments (series);

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (series_segment_begin (series, middle) <= row)
        low = middle;
      else
        high = middle;
    }
  return low;
}

GArray *
series_split_segments (Series *series, size_t row)
{
  const size_t first = 0;
  GArray *rest = g_array_new (FALSE, FALSE, sizeof (size_t));
  guint n_kept = series_segment_of (series, row - 1) + 1;

  g_array_append_val (rest, first);
  for (guint i = n_kept; i < series_n_segments (series); i++)
    {
      size_t begin = series_segment_begin (series, i) - row;

      if (begin > 0)
        g_array_append_val (rest, begin);
    }
  if (series->segments)
    g_array_set_size (series->segments, n_kept);
  return rest;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
swap (double *a, double *b)
{
  double kept = *a;

  *a = *b;
  *b = kept;
}

static double
middle_of (double a, double b, double c)
{
  if (a > b)
    swap (&a, &b);
  return c < a ? a : c > b ? b : c;
}

/* The value that would be at index `k` if they were sorted. Each round leaves the part with it: the
 * values below the pivot, or those above. Few steps differ, so most rounds end at the pivot. */
static double
select_value (double *values, size_t n, size_t k)
{
  size_t begin = 0, end = n;

  for (int round = 0; round < MAX_ROUNDS && end - begin > 2; round++)
    {
      double pivot = middle_of (values[begin], values[begin + (end - begin) / 2], values[end - 1]);
      size_t below = begin, at = begin, above = end;

      while (at < above)
        if (values[at] < pivot)
          swap (&values[at++], &values[below++]);
        else if (values[at] > pivot)
          swap (&values[at], &values[--above]);
        else
          at++;
      if (k >= below && k < above)
        return pivot;
      if (k < below)
        end = below;
      else
        begin = above;
    }
  qsort (values + begin, end - begin, sizeof (double), compare_doubles);
  return values[k];
}

double
series_median_step (double *times, size_t n)
{
  if (n < 2)
    return NAN;

  for (size_t i = 0; i + 1 < n; i++)
    times[i] = times[i + 1] - times[i];

  double median = select_value (times, n - 1, (n - 1) / 2);
  return median > 0 ? median : NAN;
}

double
series_period (const Series *series)
{
  if (!series->times)
    return NAN;

  g_autofree double *times = g_memdup2 (series->times, series->n_rows * sizeof (double));
  return series_median_step (times, series->n_rows);
}
