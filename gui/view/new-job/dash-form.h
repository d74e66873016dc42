/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "common/json/vestim-json.h"

/* What both kinds of forms have: widgets by the name of their field ("selections.seed"), faults
 * shown at them, and members of JSON written and read. */

typedef struct
{
  GHashTable *rows; /* field → widget */
  guint n_rows;
  GtkLabel *faults; /* those that belong to no field that is shown */
} DashForm;

void dash_form_init (DashForm *self, GtkLabel *faults);
void dash_form_clear (DashForm *self);

/* Faults of `field` are shown below `row`, which is in a list. The first wrong field is the one
 * registered first. */
void dash_form_register (DashForm *self, const char *field, GtkWidget *row);

/* Adds a row to `group` (nullable: the caller adds it); it is found again by `field`. */
AdwEntryRow *dash_form_add_entry (DashForm *self, AdwPreferencesGroup *group, const char *field,
                                  const char *title, const char *text);
GtkWidget *dash_form_add_choice (DashForm *self, AdwPreferencesGroup *group, const char *field,
                                 const char *title, const char *const *words);
GtkSwitch *dash_form_add_switch (DashForm *self, AdwPreferencesGroup *group, const char *field,
                                 const char *title, const char *subtitle);

/* Several lines; Tab leaves them. */
GtkTextBuffer *dash_form_add_lines (DashForm *self, AdwPreferencesGroup *group, const char *field,
                                    const char *title);

/* A line of text below the list of the group, of one width with it. `style`: a CSS class. */
GtkLabel *dash_form_add_note (AdwPreferencesGroup *group, const char *style);

/* Shows what the faults (VestimFieldError) say at their widgets, unfolds the first and puts the
 * focus on it. NULL, or none, takes off those shown before. */
void dash_form_show_faults (DashForm *self, GPtrArray *faults);

/* Says below one row what is wrong with it; and takes that off, for what is edited may be right. */
void dash_form_mark (GtkWidget *row, const char *message);
void dash_form_unmark (GtkWidget *row);

void dash_form_append_strings (GString *json, const char *name, const char *const *list);

/* (transfer full) the text of an entry, without white space around it. */
char *dash_form_dup_text (AdwEntryRow *row);

/* (transfer full) the path that is meant: "~" is the home folder. */
char *dash_form_expand_path (const char *text);
