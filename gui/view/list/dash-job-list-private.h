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
  char **words;      /* of the search, case-folded */
  int state_shown;   /* a VestimJobState; -1: all */
  char *group_shown; /* (nullable) NULL: all */
  char *tag_shown;   /* (nullable) NULL: all */

  GtkColumnViewColumn *columns[DASH_N_JOB_COLUMNS];
  GHashTable *ticking; /* set of GtkListItem whose cell shows a running time */
  guint tick_id;
  guint fit_id; /* the idle callback that shows the columns that fit */
  int allocated_width;

  /* While `probing` is set, the sorter stores the column of the next comparison in `probed`. */
  gboolean probing;
  int probed;
  gboolean setting_sort; /* a change of the sorter is not the user's */
  gboolean single_click; /* opens a row */
  GtkWidget *drop_row;   /* (nullable) the row that shows where a dragged job would go */
};

/* (nullable) the list item of a cell in the row at a point of the view. */
GtkListItem *dash_job_list_item_at (DashJobList *self, double x, double y);

/* Emits "moved". */
void dash_job_list_report_moves (DashJobList *self, GPtrArray *moves);

/* Lets the user drag queued jobs to another place of the queue. */
void dash_job_list_add_drag (DashJobList *self);

/* Scrolls a row into view. */
void dash_job_list_scroll_to (DashJobList *self, guint position);

/* Selects only this row and emits "activated". */
void dash_job_list_open (DashJobList *self, guint position);

/* Sorts the rows again if their order is wrong. Rows in order are not touched: a row that GTK
 * removes and inserts again loses a click in progress. */
void dash_job_list_keep_order (DashJobList *self);

/* Filters all jobs again, after a change of the search or the filter. */
void dash_job_list_refilter (DashJobList *self);

/* Makes the actions and the menu of the filter. */
void dash_job_list_add_filter (DashJobList *self);
void dash_job_list_update_filter_button (DashJobList *self);

/* Whether some jobs may be hidden, and whether this one is shown. */
gboolean dash_job_list_is_filtered (DashJobList *self);
gboolean dash_job_list_passes (DashJobList *self, DashJob *job);

/* Connects the search entry, the keys, the pointer and the menu of the selected rows. */
void dash_job_list_add_input (DashJobList *self);

/* Makes the columns with their factories and sorters. */
void dash_job_list_add_columns (DashJobList *self);

/* Shows the columns that fit into `width` pixels. */
void dash_job_list_fit_columns (DashJobList *self, int width);

/* Makes the action and the menu that sort the list. */
void dash_job_list_add_sort (DashJobList *self);

/* Follows the view's sorter. To be called after the sorted model exists, so that the rows are in
 * their new order when the list scrolls. */
void dash_job_list_connect_sorter (DashJobList *self);
