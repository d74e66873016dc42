/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/data/dataset.h"

/* Read files with the default settings. */

static inline Series *
read_series (const char *path, const char *const *inputs, const char *target, GError **error)
{
  g_autoptr (VestimDataSettings) settings = vestim_data_settings_new ();
  const SeriesRequest request = { .inputs = inputs, .target = target, .settings = settings };

  return series_read (path, &request, error);
}

static inline Dataset *
read_dataset (const GPtrArray *paths, const char *const *inputs, const char *target, GError **error)
{
  g_autoptr (VestimDataSettings) settings = vestim_data_settings_new ();
  const SeriesRequest request = { .inputs = inputs, .target = target, .settings = settings };

  return dataset_read (paths, &request, error);
}
