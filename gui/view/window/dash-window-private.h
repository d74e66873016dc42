/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/view/list/dash-job-list.h"
#include "gui/view/job/dash-job-view.h"
#include "gui/view/window/dash-server-button.h"
#include "gui/view/window/dash-window.h"

struct _DashWindow
{
  AdwApplicationWindow parent;
  AdwToastOverlay *toasts;
  AdwLeaflet *leaflet;
  AdwHeaderBar *list_header;
  GtkWidget *separator; /* between list and job */
  GtkWidget *new_button;
  GtkWidget *new_content;
  DashServerButton *server_button;
  GtkRevealer *bar_revealer;
  GtkWidget *bar_spinner;
  GtkLabel *bar_label;
  GtkButton *bar_button;
  GtkStack *stack;
  GtkLabel *connecting_label;
  AdwStatusPage *problem_page;
  GtkButton *problem_button;
  DashJobList *list;
  DashJobView *job_view;

  DashConnection *connection;
  DashActions *actions;
  GSettings *settings; /* (nullable) */
  DashJob *shown;      /* (nullable) the selected job, if there is one */
  char *wanted;        /* (nullable) ID of a job to show when the list contains it */
  AdwToast *deletion;  /* (nullable) borrowed: undoes the last deletion */
  guint poll_id;       /* the timer that polls the server's status */
};

/* Makes the actions of the window. */
void dash_window_add_actions (DashWindow *self);

/* Enables the actions that apply to the selected jobs and the server's state. */
void dash_window_update_actions (DashWindow *self);

/* (transfer none) a dialog with the responses "cancel" and "yes", which is called `label`. */
AdwMessageDialog *dash_window_question (DashWindow *self, const char *heading, const char *body,
                                        const char *label, AdwResponseAppearance appearance);

/* Dialogs that change one or several jobs (GPtrArray of DashJob) or the server. */
void dash_window_rename (DashWindow *self, DashJob *job);
void dash_window_edit_notes (DashWindow *self, DashJob *job);
void dash_window_set_priority (DashWindow *self, GPtrArray *jobs);
void dash_window_clear_all (DashWindow *self);
void dash_window_stop_server (DashWindow *self);
void dash_window_stop_all (DashWindow *self);
void dash_window_export (DashWindow *self);
void dash_window_delete (DashWindow *self, GPtrArray *jobs);
