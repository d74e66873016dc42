/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "common/vestim-json.h"

/* What both kinds of forms have: widgets by the name of their field ("selections.seed"), faults
 * shown at them, and members of JSON written and read. */

typedef struct
{
  GHashTable *rows; /* field → widget */
  GtkLabel *faults; /* those that belong to no field, and all sentences */
} DashForm;

void dash_form_init (DashForm *self, GtkLabel *faults);
void dash_form_clear (DashForm *self);

/* Adds an entry to `group`; it is found again by `field`. */
AdwEntryRow *dash_form_add_entry (DashForm *self, AdwPreferencesGroup *group, const char *field,
                                  const char *title, const char *text);
GtkWidget *dash_form_add_choice (DashForm *self, AdwPreferencesGroup *group, const char *field,
                                 const char *title, const char *const *words);
GtkSwitch *dash_form_add_switch (DashForm *self, AdwPreferencesGroup *group, const char *field,
                                 const char *title, const char *subtitle);

/* Marks the widgets of the faults (VestimFieldError) and lists what they say; NULL takes it off. */
void dash_form_show_faults (DashForm *self, GPtrArray *faults);

void dash_form_append_strings (GString *json, const char *name, const char *const *list);

/* The text of an entry, without white space around it. Valid until it changes. */
char *dash_form_dup_text (AdwEntryRow *row);

/* (transfer full) the elements of a list, joined; numbers and strings alike. */
char *dash_form_join_list (const VestimJsonNode *list, const char *separator);
