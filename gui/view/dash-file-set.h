/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "model/dash-actions.h"

/* One of the three sets of files of an estimation: added by chooser or by drag and drop, each
 * looked into by the server as soon as it is there. Signal: "changed" (). */
#define DASH_TYPE_FILE_SET (dash_file_set_get_type ())
G_DECLARE_FINAL_TYPE (DashFileSet, dash_file_set, DASH, FILE_SET, AdwPreferencesGroup)

DashFileSet *dash_file_set_new (const char *title, DashActions *actions, gboolean local);
void dash_file_set_add (DashFileSet *self, const char *path);

/* Adds the path that is typed and not added yet. */
void dash_file_set_commit (DashFileSet *self);

/* (transfer full) the paths, NULL-terminated. */
char **dash_file_set_dup_paths (DashFileSet *self);

/* (nullable) (transfer none) the columns of the first file that was understood. */
const char *const *dash_file_set_get_columns (DashFileSet *self);

/* `text` (nullable) is shown as the fault of the set. */
void dash_file_set_set_error (DashFileSet *self, const char *text);
