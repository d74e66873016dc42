/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The columns that a job usually reads, among those that are in the files. */

/* (nullable) (transfer none) the one of `columns` that stands for the usual column `name`: of that
 * name, or else the only one that looks like it ("Temperature" for "Temp"). */
const char *dash_file_columns_find (const char *const *columns, const char *name);
