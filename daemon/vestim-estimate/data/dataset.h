/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/vestim-estimate/base/network-shape.h"
#include "daemon/vestim-estimate/data/scaling.h"
#include "daemon/vestim-estimate/data/series.h"

/* The files of training, of validation or of the test. Every row of each is the last one of a
 * window, so windows are numbered as the rows are, file after file. */
typedef struct
{
  GPtrArray *series; /* Series */
  uint32_t *firsts;  /* number of the first row of each, then of all rows */
  uint32_t n_rows;
} Dataset;

/* `(transfer full)` all files read, not yet scaled; NULL with `error`. */
Dataset *dataset_read (const GPtrArray *paths, const char *const *inputs, const char *target,
                       GError **error);
void dataset_free (Dataset *dataset);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Dataset, dataset_free)

/* After the number of rows of its series has changed; false with `error` when they are too many. */
bool dataset_count_rows (Dataset *dataset, GError **error);

void dataset_scale (Dataset *dataset, const Scaling *scaling);

/* The window of `lookback` rows that ends with the row; the scaled target of the row. Good as long
 * as the dataset is. */
void dataset_window (const Dataset *dataset, uint32_t row, int lookback, NetworkWindow *window,
                     float *target);

/* The same for a row of one series, without the target. */
NetworkWindow series_window (const Series *series, size_t row, int lookback);
