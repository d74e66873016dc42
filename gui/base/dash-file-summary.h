/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* What the server found about a path, told in a line: `checks` (VestimFileCheck) has one element
 * for a file, and one for each file of a folder. */

/* (transfer full) what is wrong with the files, or what is in them. `needed` are the columns that a
 * job reads; `*wrong` tells which of both it is. */
char *dash_file_summary_describe (const char *path, GPtrArray *checks, const char *const *needed,
                                  gboolean *wrong);

/* How many of the files are wrong, which costs less than to tell why. A path without any is one. */
guint dash_file_summary_count_wrong (GPtrArray *checks, const char *const *needed);

/* Appends to `columns` (char) those of the checks that it does not have yet. */
void dash_file_summary_add_columns (GPtrArray *checks, GPtrArray *columns);

/* Whether the path is that of a folder with train, val and test in it. */
gboolean dash_file_summary_is_data_folder (const char *path, GPtrArray *checks);
