/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Counts values by size, for metrics. To count one costs a few nanoseconds. A histogram belongs to
 * one thread. */

#define HISTOGRAM_MAX_BOUNDS 16

/* Which sizes a histogram tells apart. */
typedef struct
{
  const uint64_t *bounds; /* upper bounds, rising */
  size_t n_bounds;        /* at most HISTOGRAM_MAX_BOUNDS */
  double per_unit;        /* values that make 1 in the text: 1e9 for ns that are shown in seconds */
} HistogramScale;

typedef struct
{
  const HistogramScale *scale;               /* set by the owner; the rest starts as 0 */
  uint64_t counts[HISTOGRAM_MAX_BOUNDS + 1]; /* of each bucket alone; the last has no bound */
  uint64_t sum;
} Histogram;

void histogram_add (Histogram *histogram, uint64_t value);

/* Durations in ns: from 100 µs to 10 s for what a client or a disk does, and from 10 ms to 1 day
 * for what waits for other jobs. */
extern const HistogramScale histogram_short_times;
extern const HistogramScale histogram_long_times;

/* Times in ns that should be short, from 1 ms to 1 s. */
extern const HistogramScale histogram_turns;

/* Numbers of things, from 1 to 10,000. */
extern const HistogramScale histogram_sizes;
