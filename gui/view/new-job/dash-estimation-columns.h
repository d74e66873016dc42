/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/view/new-job/dash-form.h"

/* The rows to choose the columns of an estimation, part of DashEstimationForm: check buttons for
 * the inputs, a combo row for the target, and a warning about default inputs that no file has. */

typedef struct
{
  AdwExpanderRow *inputs;
  GPtrArray *input_checks; /* GtkCheckButton, each with its "dash-row" */
  GtkWidget *target;
  GtkLabel *warning;
  char **columns;       /* the offered columns */
  char **wanted_inputs; /* stay chosen when files are added and removed */
  char *wanted_target;
  gboolean chosen;        /* by the user or the copied job; if not, they are the defaults */
  gboolean inputs_chosen; /* the same for the inputs; no warning then */
  gboolean found;         /* the files have columns */
  gboolean filling;       /* the program changes the rows, not the user */
  void (*changed) (gpointer object);
  gpointer object;
} DashEstimationColumns;

/* `changed` is called with `object`, which must outlive the rows, when the user makes a choice. */
void dash_estimation_columns_init (DashEstimationColumns *self, DashForm *form,
                                   AdwPreferencesGroup *group, void (*changed) (gpointer object),
                                   gpointer object);
void dash_estimation_columns_clear (DashEstimationColumns *self);

void dash_estimation_columns_load (DashEstimationColumns *self, JsonNode *selections);

/* Offers `found` (char), the columns of all files. If nothing was chosen yet, the default columns
 * are chosen, or columns with similar names. */
void dash_estimation_columns_offer (DashEstimationColumns *self, GPtrArray *found);

/* (transfer full) the chosen names, NULL-terminated. */
char **dash_estimation_columns_dup_inputs (DashEstimationColumns *self);

/* "" for none; valid until the next columns are offered. */
const char *dash_estimation_columns_get_target (DashEstimationColumns *self);

/* (transfer full) the inputs as a part of a sentence: "SOC, Current without Temp"; "" for none. */
char *dash_estimation_columns_describe (DashEstimationColumns *self);

/* Shows in the rows what is chosen, and what is missing. */
void dash_estimation_columns_show (DashEstimationColumns *self);

/* Adds the members, and the faults that can be found without the server. */
void dash_estimation_columns_save (DashEstimationColumns *self, JsonObject *members,
                                   GPtrArray *faults);
