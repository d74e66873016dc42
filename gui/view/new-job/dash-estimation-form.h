/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/view/new-job/dash-file-set.h"
#include "gui/view/new-job/dash-form.h"

/* The part of the new job dialog for estimations. Signal: "changed" (). */
#define DASH_TYPE_ESTIMATION_FORM (dash_estimation_form_get_type ())
G_DECLARE_FINAL_TYPE (DashEstimationForm, dash_estimation_form, DASH, ESTIMATION_FORM, GtkBox)

/* `form` is borrowed and must outlive it. `local`: files are those of this computer. */
DashEstimationForm *dash_estimation_form_new (DashForm *form, DashActions *actions, gboolean local);
void dash_estimation_form_load (DashEstimationForm *self, const VestimJsonNode *selections);

/* Adds the paths that are typed and not added yet; what stands there is appended to `text`. */
void dash_estimation_form_commit (DashEstimationForm *self);
void dash_estimation_form_append_typed (DashEstimationForm *self, GString *text);

/* (transfer full) the selections; faults that need no server are added. */
char *dash_estimation_form_save (DashEstimationForm *self, GPtrArray *faults);

/* (transfer full) a name for a job that was given none. */
char *dash_estimation_form_propose_name (DashEstimationForm *self);
