/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/validation-split.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <math.h>
#include <string.h>

#define MIN_ROWS 2 /* of a file, as in files that are read */

/* Files differ in length: whole files may have from half to twice the share of the rows. */
#define MAX_FACTOR 2.0

#define MAX_NAMED 10 /* files in the note */

/* The j-th of k files that are spread over n. */
static guint
chosen_file (guint j, guint k, guint n)
{
  return (guint) (((double) j + 0.5) * n / k);
}

static bool
are_files_enough (const Dataset *train, double share, guint k)
{
  guint n = train->series->len;
  double rows = 0;

  if (k < 1 || k >= n)
    return false;

  for (guint j = 0; j < k; j++)
    rows += (double) ((const Series *) train->series->pdata[chosen_file (j, k, n)])->n_rows;
  rows /= train->n_rows;
  return rows >= share / MAX_FACTOR && rows <= fmin (share * MAX_FACTOR, 0.5 * (1 + share));
}

static void
move_files (Dataset *train, Dataset *validation, guint k)
{
  guint n = train->series->len;

  for (guint j = k; j-- > 0;)
    g_ptr_array_insert (validation->series, 0,
                        g_ptr_array_steal_index (train->series, chosen_file (j, k, n)));
}

/* (transfer full) (nullable) the values from the row on, which leave the array. */
static double *
split_values (double **values, size_t row, size_t n_rows, size_t width)
{
  size_t n_first = row * width, n_rest = (n_rows - row) * width;

  if (!*values)
    return NULL;

  double *rest = g_memdup2 (*values + n_first, n_rest * sizeof (double));
  *values = g_renew (double, *values, n_first);
  return rest;
}

/* (transfer full) the rows from this one on, which leave the series. */
static Series *
split_series (Series *series, size_t row)
{
  Series *rest = g_memdup2 (series, sizeof *series);
  size_t n_rows = series->n_rows;

  rest->path = g_strdup (series->path);
  rest->digest = g_strdup (series->digest);
  rest->n_rows = n_rows - row;
  rest->inputs = split_values (&series->inputs, row, n_rows, (size_t) series->n_inputs);
  rest->target = split_values (&series->target, row, n_rows, 1);
  rest->times = split_values (&series->times, row, n_rows, 1);
  rest->segments = series_split_segments (series, row);
  rest->facts = NULL;
  series->n_rows = row;
  return rest;
}

static void
move_ends (Dataset *train, Dataset *validation, double share)
{
  for (guint i = 0; i < train->series->len; i++)
    {
      Series *series = train->series->pdata[i];
      size_t n = (size_t) round (share * (double) series->n_rows);

      if (n >= MIN_ROWS && series->n_rows >= n + MIN_ROWS)
        g_ptr_array_add (validation->series, split_series (series, series->n_rows - n));
    }
}

static void
grow (Dataset *dataset, guint n_files)
{
  g_free (dataset->firsts);
  dataset->firsts = g_new0 (uint32_t, n_files + 1);
}

static char *
describe (const Dataset *train, const Dataset *validation, bool is_by_file, double share)
{
  GString *note = g_string_new (NULL);
  guint n = validation->series->len;

  if (!is_by_file)
    g_string_append_printf (note,
                            "the last %g %% of each training file are used for validation instead "
                            "of training: %u of %u rows",
                            share * 100, validation->n_rows, validation->n_rows + train->n_rows);
  else
    g_string_append_printf (note,
                            "%u of %u training files are used for validation instead of training, "
                            "with %u of %u rows: ",
                            n, n + train->series->len, validation->n_rows,
                            validation->n_rows + train->n_rows);
  for (guint i = 0; is_by_file && i < MIN (n, MAX_NAMED); i++)
    g_string_append_printf (note, "%s%s", i ? ", " : "",
                            ((const Series *) validation->series->pdata[i])->path);
  if (is_by_file && n > MAX_NAMED)
    g_string_append_printf (note, " and %u more", n - MAX_NAMED);
  return g_string_free (note, FALSE);
}

bool
validation_split (Dataset *train, Dataset *validation, double share, char **note, bool *is_by_file,
                  GError **error)
{
  guint n = train->series->len, k = (guint) floor (share * n + 0.5);

  *is_by_file = share * n >= 1 - 1e-9 && are_files_enough (train, share, k);
  if (*is_by_file)
    move_files (train, validation, k);
  else
    move_ends (train, validation, share);
  if (validation->series->len == 0)
    {
      failure_set (error,
                   "the training files are too short for validation_share: give longer ones, "
                   "or validation_files");
      return false;
    }

  grow (train, train->series->len);
  grow (validation, validation->series->len);
  if (!dataset_count_rows (train, error) || !dataset_count_rows (validation, error))
    return false;
  *note = describe (train, validation, *is_by_file, share);
  return true;
}
