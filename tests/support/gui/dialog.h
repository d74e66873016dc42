/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "gui/model/dash-actions.h"
#include "tests/support/gui/fake-server.h"

/* The dialog for new jobs in front of the fake server. Tests find its rows by title, fill them and
 * press buttons. */

typedef struct
{
  FakeServer *server;
  DashConnection *connection;
  DashActions *actions;
  GtkApplication *application;
  GtkWindow *parent;
  GtkWidget *dialog; /* (nullable) becomes NULL when the dialog closes */
  char *shown;       /* (nullable) the job that was made */
} DialogFixture;

/* (transfer full) a registered application with the style of the dashboard. */
GtkApplication *dialog_application_new (void);
/* `application` is one of these. */
void dialog_set_up (DialogFixture *fixture, gconstpointer application);
void dialog_tear_down (DialogFixture *fixture, gconstpointer data);
/* `from` (nullable): the job to be duplicated. */
void dialog_open (DialogFixture *fixture, DashJob *from);
/* The same with a copy of a draft that has these selections (JSON). */
void dialog_open_draft (DialogFixture *fixture, const char *selections);
/* Opens the dialog to edit a draft. */
void dialog_edit (DialogFixture *fixture, DashJob *draft);
/* (transfer full) the selections that are sent when a job with these is duplicated. */
char *dialog_duplicate (DialogFixture *fixture, const char *kind, const char *selections);
/* (nullable) the first widget below `root` for which `test` is true. */
GtkWidget *widget_search (GtkWidget *root, gboolean (*test) (GtkWidget *, const char *),
                          const char *text);
gboolean widget_is_row (GtkWidget *widget, const char *title);
gboolean widget_is_button (GtkWidget *widget, const char *label);
gboolean widget_is_set (GtkWidget *widget, const char *title);
gboolean widget_is_stack (GtkWidget *widget, const char *page);
gboolean widget_is_text (GtkWidget *widget, const char *unused);
/* The row with this title, which must exist. */
GtkWidget *dialog_row (DialogFixture *fixture, const char *title);
void dialog_type (DialogFixture *fixture, const char *title, const char *text);
const char *dialog_typed (DialogFixture *fixture, const char *title);
void dialog_choose_kind (DialogFixture *fixture, const char *kind);
void dialog_press_create (DialogFixture *fixture);
void dialog_add_files (DialogFixture *fixture);
/* (nullable) the text below the row. */
const char *dialog_fault_at (GtkWidget *of);
/* (nullable) the error that belongs to no field. */
const char *dialog_fault_above (DialogFixture *fixture);
/* Jobs are refused with 422 from now on. */
void dialog_refuse (DialogFixture *fixture, const char *field, const char *message);
