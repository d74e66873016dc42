/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/series-rows.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
series_rows_init (SeriesRows *rows, const char *path, size_t n_columns, size_t n_needed)
{
  const size_t first = 0;

  *rows = (SeriesRows){ .path = path, .n_columns = n_columns, .n_needed = n_needed };
  rows->segments = g_array_new (FALSE, FALSE, sizeof (size_t));
  g_array_append_val (rows->segments, first);
  rows->lines = g_array_new (FALSE, FALSE, sizeof (SeriesLine));
  rows->row_word = "row";
  rows->time_name = "Time";
}

void
series_rows_clear (SeriesRows *rows)
{
  g_clear_pointer (&rows->values, g_free);
  g_clear_pointer (&rows->times, g_free);
  g_clear_pointer (&rows->segments, g_array_unref);
  g_clear_pointer (&rows->lines, g_array_unref);
}

void
series_rows_note_line (SeriesRows *rows, size_t line)
{
  const GArray *lines = rows->lines;
  const SeriesLine next = { rows->n_rows, line };
  const SeriesLine *last =
      lines->len > 0 ? &g_array_index (lines, SeriesLine, lines->len - 1) : NULL;

  if (!last || line - last->line != rows->n_rows - last->row)
    g_array_append_val (rows->lines, next);
}

/* (transfer full) "/data/a.csv, line 82" */
static char *
place_of_row (const SeriesRows *rows, size_t row)
{
  guint i = rows->lines->len;

  while (i > 0 && g_array_index (rows->lines, SeriesLine, i - 1).row > row)
    i--;
  if (i == 0)
    return g_strdup_printf ("%s, row %zu", rows->path, row + 1);

  const SeriesLine *start = &g_array_index (rows->lines, SeriesLine, i - 1);
  return g_strdup_printf ("%s, %s %zu", rows->path, rows->row_word,
                          start->line + (row - start->row));
}

static void
move_row (SeriesRows *rows, size_t to, size_t from)
{
  size_t n = rows->n_columns;

  if (to == from)
    return;
  g_array_set_size (rows->lines, 0);
  memcpy (rows->values + to * n, rows->values + from * n, n * sizeof (double));
  if (rows->times)
    rows->times[to] = rows->times[from];
}

/* Times */

/* The number of rows whose time is not after all earlier ones, and the first of them. */
static size_t
count_wrong (const SeriesRows *rows, size_t *first)
{
  size_t n = 0;
  double latest = -INFINITY;

  for (size_t row = 0; row < rows->n_rows; row++)
    if (rows->times[row] > latest)
      latest = rows->times[row];
    else if (n++ == 0)
      *first = row;
  return n;
}

static void
drop_wrong (SeriesRows *rows)
{
  size_t n = 0;

  for (size_t row = 0; row < rows->n_rows; row++)
    if (n == 0 || rows->times[row] > rows->times[n - 1])
      move_row (rows, n++, row);
  rows->n_rows = n;
}

static int
compare_times (gconstpointer a, gconstpointer b, gpointer user)
{
  const double *times = user;
  size_t i = *(const size_t *) a, j = *(const size_t *) b;

  if (times[i] != times[j])
    return times[i] < times[j] ? -1 : 1;
  return i < j ? -1 : 1;
}

static void
sort (SeriesRows *rows)
{
  size_t n = rows->n_rows, width = rows->n_columns;
  g_autofree size_t *order = g_new (size_t, n);
  double *values = g_new (double, n *width), *times = g_new (double, n);

  for (size_t i = 0; i < n; i++)
    order[i] = i;
  g_qsort_with_data (order, (int) n, sizeof *order, compare_times, rows->times);
  for (size_t i = 0; i < n; i++)
    {
      memcpy (values + i * width, rows->values + order[i] * width, width * sizeof (double));
      times[i] = rows->times[order[i]];
    }
  g_free (rows->values);
  g_free (rows->times);
  rows->values = values;
  rows->times = times;
  g_array_set_size (rows->lines, 0);
  drop_wrong (rows); /* equal times */
}

