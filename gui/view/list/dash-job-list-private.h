/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/view/list/dash-job-columns.h"
#include "gui/view/list/dash-job-list.h"

struct _DashJobList
{
  GtkWidget parent;
  GtkWidget *box;
  GtkSearchEntry *search;
  GtkMenuButton *filter_button;
  GtkMenuButton *sort_button;
  GtkStack *stack;
  GtkColumnView *view;
  GtkScrolledWindow *scroller;
  GMenuModel *row_menu;
  GtkWidget *menu; /* the popover of row_menu */

  DashJobStore *store;
  GtkFilterListModel *filtered;
  GtkCustomFilter *filter;
  GtkSortListModel *sorted;
  GtkMultiSelection *selection;
  GSimpleActionGroup *actions;
  char **words;    /* of the search, case folded */
  int state_shown; /* -1: all */

  GtkColumnViewColumn *columns[DASH_N_JOB_COLUMNS];
  GHashTable *ticking; /* set of GtkListItem whose cell shows the time that passes */
  guint tick_id;
  guint width_id;
  int width_class_width;

  /* While it is set the next comparison is not answered but noted: how the list learns which column
   * it is sorted by, which this version of GTK does not tell. */
  gboolean probing;
  int probed;
  gboolean setting_sort;
  gboolean single_click; /* opens a row */
};

/* Brings a row into sight. */
void dash_job_list_scroll_to (DashJobList *self, guint position);

/* Selects a row alone and says that it is to be opened. */
void dash_job_list_open (DashJobList *self, guint position);

/* Sorts the rows anew where their order is wrong, and only then: a row that is taken out and put in
 * again loses a click that is under way, and more. */
void dash_job_list_keep_order (DashJobList *self);

/* Looks at every job anew: the search or the status that is shown has changed. */
void dash_job_list_refilter (DashJobList *self);

/* Searches for what is typed, in the entry or in the list. */
void dash_job_list_follow_search (DashJobList *self);

/* Makes the menu of the selected rows, and the keys that act on them. */
void dash_job_list_add_menu (DashJobList *self);

/* Makes the columns with their factories and sorters. */
void dash_job_list_add_columns (DashJobList *self);

/* Shows those columns that there is room for. */
void dash_job_list_fit_columns (DashJobList *self, int width);

/* The index of the column that the list is sorted by, -1 for none: GTK 4.8 does not tell. */
int dash_job_list_probe_sort (DashJobList *self, gboolean *descending);
