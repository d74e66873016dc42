/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>

#include "gui/view/list/dash-job-list-private.h"

/* The sort order of the list: set by the menu, the column titles or the settings, and shown by the
 * state of the action "sort" ("name", or "-name" for descending).
 *
 * GTK 4.8 can't say which column a view is sorted by. probe_sort() finds out: it asks the view's
 * sorter to compare two objects while `probing` is set, and the column's comparison (compare_cb in
 * dash-job-list-columns.c) stores its index instead of comparing. */

/* The index of the column that the list is sorted by, -1 for none. */
static int
probe_sort (DashJobList *self, gboolean *descending)
{
  GtkOrdering order;

  self->probing = TRUE;
  self->probed = -1;
  /* Any two objects that differ: the sorter does not compare an object with itself. */
  order = gtk_sorter_compare (gtk_column_view_get_sorter (self->view), self, self->store);
  self->probing = FALSE;
  *descending = order == GTK_ORDERING_LARGER;
  return self->probed;
}

/* After a new order, scrolls to the selected row, or to the first one. */
static void
sorter_changed_cb (GtkSorter *sorter, GtkSorterChange change, DashJobList *self)
{
  GtkBitset *selected;
  gboolean descending = FALSE;
  int column;

  g_assert (DASH_IS_JOB_LIST (self));
  if (self->setting_sort)
    return;
  column = probe_sort (self, &descending);
  if (column >= 0)
    {
      g_autofree char *state =
          g_strdup_printf ("%s%s", descending ? "-" : "", dash_job_column_get ((guint) column)->id);
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "sort");

      g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (state));
    }
  selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  dash_job_list_scroll_to (self,
                           gtk_bitset_is_empty (selected) ? 0 : gtk_bitset_get_minimum (selected));
  gtk_bitset_unref (selected);
}

static void
sort_action_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  const char *text = g_variant_get_string (value, NULL);
  gboolean descending = text[0] == '-';

  g_assert (DASH_IS_JOB_LIST (data));
  dash_job_list_sort (data, descending ? text + 1 : text, descending);
}

static GMenuModel *
make_sort_menu (void)
{
  static const struct
  {
    const char *label;
    const char *target;
  } orders[] = {
    { N_ ("Newest First"), "-created" },
    { N_ ("Oldest First"), "created" },
    { N_ ("Name"), "name" },
    { N_ ("Status"), "status" },
    { N_ ("Queue Order"), DASH_QUEUE_COLUMN },
    { N_ ("Kind"), "kind" },
    { N_ ("Most Progress First"), "-progress" },
    { N_ ("Best Test Result First"), "test" },
    { N_ ("Longest Time First"), "-elapsed" },
  };
  GMenu *menu = g_menu_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_ (orders[i].label), NULL);

      g_menu_item_set_action_and_target (item, "list.sort", "s", orders[i].target);
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (menu);
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
  g_return_if_fail (DASH_IS_JOB_LIST (self));

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

void
dash_job_list_add_sort (DashJobList *self)
{
  static const GActionEntry entries[] = {
    { .name = "sort",
      .parameter_type = "s",
      .state = "'-created'",
      .change_state = sort_action_cb },
  };
  g_autoptr (GMenuModel) menu = make_sort_menu ();

  g_return_if_fail (DASH_IS_JOB_LIST (self));
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_menu_button_set_menu_model (self->sort_button, menu);
}

void
dash_job_list_connect_sorter (DashJobList *self)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self));
  g_signal_connect_object (gtk_column_view_get_sorter (self->view), "changed",
                           G_CALLBACK (sorter_changed_cb), self, 0);
}
