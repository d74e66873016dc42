/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* What the server found at a path, in one line. `checks` (VestimFileCheck) has one element for a
 * file, and one for each file in a folder. */

/* (transfer full) what is wrong with the files (`*wrong`), or what they contain. `needed` are the
 * columns that the job reads. */
char *dash_file_summary_describe (const char *path, GPtrArray *checks, const char *const *needed,
                                  gboolean *wrong);

/* How many of the files have a fault; 1 for a path without files. Cheaper than the description. */
guint dash_file_summary_count_wrong (GPtrArray *checks, const char *const *needed);

/* Appends the columns of the files to `columns` (element-type utf8), each once. */
void dash_file_summary_add_columns (GPtrArray *checks, GPtrArray *columns);

/* Whether the path is a folder that contains train, val and test. */
gboolean dash_file_summary_is_data_folder (const char *path, GPtrArray *checks);
