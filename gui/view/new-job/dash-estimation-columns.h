/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/view/new-job/dash-form.h"

/* The rows in which the columns of an estimation are chosen, part of DashEstimationForm: check
 * buttons for the inputs, words for the target, and a warning of usual inputs that no file has. */

typedef struct
{
  AdwExpanderRow *inputs;
  GPtrArray *input_checks; /* GtkCheckButton, each with its "dash-row" */
  GtkWidget *target;
  GtkLabel *warning;
  char **columns;       /* that are offered */
  char **wanted_inputs; /* they stay chosen, whatever files come and go */
  char *wanted_target;
  gboolean chosen;        /* by the user or by the job that is copied: not the usual ones */
  gboolean inputs_chosen; /* so are the inputs, of which nobody is warned then */
  gboolean found;         /* the files have columns */
  gboolean filling;       /* the choices change, and not by the user */
  void (*changed) (gpointer object);
  gpointer object;
} DashEstimationColumns;

/* `changed` is called with `object`, which must outlive the rows, when the user chose. */
void dash_estimation_columns_init (DashEstimationColumns *self, DashForm *form,
                                   AdwPreferencesGroup *group, void (*changed) (gpointer object),
                                   gpointer object);
void dash_estimation_columns_clear (DashEstimationColumns *self);

void dash_estimation_columns_load (DashEstimationColumns *self, const VestimJsonNode *selections);

/* Offers what any file has: `found` (char). What was chosen stays; else the usual columns are, or
 * what looks like them. */
void dash_estimation_columns_offer (DashEstimationColumns *self, GPtrArray *found);

/* (transfer full) the names that are chosen, NULL-terminated. */
char **dash_estimation_columns_dup_inputs (DashEstimationColumns *self);

/* "" for none; valid until something is offered. */
const char *dash_estimation_columns_get_target (DashEstimationColumns *self);

/* (transfer full) the inputs in a sentence: "SOC, Current without Temp"; "" for none. */
char *dash_estimation_columns_describe (DashEstimationColumns *self);

/* Tells at the rows what is chosen, and what is missing. */
void dash_estimation_columns_tell (DashEstimationColumns *self);

/* Adds the members, and faults that need no server. */
void dash_estimation_columns_save (DashEstimationColumns *self, GString *json, GPtrArray *faults);
