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
  DashJob *shown;      /* (nullable) whose changes the sensitivity of the actions follows */
  char *wanted;        /* (nullable) a job to be shown as soon as it is known */
  AdwToast *deletion;  /* (nullable) borrowed: that of the last one, while it can be undone */
  guint look_id;
};

/* The actions of the window, and which of them can be used now. */
void dash_window_add_actions (DashWindow *self);
void dash_window_update_actions (DashWindow *self);

/* Dialogs that change one or several jobs (GPtrArray of DashJob). */
void dash_window_rename (DashWindow *self, DashJob *job);
void dash_window_set_priority (DashWindow *self, GPtrArray *jobs);
void dash_window_clear_all (DashWindow *self);
void dash_window_stop_server (DashWindow *self);
void dash_window_stop_all (DashWindow *self);
void dash_window_export (DashWindow *self);
void dash_window_delete (DashWindow *self, GPtrArray *jobs);
