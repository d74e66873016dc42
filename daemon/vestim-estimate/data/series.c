/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/series.h"

#include "daemon/vestim-estimate/data/table/table.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define FIRST_CAPACITY 4096

typedef struct
{
  TableFile *file;
  int *columns; /* of the inputs, then of the target */
  bool has_target;
  int time_column; /* -1: none */
  size_t capacity;
} SeriesReader;

static void
reserve_row (Series *series, SeriesReader *reader)
{
  if (series->n_rows < reader->capacity)
    return;

  reader->capacity = reader->capacity ? reader->capacity * 2 : FIRST_CAPACITY;
  series->inputs = g_renew (double, series->inputs, reader->capacity *(size_t) series->n_inputs);
  if (reader->has_target)
    series->target = g_renew (double, series->target, reader->capacity);
  if (reader->time_column >= 0)
    series->times = g_renew (double, series->times, reader->capacity);
}

static bool
find_columns (Series *series, SeriesReader *reader, const char *const *inputs, const char *target,
              GError **error)
{
  reader->has_target = target != NULL;
  for (int i = 0; i < series->n_inputs + reader->has_target; i++)
    {
      const char *name = i < series->n_inputs ? inputs[i] : target;

      reader->columns[i] = table_find_column (reader->file, name, error);
      if (reader->columns[i] < 0)
        return false;
    }

  /* A column of dates can't be used: the row numbers take its place. */
  reader->time_column = table_find_column (reader->file, SERIES_TIME_COLUMN, NULL);
  if (reader->time_column >= 0 && table_is_text_column (reader->file, reader->time_column))
    reader->time_column = -1;
  return true;
}

static bool
read_row (Series *series, SeriesReader *reader, GError **error)
{
  size_t n_inputs = (size_t) series->n_inputs, row = series->n_rows;

  reserve_row (series, reader);
  for (size_t i = 0; i < n_inputs; i++)
    if (!table_number (reader->file, reader->columns[i], &series->inputs[row * n_inputs + i],
                       error))
      return false;
  if (reader->has_target
      && !table_number (reader->file, reader->columns[n_inputs], &series->target[row], error))
    return false;
  if (reader->time_column >= 0
      && !table_number (reader->file, reader->time_column, &series->times[row], error))
    return false;
  series->n_rows++;
  return true;
}

static void
shrink (Series *series)
{
  series->inputs = g_renew (double, series->inputs, series->n_rows *(size_t) series->n_inputs);
  if (series->target)
    series->target = g_renew (double, series->target, series->n_rows);
  if (series->times)
    series->times = g_renew (double, series->times, series->n_rows);
}

Series *
series_read (const char *path, const char *const *inputs, const char *target, GError **error)
{
  g_autoptr (TableFile) file = table_open (path, NULL, error);
  g_autoptr (Series) series = g_new0 (Series, 1);
  TableResult result = TABLE_FAILED;

  if (!file)
    return NULL;

  series->path = g_strdup (path);
  series->n_inputs = (int) g_strv_length ((char **) inputs);

  g_autofree int *columns = g_new0 (int, series->n_inputs + 1);
  SeriesReader reader = { .file = file, .columns = columns };
  if (!find_columns (series, &reader, inputs, target, error))
    return NULL;

  while ((result = table_next_row (file, error)) == TABLE_ROW)
    if (!read_row (series, &reader, error))
      return NULL;
  if (result == TABLE_FAILED || !table_has_enough_rows (file, error))
    return NULL;

  shrink (series);
  series->digest = g_strdup (table_digest (file));
  return g_steal_pointer (&series);
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
  g_free (series->digest);
  g_free (series);
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

double
series_median_step (double *times, size_t n)
{
  if (n < 2)
    return NAN;

  for (size_t i = 0; i + 1 < n; i++)
    times[i] = times[i + 1] - times[i];
  qsort (times, n - 1, sizeof (double), compare_doubles);

  double median = times[(n - 1) / 2];
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
