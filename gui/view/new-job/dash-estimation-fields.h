/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-sweep-input.h"
#include "gui/view/new-job/dash-form.h"

/* The rows of an estimation's model and of how it is trained, part of DashEstimationForm: one row a
 * setting, and one for all settings that have none. */

#define DASH_ESTIMATION_NUMBERS 13
#define DASH_ESTIMATION_CHOICES 4
#define DASH_ESTIMATION_SCHEDULE_NUMBERS 3

typedef struct
{
  AdwEntryRow *numbers[DASH_ESTIMATION_NUMBERS];
  GtkWidget *choices[DASH_ESTIMATION_CHOICES];
  AdwEntryRow *schedule_numbers[DASH_ESTIMATION_SCHEDULE_NUMBERS];
  AdwEntryRow *rest;
} DashEstimationFields;

/* Adds the usual rows to `group` and the others to `more`. `changed` is called, swapped, with
 * `object`, for as long as that lives, when one of them changes. */
void dash_estimation_fields_init (DashEstimationFields *self, DashForm *form,
                                  AdwPreferencesGroup *group, AdwExpanderRow *more,
                                  GCallback changed, gpointer object);

void dash_estimation_fields_load (DashEstimationFields *self, const VestimJsonNode *selections);

/* Adds what differs from the server's defaults, and faults that need no server. */
void dash_estimation_fields_save (DashEstimationFields *self, DashSweepInput *settings,
                                  GPtrArray *faults);

/* (transfer full) "LSTM 18, 18". */
char *dash_estimation_fields_describe (DashEstimationFields *self);

/* (transfer full) "100", as it is typed. */
char *dash_estimation_fields_dup_epochs (DashEstimationFields *self);

/* How many networks will be trained, as far as what is typed can be understood. */
guint dash_estimation_fields_count_tasks (DashEstimationFields *self);
