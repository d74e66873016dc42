/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/metrics/histogram.h"

#define N(array) (sizeof (array) / sizeof *(array))
#define US UINT64_C (1000)
#define MS (1000 * US)
#define S (1000 * MS)
#define HOUR (3600 * S)

static const uint64_t short_times[] = {
  100 * US, 250 * US, 500 * US, 1 * MS,   2500 * US, 5 * MS,    10 * MS, 25 * MS,
  50 * MS,  100 * MS, 250 * MS, 500 * MS, 1 * S,     2500 * MS, 5 * S,   10 * S,
};

static const uint64_t long_times[] = {
  10 * MS, 100 * MS, 1 * S,    10 * S,   60 * S,   300 * S,
  900 * S, 1800 * S, 1 * HOUR, 3 * HOUR, 6 * HOUR, 24 * HOUR,
};

static const uint64_t turns[] = {
  1 * MS, 2 * MS, 5 * MS, 10 * MS, 20 * MS, 50 * MS, 100 * MS, 200 * MS, 500 * MS, 1 * S,
};

static const uint64_t sizes[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000 };

const HistogramScale histogram_short_times = { short_times, N (short_times), 1e9 };
const HistogramScale histogram_long_times = { long_times, N (long_times), 1e9 };
const HistogramScale histogram_turns = { turns, N (turns), 1e9 };
const HistogramScale histogram_sizes = { sizes, N (sizes), 1 };

void
histogram_add (Histogram *histogram, uint64_t value)
{
  const HistogramScale *scale = histogram->scale;
  size_t i = 0;

  while (i < scale->n_bounds && value > scale->bounds[i])
    i++;
  histogram->counts[i]++;
  histogram->sum += value;
}
