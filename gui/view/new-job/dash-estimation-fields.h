/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-sweep-input.h"
#include "gui/view/new-job/dash-form.h"

/* The rows for the model of an estimation and its training, part of DashEstimationForm: one for
 * each setting in the table of settings that can be typed or chosen, and one for all others. */
typedef struct
{
  GPtrArray *fields; /* private */
  AdwEntryRow *rest;
} DashEstimationFields;

/* Adds the usual rows to `group` and the others to `more`. When one of them changes, `changed` is
 * called, swapped, with `object`, for as long as that lives. */
void dash_estimation_fields_init (DashEstimationFields *self, DashForm *form,
                                  AdwPreferencesGroup *group, AdwExpanderRow *more,
                                  GCallback changed, gpointer object);
void dash_estimation_fields_clear (DashEstimationFields *self);

void dash_estimation_fields_load (DashEstimationFields *self, JsonNode *selections);

/* Adds the usual settings and those that differ from their default, and the faults that can be
 * found without the server. */
void dash_estimation_fields_save (DashEstimationFields *self, DashSweepInput *settings,
                                  GPtrArray *faults);

/* (transfer full) the names of the columns that the typed settings compute. */
char **dash_estimation_fields_dup_computed (DashEstimationFields *self);

/* (transfer full) "LSTM 18, 18". */
char *dash_estimation_fields_describe (DashEstimationFields *self);

/* (transfer full) "100", as it is typed. */
char *dash_estimation_fields_dup_epochs (DashEstimationFields *self);

/* How many networks will be trained, as far as the typed text can be understood. */
guint dash_estimation_fields_count_tasks (DashEstimationFields *self);
