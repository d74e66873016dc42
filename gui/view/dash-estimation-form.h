/* SPDX-License-Identifier: MIT */
#pragma once

#include "view/dash-file-set.h"
#include "view/dash-form.h"

/* The part of the new job dialog for estimations. */
#define DASH_TYPE_ESTIMATION_FORM (dash_estimation_form_get_type ())
G_DECLARE_FINAL_TYPE (DashEstimationForm, dash_estimation_form, DASH, ESTIMATION_FORM, GtkBox)

/* `form` is borrowed and must outlive it. `local`: files are those of this computer. */
DashEstimationForm *dash_estimation_form_new (DashForm *form, DashActions *actions, gboolean local);
void dash_estimation_form_load (DashEstimationForm *self, const VestimJsonNode *selections);
void dash_estimation_form_save (DashEstimationForm *self, GString *json, GPtrArray *faults);
char *dash_estimation_form_propose_name (DashEstimationForm *self);
