/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/vestim-estimate/base/network-shape.h"
#include "daemon/vestim-estimate/data/scaling.h"
#include "daemon/vestim-estimate/data/series.h"

/* The files of training, of validation or of the test. Every row is the last row of one window, so
 * windows have the numbers of the rows, file after file. */
typedef struct
{
  GPtrArray *series; /* Series */
  uint32_t *firsts;  /* number of the first row of each, then of all rows */
  uint32_t n_rows;
} Dataset;

/* `(transfer full)` all files read, not yet scaled; NULL with `error`. */
Dataset *dataset_read (const GPtrArray *paths, const SeriesRequest *request, GError **error);
void dataset_free (Dataset *dataset);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Dataset, dataset_free)

/* Call this after the number of rows of a series has changed. False with `error` when there are too
 * many. */
bool dataset_count_rows (Dataset *dataset, GError **error);

void dataset_scale (Dataset *dataset, const Scaling *scaling);

/* The window of `lookback` rows that ends with the row (the first row of its segment stands for the
 * rows before it), and the scaled target of the row. Valid as
 * long as the dataset. */
void dataset_window (const Dataset *dataset, uint32_t row, int lookback, NetworkWindow *window,
                     float *target);

/* The same for a row of one series, without the target. */
NetworkWindow series_window (const Series *series, size_t row, int lookback);
