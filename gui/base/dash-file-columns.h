/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* (nullable) (transfer none) which of a file's `columns` is the usual column `name`: the one of
 * that name, or else the only one with a similar name ("Temperature" for "Temp"). */
const char *dash_file_columns_find (const char *const *columns, const char *name);

/* (nullable) the role of a column with this name, as far as names begin like the usual ones: a job
 * that finds no column of the name takes the only one with the same role. */
const char *dash_file_columns_role (const char *name);

/* (transfer full) the names of the columns that a job with these further settings (JSON) computes:
 * SOC, Power and those of `derived`. None while the text can't be understood. */
char **dash_file_columns_computed (const char *settings);
