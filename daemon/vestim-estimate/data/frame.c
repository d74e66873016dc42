/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/frame.h"

#include <math.h>
#include <string.h>

static double *
dup_column (const Series *series, size_t column)
{
  size_t n_inputs = (size_t) series->n_inputs;
  double *values = g_new (double, series->n_rows);

  for (size_t row = 0; row < series->n_rows; row++)
    values[row] = series->inputs[row * n_inputs + column];
  return values;
}

Frame *
frame_take (Series *series, char *const *columns, const char *target)
{
  Frame *frame = g_new0 (Frame, 1);

  frame->path = series->path;
  frame->n_rows = series->n_rows;
  frame->names = g_ptr_array_new_with_free_func (g_free);
  frame->values = g_ptr_array_new_with_free_func (g_free);
  frame->times = g_steal_pointer (&series->times);
  frame->segments = g_array_new (FALSE, FALSE, sizeof (size_t));
  for (guint i = 0; i < series_n_segments (series); i++)
    {
      size_t first = series_segment_begin (series, i);

      g_array_append_val (frame->segments, first);
    }
  for (int i = 0; columns[i]; i++)
    frame_set_column (frame, columns[i], dup_column (series, (size_t) i));
  g_clear_pointer (&series->inputs, g_free);
  if (series->target)
    frame_set_column (frame, target, g_steal_pointer (&series->target));
  return frame;
}

void
frame_give (Frame *frame, char *const *inputs, const char *target, Series *series)
{
  size_t n_inputs = g_strv_length ((char **) inputs);
  const double *answers = frame_column (frame, target);

  series->n_rows = frame->n_rows;
  series->n_inputs = (int) n_inputs;
  series->times = g_steal_pointer (&frame->times);
  g_clear_pointer (&series->segments, g_array_unref);
  series->segments = g_array_ref (frame->segments);
  series->inputs = g_new (double, frame->n_rows *n_inputs);
  for (size_t i = 0; i < n_inputs; i++)
    {
      const double *values = frame_column (frame, inputs[i]);

      for (size_t row = 0; row < frame->n_rows; row++)
        series->inputs[row * n_inputs + i] = values[row];
    }
  if (answers)
    series->target = g_memdup2 (answers, frame->n_rows * sizeof (double));
  frame_free (frame);
}

void
frame_free (Frame *frame)
{
  if (!frame)
    return;

  g_ptr_array_unref (frame->names);
  g_ptr_array_unref (frame->values);
  g_free (frame->times);
  g_array_unref (frame->segments);
  g_free (frame);
}

static int
find (const Frame *frame, const char *name)
{
  for (guint i = 0; i < frame->names->len; i++)
    if (strcmp (frame->names->pdata[i], name) == 0)
      return (int) i;
  return -1;
}

double *
frame_column (const Frame *frame, const char *name)
{
  int column = find (frame, name);

  return column >= 0 ? frame->values->pdata[column] : NULL;
}

void
frame_set_column (Frame *frame, const char *name, double *values)
{
  int column = find (frame, name);

  if (column >= 0)
    {
      g_free (frame->values->pdata[column]);
      frame->values->pdata[column] = values;
      return;
    }
  g_ptr_array_add (frame->names, g_strdup (name));
  g_ptr_array_add (frame->values, values);
}

size_t
frame_segment_begin (const Frame *frame, guint segment)
{
  return g_array_index (frame->segments, size_t, segment);
}

size_t
frame_segment_end (const Frame *frame, guint segment)
{
  return segment + 1 < frame->segments->len ? frame_segment_begin (frame, segment + 1)
                                            : frame->n_rows;
}

double
frame_period (const Frame *frame)
{
  if (!frame->times)
    return NAN;

  /* A step over a cut is one of many, so the median need not leave it out. */
  g_autofree double *times = g_memdup2 (frame->times, frame->n_rows * sizeof (double));
  return series_median_step (times, frame->n_rows);
}
