/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "gui/model/dash-job-store.h"

/* The models of an evaluation: the IDs of estimations, and paths of model files and of folders of
 * tasks and jobs. The user chooses finished estimations from a list, and files by file chooser or
 * by typing a path or an ID. Signal: "changed" (). */
#define DASH_TYPE_MODEL_SET (dash_model_set_get_type ())
G_DECLARE_FINAL_TYPE (DashModelSet, dash_model_set, DASH, MODEL_SET, AdwPreferencesGroup)

/* `local`: the server runs on this computer and sees the same files. */
DashModelSet *dash_model_set_new (DashJobStore *jobs, gboolean local);

/* Adds an ID or a path, unless it is in the set or the set is full. */
void dash_model_set_add (DashModelSet *self, const char *model);

/* Adds what was typed but not added yet. */
void dash_model_set_commit (DashModelSet *self);

/* (transfer full) the models, NULL-terminated. */
char **dash_model_set_dup_models (DashModelSet *self);

/* (transfer none) the row to type a path or an ID, which also shows the faults of the set. */
GtkWidget *dash_model_set_get_row (DashModelSet *self);
