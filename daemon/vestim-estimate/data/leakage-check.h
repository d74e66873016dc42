/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/data/dataset.h"

/* How many rows in a row, of which how many are different ones, count as taken from training. */
#define LEAKAGE_ROWS 100
#define LEAKAGE_DISTINCT_ROWS 50

/* False with `error`, which names the files, when rows of a validation or test file are in a
 * training file, whatever the file's name, number format or order of columns: a figure on them
 * would tell nothing. The sets are not yet scaled. */
bool leakage_check (Dataset *const sets[DATA_N_SETS], GError **error);
