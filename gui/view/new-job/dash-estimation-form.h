/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/view/new-job/dash-file-set.h"
#include "gui/view/new-job/dash-form.h"

/* The part of the new job dialog for estimations. Signal: "changed" (). */
#define DASH_TYPE_ESTIMATION_FORM (dash_estimation_form_get_type ())
G_DECLARE_FINAL_TYPE (DashEstimationForm, dash_estimation_form, DASH, ESTIMATION_FORM, GtkBox)

/* `form` is borrowed and must outlive it. `local`: the files are on this computer. */
DashEstimationForm *dash_estimation_form_new (DashForm *form, DashActions *actions, gboolean local);

/* `selections` (nullable) may have any content; legacy settings are translated. */
void dash_estimation_form_load (DashEstimationForm *self, JsonNode *selections);

/* Adds the paths that were typed but not added yet. */
void dash_estimation_form_commit (DashEstimationForm *self);

/* Appends these paths to `text`. */
void dash_estimation_form_append_typed (DashEstimationForm *self, GString *text);

/* (transfer full) the selections; adds the faults that can be found without the server. */
JsonNode *dash_estimation_form_save (DashEstimationForm *self, GPtrArray *faults);

/* (transfer full) a name for a job without one. */
char *dash_estimation_form_propose_name (DashEstimationForm *self);
