/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/dataset.h"

#include "daemon/vestim-estimate/base/failure.h"

static bool
add_file (Dataset *dataset, const char *path, const SeriesRequest *request, GError **error)
{
  Series *series = series_read (path, request, error);

  if (!series)
    return false;

  g_ptr_array_add (dataset->series, series);
  return true;
}

bool
dataset_count_rows (Dataset *dataset, GError **error)
{
  dataset->n_rows = 0;
  for (guint i = 0; i < dataset->series->len; i++)
    {
      const Series *series = dataset->series->pdata[i];

      if (series->n_rows > INT32_MAX - dataset->n_rows)
        {
          failure_set (error, "%s: the files have more than %d rows together; name fewer files",
                       series->path, INT32_MAX);
          return false;
        }
      dataset->firsts[i] = dataset->n_rows;
      dataset->n_rows += (uint32_t) series->n_rows;
    }
  dataset->firsts[dataset->series->len] = dataset->n_rows;
  return true;
}

Dataset *
dataset_read (const GPtrArray *paths, const SeriesRequest *request, GError **error)
{
  g_autoptr (Dataset) dataset = g_new0 (Dataset, 1);

  dataset->series = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);
  dataset->firsts = g_new0 (uint32_t, paths->len + 1);
  for (guint i = 0; i < paths->len; i++)
    if (!add_file (dataset, paths->pdata[i], request, error))
      return NULL;
  return dataset_count_rows (dataset, error) ? g_steal_pointer (&dataset) : NULL;
}

void
dataset_free (Dataset *dataset)
{
  if (!dataset)
    return;

  g_ptr_array_unref (dataset->series);
  g_free (dataset->firsts);
  g_free (dataset);
}

void
dataset_scale (Dataset *dataset, const Scaling *scaling)
{
  for (guint i = 0; i < dataset->series->len; i++)
    scaling_apply (scaling, dataset->series->pdata[i]);
}

NetworkWindow
series_window (const Series *series, size_t row, int lookback)
{
  size_t before = (size_t) lookback - 1;
  size_t begin = series_segment_begin (series, series_segment_of (series, row));
  size_t first = row - begin > before ? row - before : begin;

  return (NetworkWindow){
    .rows = series->scaled_inputs + first * (size_t) series->n_inputs,
    .repeats = (int) (before - (row - first)),
  };
}

/* The last series that begins at or before the row. */
static guint
find_series (const Dataset *dataset, uint32_t row)
{
  guint low = 0, high = dataset->series->len;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (dataset->firsts[middle] <= row)
        low = middle;
      else
        high = middle;
    }
  return low;
}

void
dataset_window (const Dataset *dataset, uint32_t row, int lookback, NetworkWindow *window,
                float *target)
{
  guint index = find_series (dataset, row);
  const Series *series = dataset->series->pdata[index];
  size_t at = row - dataset->firsts[index];

  *window = series_window (series, at, lookback);
  *target = series->scaled_target[at];
}
