/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/estimation/vestim-preprocessing.h"
#include "daemon/vestim-estimate/data/dataset.h"

/* `(transfer full)` the NULL-terminated names of the columns that the inputs are computed from.
 * `preprocessing` is nullable, here and below. */
char **preprocess_columns (const VestimPreprocessing *preprocessing, char *const *inputs);

/* Computes the inputs from those columns of a series that is not scaled yet. False with `error`
 * when its times can't be resampled. */
bool preprocess_series (const VestimPreprocessing *preprocessing, char *const *inputs,
                        Series *series, GError **error);

bool preprocess_dataset (const VestimPreprocessing *preprocessing, char *const *inputs,
                         Dataset *dataset, GError **error);
