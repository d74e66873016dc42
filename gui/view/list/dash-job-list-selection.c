/* SPDX-License-Identifier: MIT */
#include "gui/view/list/dash-job-list-private.h"

/* What is selected in the list, what is in sight, and in which order. */

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

static gboolean
is_in_order (GListModel *jobs, GtkSorter *sorter)
{
  g_autoptr (DashJob) before = NULL;
  guint n = g_list_model_get_n_items (jobs);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (DashJob) job = g_list_model_get_item (jobs, i);

      if (before != NULL && gtk_sorter_compare (sorter, before, job) == GTK_ORDERING_LARGER)
        return FALSE;
      g_set_object (&before, job);
    }
  return TRUE;
}

void
dash_job_list_keep_order (DashJobList *self)
{
  GtkSorter *sorter = gtk_column_view_get_sorter (self->view);

  if (is_in_order (G_LIST_MODEL (self->sorted), sorter))
    return;
  self->setting_sort = TRUE;
  gtk_sorter_changed (sorter, GTK_SORTER_CHANGE_DIFFERENT);
  self->setting_sort = FALSE;
}

void
dash_job_list_sort (DashJobList *self, const char *column, gboolean descending)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self));
  for (guint i = 0; i < DASH_N_JOB_COLUMNS; i++)
    if (g_str_equal (dash_job_column_get (i)->id, column))
      {
        g_autofree char *state = g_strdup_printf ("%s%s", descending ? "-" : "", column);
        GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "sort");

        self->setting_sort = TRUE;
        gtk_column_view_sort_by_column (self->view, NULL, GTK_SORT_ASCENDING);
        gtk_column_view_sort_by_column (self->view, self->columns[i],
                                        descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
        self->setting_sort = FALSE;
        g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (state));
      }
}

const char *
dash_job_list_get_sort (DashJobList *self, gboolean *descending)
{
  g_autoptr (GVariant) state = NULL;
  const char *text;

  g_return_val_if_fail (DASH_IS_JOB_LIST (self), NULL);
  state = g_action_group_get_action_state (G_ACTION_GROUP (self->actions), "sort");
  text = g_variant_get_string (state, NULL);
  *descending = text[0] == '-';
  text += *descending ? 1 : 0;
  for (guint i = 0; i < DASH_N_JOB_COLUMNS; i++)
    if (g_str_equal (dash_job_column_get (i)->id, text))
      return dash_job_column_get (i)->id;
  return "created";
}
