/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/error-breakdown.h"

#include "common/json/vestim-json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A band ends below its upper edge; the first and the last band are open. Temperatures are in °C,
 * around the usual set points of climate chambers; states of charge are from 0 to 1; currents are
 * in A. */
static const struct
{
  const char *name;
  const char *column;
  int n_edges;
  double edges[ERROR_BREAKDOWN_MAX_BANDS - 1];
} conditions_table[ERROR_AXIS_N] = {
  [ERROR_AXIS_TEMPERATURE] = { "temperature", "Temp", 6, { -15, -5, 5, 15, 30, 40 } },
  [ERROR_AXIS_SOC] = { "soc", "SOC", 5, { 0.1, 0.2, 0.4, 0.6, 0.8 } },
  [ERROR_AXIS_CURRENT] = { "current", "Current", 8, { -10, -5, -2, -0.1, 0.1, 2, 5, 10 } },
};

/* A state of charge above this is in percent. */
#define LARGEST_FRACTION 1.5

/* Bands */

static int
find_column (const char *const *inputs, const char *name)
{
  for (int i = 0; inputs[i]; i++)
    if (strcmp (inputs[i], name) == 0)
      return i;
  return -1;
}

static double
largest_in_column (const Dataset *dataset, int column)
{
  double largest = -INFINITY;

  for (guint i = 0; i < dataset->series->len; i++)
    {
      const Series *series = dataset->series->pdata[i];

      for (size_t row = 0; row < series->n_rows; row++)
        largest = fmax (largest, series->inputs[row * (size_t) series->n_inputs + (size_t) column]);
    }
  return largest;
}

static guint8
band_of (ErrorAxis condition, double value)
{
  int band = 0;

  while (band < conditions_table[condition].n_edges
         && value >= conditions_table[condition].edges[band])
    band++;
  return (guint8) band;
}

static void
classify_series (Series *series, ErrorAxis condition, int column, double factor)
{
  for (size_t row = 0; row < series->n_rows; row++)
    {
      const double *inputs = series->inputs + row * (size_t) series->n_inputs;

      series->bands[row * ERROR_AXIS_N + condition] =
          column < 0 ? ERROR_BREAKDOWN_NO_BAND : band_of (condition, inputs[column] * factor);
    }
}

void
error_breakdown_classify (const Dataset *dataset, const char *const *inputs)
{
  for (guint i = 0; i < dataset->series->len; i++)
    {
      Series *series = dataset->series->pdata[i];

      g_free (series->bands);
      series->bands = g_new (guint8, series->n_rows * ERROR_AXIS_N);
    }

  for (int condition = 0; condition < ERROR_AXIS_N; condition++)
    {
      int column = find_column (inputs, conditions_table[condition].column);
      bool is_percent = condition == ERROR_AXIS_SOC && column >= 0
                        && largest_in_column (dataset, column) > LARGEST_FRACTION;

      for (guint i = 0; i < dataset->series->len; i++)
        classify_series (dataset->series->pdata[i], (ErrorAxis) condition, column,
                         is_percent ? 0.01 : 1);
    }
}

static void
add_bands (ErrorBreakdown *breakdown, const Series *series, const float *predicted)
{
  for (size_t row = 0; row < series->n_rows; row++)
    {
      double error = predicted[row] - series->target[row];

      for (int i = 0; i < ERROR_AXIS_N; i++)
        {
          guint8 number = series->bands[row * ERROR_AXIS_N + (size_t) i];

          if (number == ERROR_BREAKDOWN_NO_BAND)
            continue;
          breakdown->bands[i][number].n_rows++;
          breakdown->bands[i][number].squares += error * error;
        }
    }
}

/* The worst stretch */

static size_t
rows_of_stretch (const Series *series)
{
  double rows = ERROR_BREAKDOWN_STRETCH_S, period = series_period (series);

  if (isfinite (period))
    rows = rint (ERROR_BREAKDOWN_STRETCH_S / period);
  return rows < 1 ? 1 : rows > (double) series->n_rows ? series->n_rows : (size_t) rows;
}

