/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-actions.h"

/* Has the server check paths of data, many at a time, and again until it has answered. Signal:
 * "answered" (): the results of some paths have changed. */
#define DASH_TYPE_FILE_CHECKER (dash_file_checker_get_type ())
G_DECLARE_FINAL_TYPE (DashFileChecker, dash_file_checker, DASH, FILE_CHECKER, GObject)

DashFileChecker *dash_file_checker_new (DashActions *actions);

/* The path is checked soon; adding it again has no effect. */
void dash_file_checker_add (DashFileChecker *self, const char *path);
gboolean dash_file_checker_has (DashFileChecker *self, const char *path);
void dash_file_checker_remove (DashFileChecker *self, const char *path);

/* (nullable) (transfer none) (element-type VestimFileCheck) the result: one element for a file, one
 * for each file in a folder. Valid until the next signal. */
GPtrArray *dash_file_checker_get (DashFileChecker *self, const char *path);

/* (nullable) (transfer none) why there is no result, or not yet. */
const char *dash_file_checker_get_error (DashFileChecker *self, const char *path);
