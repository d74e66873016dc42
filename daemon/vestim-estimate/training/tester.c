/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/training/tester.h"

#define WINDOWS_AT_ONCE 1024

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

float *
tester_predict (Network *network, const float *parameters, const ScalingRange *target,
                VestimTestMode mode, const Series *series)
{
  float *predicted = g_new (float, series->n_rows);

  if (mode == VESTIM_TEST_STATEFUL)
    network_forward_stateful (network, parameters, series->scaled_inputs, series->n_rows,
                              predicted);
  else
    predict_windows (network, parameters, series, predicted);

  for (size_t row = 0; row < series->n_rows; row++)
    predicted[row] = (float) scaling_unscale (target, predicted[row]);
  return predicted;
}

ErrorStats
tester_compare (const Series *series, const float *predicted)
{
  ErrorStats stats = { 0 };

  for (size_t row = 0; row < series->n_rows; row++)
    error_stats_add (&stats, series->target[row], predicted[row]);
  return stats;
}

ErrorStats
tester_evaluate (Network *network, const float *parameters, const ScalingRange *target,
                 const Dataset *dataset)
{
  ErrorStats all = { 0 };

  for (guint i = 0; i < dataset->series->len; i++)
    {
      const Series *series = dataset->series->pdata[i];
      g_autofree float *predicted =
          tester_predict (network, parameters, target, VESTIM_TEST_WINDOWED, series);
      ErrorStats stats = tester_compare (series, predicted);

      error_stats_merge (&all, &stats);
    }
  return all;
}