static double
time_of (const Series *series, size_t row)
{
  return series->times ? series->times[row] : (double) row;
}

static void
find_worst (ErrorBreakdown *breakdown, const Series *series, const float *predicted)
{
  size_t n = rows_of_stretch (series), first = 0;
  g_autofree double *sums = g_new (double, series->n_rows + 1);
  double largest = -1;

  sums[0] = 0;
  for (size_t row = 0; row < series->n_rows; row++)
    {
      double error = predicted[row] - series->target[row];
      sums[row + 1] = sums[row] + error * error;
    }
  for (size_t row = 0; row + n <= series->n_rows; row++)
    if (sums[row + n] - sums[row] > largest)
      {
        largest = sums[row + n] - sums[row];
        first = row;
      }

  breakdown->worst_from = time_of (series, first);
  breakdown->worst_to = time_of (series, first + n - 1);
  breakdown->worst_rows = n;
  breakdown->worst_rmse = sqrt (largest / (double) n);
}

ErrorBreakdown
error_breakdown_of (const Series *series, const float *predicted)
{
  ErrorBreakdown breakdown = { 0 };

  add_bands (&breakdown, series, predicted);
  find_worst (&breakdown, series, predicted);
  return breakdown;
}

void
error_breakdown_merge (ErrorBreakdown *breakdown, const ErrorBreakdown *other)
{
  for (int i = 0; i < ERROR_AXIS_N; i++)
    for (int band = 0; band < ERROR_BREAKDOWN_MAX_BANDS; band++)
      {
        breakdown->bands[i][band].n_rows += other->bands[i][band].n_rows;
        breakdown->bands[i][band].squares += other->bands[i][band].squares;
      }
}

/* JSON */

static void
append_band (GString *json, ErrorAxis condition, int number, const ErrorBand *band)
{
  int n_edges = conditions_table[condition].n_edges;
  const double *edges = conditions_table[condition].edges;

  g_string_append (json, "{\"from\": ");
  vestim_json_append_double (json, number > 0 ? edges[number - 1] : -INFINITY);
  g_string_append (json, ", \"to\": ");
  vestim_json_append_double (json, number < n_edges ? edges[number] : INFINITY);
  g_string_append_printf (json, ", \"rows\": %zu, \"rmse_mv\": ", band->n_rows);
  vestim_json_append_double (json, sqrt (band->squares / (double) band->n_rows) * 1000);
  g_string_append_c (json, '}');
}

void
error_breakdown_append_bands (GString *json, const ErrorBreakdown *breakdown)
{
  const char *before_list = "";

  for (int i = 0; i < ERROR_AXIS_N; i++)
    {
      int n = 0;

      for (int number = 0; number <= conditions_table[i].n_edges; number++)
        {
          const ErrorBand *band = &breakdown->bands[i][number];

          if (band->n_rows == 0)
            continue;
          if (n++ == 0)
            g_string_append_printf (json, "%s\"%s\": [", before_list, conditions_table[i].name);
          else
            g_string_append (json, ", ");
          append_band (json, (ErrorAxis) i, number, band);
        }
      if (n > 0)
        {
          g_string_append_c (json, ']');
          before_list = ", ";
        }
    }
}

void
error_breakdown_append_worst (GString *json, const ErrorBreakdown *breakdown)
{
  g_string_append (json, "\"worst\": {\"from\": ");
  vestim_json_append_double (json, breakdown->worst_from);
  g_string_append (json, ", \"to\": ");
  vestim_json_append_double (json, breakdown->worst_to);
  g_string_append_printf (json, ", \"rows\": %zu, \"rmse_mv\": ", breakdown->worst_rows);
  vestim_json_append_double (json, breakdown->worst_rmse * 1000);
  g_string_append_c (json, '}');
}
