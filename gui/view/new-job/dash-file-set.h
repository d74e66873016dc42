/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "gui/model/dash-actions.h"

/* One of the three sets of files of an estimation: added by chooser, by drag and drop or by typing,
 * each looked into by the server as soon as it is there. Signals: "changed" (), once for many
 * changes, also when the server has answered; "data-folder" (path), when a folder with train, val
 * and test in it was added, which then is not of this set any more. */
#define DASH_TYPE_FILE_SET (dash_file_set_get_type ())
G_DECLARE_FINAL_TYPE (DashFileSet, dash_file_set, DASH, FILE_SET, AdwPreferencesGroup)

/* `local`: the files of this computer are those of the server. */
DashFileSet *dash_file_set_new (const char *title, DashActions *actions, gboolean local);

/* Adds a path that is not in the set yet. */
void dash_file_set_add (DashFileSet *self, const char *path);

/* Adds the path that is typed and not added yet. */
void dash_file_set_commit (DashFileSet *self);

/* (transfer full) the paths, NULL-terminated. */
char **dash_file_set_dup_paths (DashFileSet *self);

/* How many files there are, those in folders too, as far as the server has told. */
guint dash_file_set_count (DashFileSet *self);

/* How many of them can't be used, as the last review has found. */
guint dash_file_set_count_wrong (DashFileSet *self);

/* Appends to `columns` (char) those found in the files that it does not have yet. */
void dash_file_set_add_columns (DashFileSet *self, GPtrArray *columns);

/* Tells beside each path what is in it, or that it lacks one of the columns `needed`, or is also in
 * another set: `seen` has the paths of the sets before with their titles, and gets those of this,
 * which it borrows. Of very many paths some are shown, first of all those to say something of. */
void dash_file_set_review (DashFileSet *self, const char *const *needed, GHashTable *seen);

/* (transfer none) the row in which a path is typed, and below which faults of the set are said. */
GtkWidget *dash_file_set_get_path_row (DashFileSet *self);
