/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "gui/model/dash-actions.h"

/* One of the three sets of files of an estimation. The user adds files by file chooser, by drag and
 * drop or by typing a path; the server then checks each of them. Signals: "changed" (), once for
 * several changes, and also after answers of the server; "data-folder" (path), after a folder with
 * train, val and test was added, which is then removed from this set. */
#define DASH_TYPE_FILE_SET (dash_file_set_get_type ())
G_DECLARE_FINAL_TYPE (DashFileSet, dash_file_set, DASH, FILE_SET, AdwPreferencesGroup)

/* `local`: the server runs on this computer and sees the same files. */
DashFileSet *dash_file_set_new (const char *title, DashActions *actions, gboolean local);

/* Adds a path, unless it is in the set. */
void dash_file_set_add (DashFileSet *self, const char *path);

/* Adds the path that was typed but not added yet. */
void dash_file_set_commit (DashFileSet *self);

/* (transfer full) the paths, NULL-terminated. */
char **dash_file_set_dup_paths (DashFileSet *self);

/* The number of files, with those in folders, as far as the server has answered. */
guint dash_file_set_count (DashFileSet *self);

/* The number of files that cannot be used, as found by the last review. */
guint dash_file_set_count_wrong (DashFileSet *self);

/* Appends the columns of the files to `columns` (char), each once. */
void dash_file_set_add_columns (DashFileSet *self, GPtrArray *columns);

/* Shows with each path what is in it, or that one of the columns `needed` is missing, or that it is
 * also in another set. `seen` has the paths of the earlier sets with their titles; this set adds
 * its own, which are borrowed. Of very many paths, only some are shown, those with a remark first.
 */
void dash_file_set_review (DashFileSet *self, const char *const *needed, GHashTable *seen);

/* (transfer none) the row to type a path, which also shows the faults of the set. */
GtkWidget *dash_file_set_get_path_row (DashFileSet *self);
