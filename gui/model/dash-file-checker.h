/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-actions.h"

/* Has the server look into paths of data, many at a time, and again until it has answered. Signal:
 * "answered" (), after which there is news of some of the paths. */
#define DASH_TYPE_FILE_CHECKER (dash_file_checker_get_type ())
G_DECLARE_FINAL_TYPE (DashFileChecker, dash_file_checker, DASH, FILE_CHECKER, GObject)

DashFileChecker *dash_file_checker_new (DashActions *actions);

/* The path is asked for soon; once more adds nothing. */
void dash_file_checker_add (DashFileChecker *self, const char *path);
gboolean dash_file_checker_has (DashFileChecker *self, const char *path);
void dash_file_checker_remove (DashFileChecker *self, const char *path);

/* (nullable) (transfer none) what was found (VestimFileCheck): one element for a file, one for each
 * file in a folder. Valid until the next signal. */
GPtrArray *dash_file_checker_get (DashFileChecker *self, const char *path);

/* (nullable) (transfer none) why there is no answer, or not yet. */
const char *dash_file_checker_get_trouble (DashFileChecker *self, const char *path);
