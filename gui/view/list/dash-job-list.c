/* SPDX-License-Identifier: MIT */
#include "gui/view/list/dash-job-list-private.h"

#include <glib/gi18n.h>

/* The list, its filter and its life. The models form a chain: store -> filtered -> sorted ->
 * selection -> view. The store announces three kinds of change, and the list answers each
 * differently:
 *
 * - Jobs come and go: GListModel's items-changed, which the chain handles.
 * - A job's state or name changes: "altered", because filter and order may be wrong.
 * - Anything else changes: the cell follows its job.
 *
 * The filter is in dash-job-list-filter.c, the columns are in dash-job-list-columns.c, keys and
 * pointer in dash-job-list-input.c, dragging in dash-job-list-drag.c, selection and order in
 * dash-job-list-selection.c. */

/* Widths that the list asks for, in pixels; the natural one beside a job. */
#define NATURAL_WIDTH 600
#define MIN_WIDTH 300
#define TICK_S 1

enum
{
  SELECTION_CHANGED,
  ACTIVATED,
  MOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashJobList, dash_job_list, GTK_TYPE_WIDGET)

static gboolean
filter_cb (gpointer item, gpointer data)
{
  return dash_job_list_passes (data, item);
}

static void
update_page (DashJobList *self)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) > 0;
  gboolean all = g_list_model_get_n_items (G_LIST_MODEL (self->store)) == 0;

  gtk_stack_set_visible_child_name (self->stack, any || all ? "jobs" : "no-match");
}

void
dash_job_list_refilter (DashJobList *self)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self));
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  update_page (self);
}

static void
counts_changed_cb (DashJobStore *store, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));
  dash_job_list_update_filter_button (self);
  update_page (self);
}

static void
open_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_JOB_LIST (data));
  g_signal_emit (data, signals[ACTIVATED], 0);
}

void
dash_job_list_open (DashJobList *self, guint position)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self));
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  g_signal_emit (self, signals[ACTIVATED], 0);
}

void
dash_job_list_report_moves (DashJobList *self, GPtrArray *moves)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self) && moves != NULL);
  g_signal_emit (self, signals[MOVED], 0, moves);
}

static void
activate_cb (GtkColumnView *view, guint position, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));
  dash_job_list_open (self, position);
}

static void
selection_changed_cb (GtkSelectionModel *model, guint position, guint n, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

/* A removed row is no longer selected. A view keeps its first visible row in place when rows are
 * added above it; at the top of the list, scroll to the new rows. */
static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));

  GtkAdjustment *scroll = gtk_scrolled_window_get_vadjustment (self->scroller);

  if (added > 0 && position == 0
      && gtk_adjustment_get_value (scroll) <= gtk_adjustment_get_lower (scroll))
    dash_job_list_scroll_to (self, 0);
  if (removed > 0)
    g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
altered_cb (DashJobStore *store, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));
  if (dash_job_list_is_filtered (self))
    dash_job_list_refilter (self);
  dash_job_list_keep_order (self);
}

/* Running jobs overtake others in time and progress, without a signal from the store. */
static void
follow_running (DashJobList *self)
{
  gboolean descending;
  const char *column = dash_job_list_get_sort (self, &descending);

  if ((g_str_equal (column, "progress") || g_str_equal (column, "elapsed"))
      && dash_job_store_count (self->store, VESTIM_JOB_RUNNING) > 0)
    dash_job_list_keep_order (self);
}

static gboolean
tick_cb (gpointer data)
{
  DashJobList *self = data;
  GHashTableIter iter;
  gpointer item;

  g_assert (DASH_IS_JOB_LIST (self));
  g_hash_table_iter_init (&iter, self->ticking);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    {
      guint column = GPOINTER_TO_UINT (g_object_get_data (item, "dash-column"));
      DashJob *job = gtk_list_item_get_item (item);

      if (job != NULL)
        dash_job_column_get (column)->fill (gtk_list_item_get_child (item), job, self->store);
    }
  follow_running (self);
  return G_SOURCE_CONTINUE;
}

static void
dash_job_list_map (GtkWidget *widget)
{
  DashJobList *self = DASH_JOB_LIST (widget);

  GTK_WIDGET_CLASS (dash_job_list_parent_class)->map (widget);
  self->tick_id = g_timeout_add_seconds (TICK_S, tick_cb, self);
}

static void
dash_job_list_unmap (GtkWidget *widget)
{
  DashJobList *self = DASH_JOB_LIST (widget);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  GTK_WIDGET_CLASS (dash_job_list_parent_class)->unmap (widget);
}

static void
dash_job_list_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  DashJobList *self = DASH_JOB_LIST (widget);

  gtk_widget_measure (self->box, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (*minimum, MIN_WIDTH);
      *natural = MAX (*minimum, NATURAL_WIDTH);
    }
}

static gboolean
fit_cb (gpointer data)
{
  DashJobList *self = data;

  g_assert (DASH_IS_JOB_LIST (self));
  self->fit_id = 0;
  dash_job_list_fit_columns (self, self->allocated_width);
  return G_SOURCE_REMOVE;
}

