/* SPDX-License-Identifier: MIT */
#include "gui/view/list/dash-job-list-private.h"

/* Selection and scroll position of the list. */

static GtkWidget *
find_rows (DashJobList *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->view));

  while (child != NULL && !GTK_IS_LIST_VIEW (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

void
dash_job_list_scroll_to (DashJobList *self, guint position)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self));

  GtkWidget *rows = find_rows (self);

  if (rows != NULL)
    gtk_widget_activate_action (rows, "list.scroll-to-item", "u", position);
}

GPtrArray *
dash_job_list_dup_selection (DashJobList *self)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  GtkBitset *selected;
  GtkBitsetIter iter;
  guint position;

  g_return_val_if_fail (DASH_IS_JOB_LIST (self), jobs);
  selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    g_ptr_array_add (jobs, g_list_model_get_item (G_LIST_MODEL (self->selection), position));
  gtk_bitset_unref (selected);
  return jobs;
}

static guint
find_position (DashJobList *self, DashJob *job)
{
  GListModel *model = G_LIST_MODEL (self->selection);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (DashJob) item = g_list_model_get_item (model, i);

      if (item == job)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

void
dash_job_list_select (DashJobList *self, DashJob *job)
{
  guint position;

  g_return_if_fail (DASH_IS_JOB_LIST (self));
  if (!gtk_filter_match (GTK_FILTER (self->filter), job))
    dash_job_list_clear_filter (self);
  position = find_position (self, job);
  if (position == GTK_INVALID_LIST_POSITION)
    return;
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  dash_job_list_scroll_to (self, position);
}

void
dash_job_list_select_all (DashJobList *self)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self));
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (self->selection));
}
