/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/data/data-traits.h"
#include "daemon/vestim-estimate/data/preprocess.h"
#include "daemon/vestim-estimate/data/series.h"
#include "daemon/vestim-estimate/results/model-file.h"

/* What the model does to its files. Valid as long as the model. */
Preprocess model_preprocess (const Model *model);

/* What the model knows of its training files; to be cleared. */
void model_traits (const Model *model, DataTraits *traits);

/* Whether the rows of a file must be as far apart as those of the training files. */
bool model_does_period_matter (const Model *model);

/* `(transfer full)` the rows of a file as the model sees them: preprocessed and scaled. The series
 * has the target, and the bands of the error breakdown, if the file has a column for it. NULL with
 * `error`, also when a target is needed and not there, and when units, sign of the current or
 * period are not those of the training files. */
Series *model_series_read (const Model *model, const char *path, bool needs_target, GError **error);

/* Whether the file has the columns of the model's inputs and target. Reads only the head of the
 * file. False with `error`. */
bool model_series_check (const Model *model, const char *path, GError **error);
