/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/view/new-job/dash-file-set.h"
#include "gui/view/new-job/dash-form.h"
#include "gui/view/new-job/dash-model-set.h"

/* The part of the new job dialog for evaluations. Signal: "changed" (). */
#define DASH_TYPE_EVALUATION_FORM (dash_evaluation_form_get_type ())
G_DECLARE_FINAL_TYPE (DashEvaluationForm, dash_evaluation_form, DASH, EVALUATION_FORM, GtkBox)

/* `form` is borrowed and must outlive it. `local`: the files are on this computer. */
DashEvaluationForm *dash_evaluation_form_new (DashForm *form, DashActions *actions,
                                              DashJobStore *jobs, gboolean local);

/* `selections` (nullable) may have any content. */
void dash_evaluation_form_load (DashEvaluationForm *self, JsonNode *selections);

/* Adds the model of a job. */
void dash_evaluation_form_add_job (DashEvaluationForm *self, const char *job_id);

/* Adds what was typed but not added yet. */
void dash_evaluation_form_commit (DashEvaluationForm *self);

/* Appends that to `text`. */
void dash_evaluation_form_append_typed (DashEvaluationForm *self, GString *text);

/* (transfer full) the selections; adds the faults that can be found without the server. */
JsonNode *dash_evaluation_form_save (DashEvaluationForm *self, GPtrArray *faults);

/* (transfer full) a name for a job without one; "" for none. */
char *dash_evaluation_form_propose_name (DashEvaluationForm *self);
