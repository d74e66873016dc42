/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/data/dataset.h"

/* This many successive rows, of which this many are different, count as taken from training. */
#define LEAKAGE_ROWS 100
#define LEAKAGE_DISTINCT_ROWS 50

/* False with `error`, which names the files, when rows of a validation or test file are also in a
 * training file, whatever the file's name, number format or order of columns, and also with other
 * digits or with another sampling period. An error measured on such rows means nothing. The sets
 * are not scaled yet. `columns` are the names of their inputs, NULL-terminated; `target` is
 * nullable. */
bool leakage_check (Dataset *const sets[DATA_N_SETS], char *const *columns, const char *target,
                    GError **error);
