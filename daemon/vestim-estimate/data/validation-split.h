/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/data/dataset.h"

/* Moves about this share of the rows from the training set to the validation set, which is empty:
 * whole files, spread over the list, if there are enough; otherwise the end of each file. They are
 * preprocessed, but not scaled. `*note` `(transfer full)` is a sentence about what was moved, and
 * `*is_by_file` says whether whole files were. False with `error` when the files are too short. */
bool validation_split (Dataset *train, Dataset *validation, double share, char **note,
                       bool *is_by_file, GError **error);