/* The width decides which columns are shown. They must not change during an allocation, hence the
 * idle callback. */
static void
dash_job_list_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  DashJobList *self = DASH_JOB_LIST (widget);

  gtk_widget_allocate (self->box, width, height, baseline, NULL);
  gtk_popover_present (GTK_POPOVER (self->menu));
  if (width != self->allocated_width)
    {
      self->allocated_width = width;
      if (self->fit_id == 0)
        self->fit_id = g_idle_add (fit_cb, self);
    }
}

static void
dash_job_list_dispose (GObject *object)
{
  DashJobList *self = DASH_JOB_LIST (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_handle_id (&self->fit_id, g_source_remove);
  /* Removing the columns one by one is not a new order. */
  if (self->selection != NULL)
    {
      g_signal_handlers_disconnect_by_data (gtk_column_view_get_sorter (self->view), self);
      gtk_column_view_set_model (self->view, NULL);
    }
  g_clear_weak_pointer (&self->drop_row);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->sorted);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->store);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->words, g_strfreev);
  g_clear_pointer (&self->group_shown, g_free);
  g_clear_pointer (&self->tag_shown, g_free);
  G_OBJECT_CLASS (dash_job_list_parent_class)->dispose (object);
}

static void
dash_job_list_finalize (GObject *object)
{
  g_hash_table_unref (DASH_JOB_LIST (object)->ticking);
  G_OBJECT_CLASS (dash_job_list_parent_class)->finalize (object);
}

static void
dash_job_list_class_init (DashJobListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dash_job_list_dispose;
  object_class->finalize = dash_job_list_finalize;
  widget_class->map = dash_job_list_map;
  widget_class->unmap = dash_job_list_unmap;
  widget_class->measure = dash_job_list_measure;
  widget_class->size_allocate = dash_job_list_size_allocate;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-job-list.ui");
  gtk_widget_class_bind_template_child (widget_class, DashJobList, box);
  gtk_widget_class_bind_template_child (widget_class, DashJobList, search);
  gtk_widget_class_bind_template_child (widget_class, DashJobList, filter_button);
  gtk_widget_class_bind_template_child (widget_class, DashJobList, sort_button);
  gtk_widget_class_bind_template_child (widget_class, DashJobList, stack);
  gtk_widget_class_bind_template_child (widget_class, DashJobList, view);
  gtk_widget_class_bind_template_child (widget_class, DashJobList, scroller);
  gtk_widget_class_bind_template_child (widget_class, DashJobList, row_menu);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  /* Menus show the shortcut that was added last. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Delete, 0, "win.delete", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "win.delete", NULL);
  signals[SELECTION_CHANGED] =
      g_signal_new ("selection-changed", DASH_TYPE_JOB_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 0);
  signals[MOVED] = g_signal_new ("moved", DASH_TYPE_JOB_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
  signals[ACTIVATED] = g_signal_new ("activated", DASH_TYPE_JOB_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
}

static void
add_actions (DashJobList *self)
{
  static const GActionEntry entries[] = {
    { .name = "open", .activate = open_cb },
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "list", G_ACTION_GROUP (self->actions));
}

static void
dash_job_list_init (DashJobList *self)
{
  self->ticking = g_hash_table_new (g_direct_hash, g_direct_equal);
  gtk_widget_init_template (GTK_WIDGET (self));
  add_actions (self);
  dash_job_list_add_sort (self);
  dash_job_list_add_filter (self);
  dash_job_list_add_columns (self);
  dash_job_list_add_input (self);
  dash_job_list_add_drag (self);
}

void
dash_job_list_set_store (DashJobList *self, DashJobStore *store)
{
  GtkSorter *sorter;

  g_return_if_fail (DASH_IS_JOB_LIST (self) && self->store == NULL);
  self->store = g_object_ref (store);
  self->filter = gtk_custom_filter_new (filter_cb, self, NULL);
  self->filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (store)),
                                              g_object_ref (GTK_FILTER (self->filter)));
  sorter = gtk_column_view_get_sorter (self->view);
  self->sorted =
      gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->filtered)), g_object_ref (sorter));
  self->selection = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (selection_changed_cb),
                           self, 0);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_AFTER);
  dash_job_list_connect_sorter (self);
  g_signal_connect_object (store, "altered", G_CALLBACK (altered_cb), self, 0);
  g_signal_connect_object (store, "counts-changed", G_CALLBACK (counts_changed_cb), self, 0);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  dash_job_list_update_filter_button (self);
  update_page (self);
}

void
dash_job_list_focus_search (DashJobList *self)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

void
dash_job_list_set_single_click (DashJobList *self, gboolean single_click)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self));
  self->single_click = single_click;
}

GListModel *
dash_job_list_get_shown (DashJobList *self)
{
  g_return_val_if_fail (DASH_IS_JOB_LIST (self), NULL);
  return G_LIST_MODEL (self->sorted);
}
