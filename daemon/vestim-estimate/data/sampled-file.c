/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/sampled-file.h"

#include "common/estimation/vestim-preprocessing.h"

#include <math.h>
#include <string.h>

/* How much values may differ: half of the last digit of the file with fewer digits, because two
 * measurements of the same cycle agree to a few tenths of a millivolt for minutes. At most this
 * part of the range in training, and at least the next. */
#define MAX_TOLERANCE 1e-3
#define MIN_TOLERANCE 1e-7
#define MAX_DIGITS 8 /* after the point */

#define N_CELL_COLUMNS 2 /* the third one must agree, too */

#define FIRST_ROWS 10000 /* that tell the period, and the digits */

/* Columns */

/* `*width`: numbers from one row to the next. */
static const double *
column_of (const Series *series, int column, size_t *width)
{
  *width = column < 0 ? 1 : (size_t) series->n_inputs;
  return column < 0 ? series->target : series->inputs + column;
}

static int
find_name (char *const *columns, const char *name)
{
  for (int i = 0; columns[i]; i++)
    if (strcmp (columns[i], name) == 0)
      return i;
  return -1;
}

static void
add_column (Sampling *sampling, char *const *columns, const char *target, const char *name)
{
  int column = find_name (columns, name);

  if (column >= 0 && strcmp (name, target) != 0)
    sampling->columns[sampling->n_columns++] = column;
}

static void
choose_columns (Sampling *sampling, const Dataset *train, char *const *columns, const char *target)
{
  static const char *const names[] = { VESTIM_POWER_VOLTAGE, VESTIM_POWER_CURRENT,
                                       VESTIM_POWER_COLUMN };
  static const char *const others[] = { "Temp", "Temperature" };
  const Series *first = train->series->len > 0 ? train->series->pdata[0] : NULL;

  if (first && first->target)
    sampling->columns[sampling->n_columns++] = -1;
  for (size_t i = 0; i < G_N_ELEMENTS (names) && sampling->n_columns < N_CELL_COLUMNS; i++)
    add_column (sampling, columns, target, names[i]);
  if (sampling->n_columns == N_CELL_COLUMNS)
    for (size_t i = 0; i < G_N_ELEMENTS (others) && sampling->n_columns < SAMPLING_MAX_COLUMNS; i++)
      add_column (sampling, columns, target, others[i]);
}

/* A column that is constant is no evidence: everything agrees with it. */
static void
find_ranges (Sampling *sampling, const Dataset *train)
{
  for (int i = 0; i < sampling->n_columns; i++)
    {
      double min = INFINITY, max = -INFINITY;

      for (guint j = 0; j < train->series->len; j++)
        {
          const Series *series = train->series->pdata[j];
          size_t width = 0;
          const double *values = column_of (series, sampling->columns[i], &width);

          for (size_t row = 0; row < series->n_rows; row++)
            {
              min = fmin (min, values[row * width]);
              max = fmax (max, values[row * width]);
            }
        }
      sampling->min[i] = min;
      sampling->range[i] = max > min ? max - min : 1;
    }
}

bool
sampling_init (Sampling *sampling, const Dataset *train, char *const *columns, const char *target,
               double period)
{
  *sampling = (Sampling){ .period = period };
  choose_columns (sampling, train, columns, target);
  find_ranges (sampling, train);
  return sampling->n_columns > 0;
}

/* One second if it is unknown. */
static double
find_period (const Series *series)
{
  size_t n = MIN (series->n_rows, FIRST_ROWS);

  if (!series->times)
    return 1;

  g_autofree double *times = g_memdup2 (series->times, n * sizeof (double));
  double period = series_median_step (times, n);
  return period > 0 ? period : 1;
}

double
sampling_period (const Series *series)
{
  return fmax (find_period (series), 1);
}

/* Files */

/* The sum is computed again after some rows, so that rounding errors stay small. */
static double *
find_means (const SampledFile *file, int column)
{
  size_t n = file->series->n_rows, stride = file->stride, width = file->width[column];
  const double *values = file->values[column];
  double *means = g_new (double, n), sum = 0;

  for (size_t row = 0; row + stride <= n; row++)
    {
      if (row % stride == 0)
        {
          sum = 0;
          for (size_t i = 0; i < stride; i++)
            sum += values[(row + i) * width];
        }
      else
        sum += values[(row + stride - 1) * width] - values[(row - 1) * width];
      means[row] = sum / (double) stride;
    }
  return means;
}

/* Half of the last digit that the first values have after the point. */
static double
find_step (const SampledFile *file, int column)
{
  size_t n = MIN (file->series->n_rows, FIRST_ROWS), row = 0;
  double scale = 1;
  int digits = 0;

  while (row < n && digits < MAX_DIGITS)
    {
      double scaled = file->values[column][row * file->width[column]] * scale;

      if (fabs (scaled - round (scaled)) <= 1e-6)
        row++;
      else
        {
          digits++;
          scale *= 10;
        }
    }
  return 0.5 / scale;
}

/* The stride is 0 if the file has a longer period. */
void
sampled_file_init (SampledFile *file, const Sampling *sampling, const Series *series)
{
  double stride = round (sampling->period / find_period (series));

  *file = (SampledFile){ .series = series };
  file->stride = stride <= (double) series->n_rows ? (size_t) stride : 0;
  for (int i = 0; i < sampling->n_columns; i++)
    {
      file->values[i] = column_of (series, sampling->columns[i], &file->width[i]);
      file->steps[i] = find_step (file, i);
      if (file->stride > 1)
        file->means[i] = find_means (file, i);
    }
}

void
sampled_file_deinit (SampledFile *file)
{
  for (int i = 0; i < SAMPLING_MAX_COLUMNS; i++)
    g_free (file->means[i]);
}

static double
value_at (const SamplePlace *place, int column)
{
  const SampledFile *file = place->file;

  return place->is_mean ? file->means[column][place->row]
                        : file->values[column][place->row * file->width[column]];
}

/* The number of samples from the row on in its sequence. */
size_t
sampled_file_n_samples (const SampledFile *file, bool is_mean, size_t row)
{
  size_t last = is_mean ? file->stride - 1 : 0, n = file->series->n_rows;

  return row + last < n ? (n - last - row - 1) / file->stride + 1 : 0;
}

uint32_t
sample_cell (const Sampling *sampling, const SamplePlace *place, uint32_t n_cells)
{
  uint32_t cell = 0;

  for (int i = 0; i < MIN (sampling->n_columns, N_CELL_COLUMNS); i++)
    {
      double part = (value_at (place, i) - sampling->min[i]) / sampling->range[i];

      cell = cell * 4096 + (uint32_t) ((fmin (fmax (part, -1), 2) + 1) * n_cells);
    }
  return cell;
}

/* A mean has all its digits, so the other place has fewer. */
static double
tolerance (const Sampling *sampling, const SamplePlace *a, const SamplePlace *b, int column)
{
  double step =
      fmax (a->is_mean ? 0 : a->file->steps[column], b->is_mean ? 0 : b->file->steps[column]);

  return fmin (step + MIN_TOLERANCE * sampling->range[column],
               MAX_TOLERANCE * sampling->range[column]);
}

bool
samples_agree (const Sampling *sampling, const SamplePlace *a, const SamplePlace *b)
{
  for (int i = 0; i < sampling->n_columns; i++)
    if (!(fabs (value_at (a, i) - value_at (b, i)) <= tolerance (sampling, a, b, i)))
      return false;
  return true;
}
