/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/training/tester.h"

#define LANES_AT_ONCE 1024
#define WINDOWS_AT_ONCE 4096 /* enough for several threads */

static void
predict_windows (Network *network, const float *parameters, const Series *series, float *predicted)
{
  int lookback = network_shape (network)->lookback;
  g_autofree NetworkWindow *windows = g_new (NetworkWindow, WINDOWS_AT_ONCE);

  for (size_t first = 0; first < series->n_rows; first += WINDOWS_AT_ONCE)
    {
      size_t n = MIN (series->n_rows - first, WINDOWS_AT_ONCE);

      for (size_t i = 0; i < n; i++)
        windows[i] = series_window (series, first + i, lookback);
      network_predict (network, parameters, windows, (int) n, predicted + first);
    }
}

void
tester_unscale (const ScalingRange *target, float *values, size_t n)
{
  for (size_t i = 0; i < n; i++)
    values[i] = (float) scaling_unscale (target, values[i]);
}

float *
tester_predict (Network *network, const float *parameters, const ScalingRange *target,
                VestimTestMode mode, const Series *series)
{
  float *predicted = g_new (float, series->n_rows);

  if (mode == VESTIM_TEST_STATEFUL)
    for (guint i = 0; i < series_n_segments (series); i++)
      {
        size_t first = series_segment_begin (series, i);

        network_forward_stateful (network, parameters,
                                  series->scaled_inputs + first * (size_t) series->n_inputs,
                                  series_segment_end (series, i) - first, predicted + first);
      }
  else
    predict_windows (network, parameters, series, predicted);

  tester_unscale (target, predicted, series->n_rows);
  return predicted;
}

void
tester_add_errors (ErrorStats *stats, const Series *series, const float *predicted)
{
  for (size_t row = 0; row < series->n_rows; row++)
    error_stats_add (stats, series->target[row], predicted[row]);
}

ErrorStats
tester_compare (const Series *series, const float *predicted)
{
  ErrorStats stats = { 0 };

  tester_add_errors (&stats, series, predicted);
  return stats;
}

/* Stateful predictions of many segments, side by side as the streams of training. */

typedef struct
{
  const float *inputs; /* [row][input], scaled */
  size_t n_rows;
  float *predicted; /* scaled */
} Lane;

typedef struct
{
  Network *network;
  const float *parameters;
  Lane *lanes; /* the longest segment first, so that those that have ended are the last ones */
  int n;
  NetworkChunk *chunks;
  float *states;
  float *outputs; /* [lookback][n] */
} Lanes;

static int
compare_lengths (gconstpointer a, gconstpointer b, gpointer user)
{
  size_t first = ((const Lane *) a)->n_rows, second = ((const Lane *) b)->n_rows;

  return first == second ? 0 : first > second ? -1 : 1;
}

/* Starts as a window does: with the first row of each segment, lookback - 1 times. */
static void
begin_lanes (const Lanes *lanes)
{
  int n_rows = network_shape (lanes->network)->lookback - 1;

  for (int i = 0; i < lanes->n; i++)
    lanes->chunks[i].window = (NetworkWindow){ lanes->lanes[i].inputs, n_rows };
  if (n_rows > 0)
    network_run_streams (lanes->network, lanes->parameters, lanes->chunks, lanes->n, n_rows,
                         lanes->states, NULL);
}

/* The next rows of the first `n` segments, from `first` on. */
static void
advance_lanes (const Lanes *lanes, int n, size_t first, int n_rows)
{
  size_t at = first * (size_t) network_shape (lanes->network)->n_inputs;

  for (int i = 0; i < n; i++)
    lanes->chunks[i].window = (NetworkWindow){ lanes->lanes[i].inputs + at, 0 };
  network_run_streams (lanes->network, lanes->parameters, lanes->chunks, n, n_rows, lanes->states,
                       lanes->outputs);
  for (int row = 0; row < n_rows; row++)
    for (int i = 0; i < n; i++)
      lanes->lanes[i].predicted[first + (size_t) row] = lanes->outputs[row * n + i];
}