static void
refuse_time (const SeriesRows *rows, size_t row, size_t n_wrong, GError **error)
{
  g_autofree char *place = place_of_row (rows, row);
  double before = rows->times[row - 1], time = rows->times[row];
  g_autofree char *what =
      time < before ? g_strdup_printf ("the time goes back from %.15g s to %.15g s", before, time)
                    : g_strdup_printf ("the time %.15g s is not after all times before it", time);

  /* To sort the rows of many steps mixes the steps. */
  g_autofree char *remedy =
      n_wrong * 2 >= rows->n_rows
          ? g_strdup_printf ("the times seem to start again, as those of a step do: name a column "
                             "whose times go on with time_column, or make a file of each series; "
                             "\"on_time_error\": \"drop\" would leave %zu rows",
                             rows->n_rows - n_wrong)
          : g_strdup ("correct the file, name another column with time_column, or give "
                      "\"on_time_error\": \"sort\" or \"drop\"");

  failure_set (error, "%s, column \"%s\": %s (%zu %s of %zu): %s", place, rows->time_name, what,
               n_wrong, n_wrong == 1 ? "row" : "rows", rows->n_rows, remedy);
}

bool
series_rows_order (SeriesRows *rows, VestimTimeError how, size_t *n_wrong, GError **error)
{
  size_t first = 0;

  *n_wrong = rows->times ? count_wrong (rows, &first) : 0;
  if (*n_wrong == 0)
    return true;

  if (how == VESTIM_TIME_ERROR_REFUSE)
    refuse_time (rows, first, *n_wrong, error);
  else if (how == VESTIM_TIME_ERROR_SORT)
    sort (rows);
  else
    drop_wrong (rows);
  return how != VESTIM_TIME_ERROR_REFUSE;
}

/* Missing cells */

static bool
is_complete (const SeriesRows *rows, size_t row)
{
  const double *values = rows->values + row * rows->n_columns;

  for (size_t i = 0; i < rows->n_needed; i++)
    if (isnan (values[i]))
      return false;
  return true;
}

size_t
series_rows_drop_missing (SeriesRows *rows, double max_gap)
{
  size_t n = 0, last = 0, n_before = rows->n_rows;

  for (size_t row = 0; row < n_before; row++)
    {
      if (!is_complete (rows, row))
        continue;
      if (n > 0 && !rows->times && (double) (row - last) > max_gap)
        g_array_append_val (rows->segments, n);
      last = row;
      move_row (rows, n++, row);
    }
  rows->n_rows = n;
  return n_before - n;
}

static double
place_of (const SeriesRows *rows, size_t row)
{
  return rows->times ? rows->times[row] : (double) row;
}

static bool
fill_column (SeriesRows *rows, size_t column, size_t begin, size_t end, int max_run,
             const char *name, GError **error)
{
  double *values = rows->values + column;
  size_t width = rows->n_columns;

  for (size_t row = begin; row < end; row++)
    {
      size_t after = row;

      while (after < end && isnan (values[after * width]))
        after++;
      if (after == row)
        continue;
      if (row == begin || after == end || after - row > (size_t) max_run)
        {
          bool is_long = row > begin && after < end;
          g_autofree char *place = place_of_row (rows, row);

          failure_set (error,
                       "%s: %zu successive cells of \"%s\" are missing, %s: give "
                       "\"missing\": \"drop\", or complete the file",
                       place, after - row, name,
                       is_long ? "more than missing.interpolate allows"
                               : "and there is no value on one side of them");
          return false;
        }

      double first = values[(row - 1) * width], last = values[after * width];
      double start = place_of (rows, row - 1), length = place_of (rows, after) - start;
      for (; row < after; row++)
        values[row * width] = first + (last - first) * (place_of (rows, row) - start) / length;
    }
  return true;
}

bool
series_rows_fill_missing (SeriesRows *rows, int max_run, const char *const *names, GError **error)
{
  for (guint i = 0; i < rows->segments->len; i++)
    {
      size_t begin = g_array_index (rows->segments, size_t, i);
      size_t end = i + 1 < rows->segments->len ? g_array_index (rows->segments, size_t, i + 1)
                                               : rows->n_rows;

      for (size_t column = 0; column < rows->n_needed; column++)
        if (!fill_column (rows, column, begin, end, max_run, names[column], error))
          return false;
    }
  return true;
}

/* Gaps */

size_t
series_rows_cut (SeriesRows *rows, double max_gap, double period)
{
  g_autofree double *times =
      rows->times ? g_memdup2 (rows->times, rows->n_rows * sizeof (double)) : NULL;
  double median = times ? series_median_step (times, rows->n_rows) : NAN;

  /* The tolerance is for the rounding of decimal times. */
  double limit = max_gap * fmax (median, period) * (1 + 1e-6);
  for (size_t row = 1; rows->times && limit > 0 && row < rows->n_rows; row++)
    if (rows->times[row] - rows->times[row - 1] > limit)
      g_array_append_val (rows->segments, row);
  return rows->segments->len - 1;
}
