/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/estimation/vestim-data-settings.h"
#include "common/estimation/vestim-preprocessing.h"
#include "daemon/vestim-estimate/data/dataset.h"

/* What a job or a model does to its files. */
typedef struct
{
  const VestimPreprocessing *preprocessing; /* (nullable) */
  char *const *inputs;                      /* NULL-terminated */
  const char *target;
  VestimCurrentSign current_sign; /* of the files; VESTIM_SIGN_AS_WRITTEN: unknown */
} Preprocess;

/* `(transfer full)` the NULL-terminated names of the columns of the files that the inputs, and the
 * target if it is computed, are computed from. */
char **preprocess_columns (const Preprocess *config);

/* (nullable) the target if it is a column of the files, not a computed one. */
const char *preprocess_target (const Preprocess *config);

/* Whether the times of a file are enough for the preprocessing (nullable): some of it needs them,
 * or the stated period. False with `error`. */
bool preprocess_check_times (const VestimPreprocessing *preprocessing, const char *path,
                             bool has_times, GError **error);

/* Computes the inputs, and a computed target, from those columns of a series that is not scaled
 * yet. False with `error` when its times don't allow it. */
bool preprocess_series (const Preprocess *config, Series *series, GError **error);

bool preprocess_dataset (const Preprocess *config, Dataset *dataset, GError **error);