static void
run_lanes (const Lanes *lanes)
{
  size_t first = 0, lookback = (size_t) network_shape (lanes->network)->lookback;
  int n = lanes->n;

  begin_lanes (lanes);
  while (n > 0)
    {
      size_t n_rows = MIN (lanes->lanes[n - 1].n_rows - first, lookback);

      advance_lanes (lanes, n, first, (int) n_rows);
      first += n_rows;
      while (n > 0 && lanes->lanes[n - 1].n_rows == first)
        n--;
    }
}

/* `(transfer full)` Lane of all segments. `predicted` has an array for each series. */
static GArray *
list_lanes (const Dataset *dataset, const GPtrArray *predicted)
{
  GArray *lanes = g_array_new (FALSE, FALSE, sizeof (Lane));

  for (guint i = 0; i < dataset->series->len; i++)
    {
      const Series *series = dataset->series->pdata[i];

      for (guint segment = 0; segment < series_n_segments (series); segment++)
        {
          size_t first = series_segment_begin (series, segment);
          const Lane lane = {
            .inputs = series->scaled_inputs + first * (size_t) series->n_inputs,
            .n_rows = series_segment_end (series, segment) - first,
            .predicted = (float *) predicted->pdata[i] + first,
          };

          g_array_append_val (lanes, lane);
        }
    }
  g_array_sort_with_data (lanes, compare_lengths, NULL);
  return lanes;
}

static void
predict_lanes (Network *network, const float *parameters, Lane *lanes, guint n)
{
  size_t n_outputs = (size_t) network_shape (network)->lookback * n;
  g_autofree NetworkChunk *chunks = g_new0 (NetworkChunk, n);
  g_autofree float *states = g_new0 (float, n *network_n_state (network));
  g_autofree float *outputs = g_new (float, n_outputs);
  const Lanes all = { network, parameters, lanes, (int) n, chunks, states, outputs };

  run_lanes (&all);
}

/* `predicted` has an array for each series of the dataset. */
static void
predict_stateful (Network *network, const float *parameters, const Dataset *dataset,
                  GPtrArray *predicted)
{
  g_autoptr (GArray) lanes = list_lanes (dataset, predicted);

  for (guint first = 0; first < lanes->len; first += LANES_AT_ONCE)
    predict_lanes (network, parameters, &g_array_index (lanes, Lane, first),
                   MIN (lanes->len - first, LANES_AT_ONCE));
}

/* `(transfer full)` an array for each series, scaled. */
static GPtrArray *
predict_all (Network *network, const float *parameters, VestimTestMode mode, const Dataset *dataset)
{
  GPtrArray *predicted = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < dataset->series->len; i++)
    {
      const Series *series = dataset->series->pdata[i];

      g_ptr_array_add (predicted, g_new (float, series->n_rows));
      if (mode != VESTIM_TEST_STATEFUL)
        predict_windows (network, parameters, series, predicted->pdata[i]);
    }
  if (mode == VESTIM_TEST_STATEFUL)
    predict_stateful (network, parameters, dataset, predicted);
  return predicted;
}

ErrorStats
tester_evaluate (Network *network, const float *parameters, const ScalingRange *target,
                 VestimTestMode mode, const Dataset *dataset)
{
  g_autoptr (GPtrArray) predicted = predict_all (network, parameters, mode, dataset);
  ErrorStats all = { 0 };

  for (guint i = 0; i < dataset->series->len; i++)
    {
      const Series *series = dataset->series->pdata[i];
      ErrorStats stats = { 0 };

      tester_unscale (target, predicted->pdata[i], series->n_rows);
      stats = tester_compare (series, predicted->pdata[i]);
      error_stats_merge (&all, &stats);
    }
  return all;
}
