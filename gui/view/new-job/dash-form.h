/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "common/client/vestim-node.h"

/* What the forms for both kinds of jobs share: it finds the widget of a field ("selections.seed"),
 * shows faults at it, and reads and writes JSON members. Part of DashNewJob. */

typedef struct
{
  GHashTable *rows; /* field → widget */
  guint n_rows;
  GtkLabel *faults; /* of fields that no visible widget has */
} DashForm;

void dash_form_init (DashForm *self, GtkLabel *faults);
void dash_form_clear (DashForm *self);

/* Faults of `field` will be shown below `row`, which is in a list. Of several wrong fields, the one
 * that was registered first gets the focus. A row may have several fields. */
void dash_form_register (DashForm *self, const char *field, GtkWidget *row);

/* Before `row` is removed from the form: it has no fields any more, and shows no fault. */
void dash_form_unregister (DashForm *self, GtkWidget *row);

/* These add a row for `field` to `group` (nullable: the caller adds the row). */
AdwEntryRow *dash_form_add_entry (DashForm *self, AdwPreferencesGroup *group, const char *field,
                                  const char *title, const char *text);
GtkWidget *dash_form_add_choice (DashForm *self, AdwPreferencesGroup *group, const char *field,
                                 const char *title, const char *const *words);
GtkSwitch *dash_form_add_switch (DashForm *self, AdwPreferencesGroup *group, const char *field,
                                 const char *title, const char *subtitle);

/* A text of several lines; Tab moves the focus out of it. */
GtkTextBuffer *dash_form_add_lines (DashForm *self, AdwPreferencesGroup *group, const char *field,
                                    const char *title);

/* Adds a text below the list of the group, with the width of the list. `style`: a CSS class. */
GtkLabel *dash_form_add_note (AdwPreferencesGroup *group, const char *style);

/* Shows the faults (VestimFieldError) at their widgets, instead of those shown before, and moves
 * the focus to the first of these widgets. `faults` may be NULL or empty. */
void dash_form_show_faults (DashForm *self, GPtrArray *faults);

/* Shows a fault below one row, and removes it, for example because the row was edited. */
void dash_form_mark (GtkWidget *row, const char *message);
void dash_form_unmark (GtkWidget *row);

/* Sets a member to a list of strings. */
void dash_form_set_strings (JsonObject *object, const char *name, const char *const *list);

/* (transfer full) the text of an entry, without white space around it. */
char *dash_form_dup_text (AdwEntryRow *row);

/* (transfer full) the path with the home folder in place of a "~" at its start. */
char *dash_form_expand_path (const char *text);
