/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/preprocess.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <math.h>
#include <string.h>

/* A file with one distant time must not use up the memory. */
#define MAX_ROWS_A_ROW 100

static int
find_column (char *const *columns, const char *name)
{
  for (int i = 0; columns[i]; i++)
    if (strcmp (columns[i], name) == 0)
      return i;
  return -1;
}

static bool
is_computed (const VestimPreprocessing *preprocessing, const char *input)
{
  return preprocessing && preprocessing->has_power && strcmp (input, VESTIM_POWER_COLUMN) == 0;
}

char **
preprocess_columns (const VestimPreprocessing *preprocessing, char *const *inputs)
{
  static const char *const factors[] = { VESTIM_POWER_VOLTAGE, VESTIM_POWER_CURRENT };
  GPtrArray *columns = g_ptr_array_new ();

  for (int i = 0; inputs[i]; i++)
    if (!is_computed (preprocessing, inputs[i]))
      g_ptr_array_add (columns, g_strdup (inputs[i]));
  for (size_t i = 0; preprocessing && preprocessing->has_power && i < G_N_ELEMENTS (factors); i++)
    if (find_column (inputs, factors[i]) < 0)
      g_ptr_array_add (columns, g_strdup (factors[i]));
  g_ptr_array_add (columns, NULL);
  return (char **) g_ptr_array_free (columns, FALSE);
}

/* Power */

static void
make_inputs (char *const *columns, char *const *inputs, Series *series)
{
  size_t n_columns = (size_t) series->n_inputs, n_inputs = g_strv_length ((char **) inputs);
  int voltage = find_column (columns, VESTIM_POWER_VOLTAGE);
  int current = find_column (columns, VESTIM_POWER_CURRENT);
  double *made = g_new (double, series->n_rows *n_inputs);

  for (size_t i = 0; i < n_inputs; i++)
    {
      int column = find_column (columns, inputs[i]);

      for (size_t row = 0; row < series->n_rows; row++)
        {
          const double *read = series->inputs + row * n_columns;

          made[row * n_inputs + i] = column >= 0 ? read[column] : read[voltage] * read[current];
        }
    }
  g_free (series->inputs);
  series->inputs = made;
  series->n_inputs = (int) n_inputs;
}

/* Resampling */

static bool
check_times (const Series *series, double period, GError **error)
{
  const double *times = series->times;

  for (size_t row = 1; times && row < series->n_rows; row++)
    if (!(times[row] > times[row - 1]))
      {
        failure_set (error,
                     "%s: in row %zu the time is %g after %g: resampling needs increasing times; "
                     "correct the file or leave out resample_s",
                     series->path, row + 1, times[row], times[row - 1]);
        return false;
      }

  double duration = times ? times[series->n_rows - 1] - times[0] : (double) series->n_rows - 1;
  double rows = duration / period + 1;
  if (rows < 2 || !(rows <= (double) series->n_rows * MAX_ROWS_A_ROW))
    {
      failure_set (error,
                   "%s lasts %g s in %zu rows: with a period of %g s it would have %.0f rows; "
                   "choose a longer period",
                   series->path, duration, series->n_rows, period, floor (rows));
      return false;
    }
  return true;
}

static double
time_of (const Series *series, size_t row)
{
  return series->times ? series->times[row] : (double) row;
}

static double
between (double a, double b, double part)
{
  return a + part * (b - a);
}

/* By straight lines between the neighbouring rows, from the time of the first row on. */
static void
resample (Series *series, double period)
{
  size_t n_inputs = (size_t) series->n_inputs, last = series->n_rows - 1, row = 0;
  double start = time_of (series, 0);
  size_t n = (size_t) floor ((time_of (series, last) - start) / period + 1e-9) + 1;
  double *inputs = g_new (double, n *n_inputs), *times = g_new (double, n);
  double *target = series->target ? g_new (double, n) : NULL;

  for (size_t i = 0; i < n; i++)
    {
      double time = start + (double) i * period;

      while (row + 2 <= last && time_of (series, row + 1) <= time)
        row++;

      const double *a = series->inputs + row * n_inputs, *b = a + n_inputs;
      double part =
          (time - time_of (series, row)) / (time_of (series, row + 1) - time_of (series, row));
      part = fmin (fmax (part, 0), 1);
      times[i] = time;
      for (size_t j = 0; j < n_inputs; j++)
        inputs[i * n_inputs + j] = between (a[j], b[j], part);
      if (target)
        target[i] = between (series->target[row], series->target[row + 1], part);
    }

  g_free (series->inputs);
  g_free (series->target);
  g_free (series->times);
  series->inputs = inputs;
  series->target = target;
  series->times = times;
  series->n_rows = n;
}

/* Moving average */

/* The mean of the last `n` rows; the first row stands for the rows before it. It uses no later row.
 * Each sum is computed from its rows, so that rounding errors do not accumulate; windows are short.
 */
static void
average_column (Series *series, size_t column, size_t n)
{
  size_t n_inputs = (size_t) series->n_inputs;
  g_autofree double *values = g_new (double, series->n_rows);

  for (size_t row = 0; row < series->n_rows; row++)
    values[row] = series->inputs[row * n_inputs + column];
  for (size_t row = 0; row < series->n_rows; row++)
    {
      size_t first = row + 1 > n ? row + 1 - n : 0;
      double sum = values[0] * (double) (n - (row - first + 1));

      for (size_t i = first; i <= row; i++)
        sum += values[i];
      series->inputs[row * n_inputs + column] = sum / (double) n;
    }
}

bool
preprocess_series (const VestimPreprocessing *preprocessing, char *const *inputs, Series *series,
                   GError **error)
{
  if (!preprocessing)
    return true;

  g_auto (GStrv) columns = preprocess_columns (preprocessing, inputs);
  make_inputs (columns, inputs, series);
  if (preprocessing->resample_s > 0)
    {
      if (!check_times (series, preprocessing->resample_s, error))
        return false;
      resample (series, preprocessing->resample_s);
    }
  for (char **column = preprocessing->average_columns; *column; column++)
    average_column (series, (size_t) find_column (inputs, *column),
                    (size_t) preprocessing->average_rows);
  return true;
}

bool
preprocess_dataset (const VestimPreprocessing *preprocessing, char *const *inputs, Dataset *dataset,
                    GError **error)
{
  for (guint i = 0; i < dataset->series->len; i++)
    if (!preprocess_series (preprocessing, inputs, dataset->series->pdata[i], error))
      return false;
  return dataset_count_rows (dataset, error);
}
