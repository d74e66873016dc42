/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>

#include "gui/view/widgets/dash-column-title.h"
#include "gui/view/list/dash-job-list-private.h"

static guint
column_of (gpointer factory)
{
  return GPOINTER_TO_UINT (g_object_get_data (factory, "dash-column"));
}

/* The list item of the cell at a point of the view; a row has room between and around its cells. */
static GtkListItem *
item_at (DashJobList *self, double x, double y)
{
  GtkWidget *view = GTK_WIDGET (self->view);
  GtkWidget *at = gtk_widget_pick (view, x, y, GTK_PICK_DEFAULT);

  for (; at != NULL && at != view && !GTK_IS_LIST_VIEW (at); at = gtk_widget_get_parent (at))
    for (GtkWidget *cell = at; cell != NULL; cell = gtk_widget_get_first_child (cell))
      {
        GtkListItem *item = g_object_get_data (G_OBJECT (cell), "dash-list-item");

        if (item != NULL)
          return item;
      }
  return NULL;
}

static void
pressed_cb (GtkGestureClick *gesture, int n, double x, double y, DashJobList *self)
{
  GtkListItem *item = item_at (self, x, y);
  guint position = item != NULL ? gtk_list_item_get_position (item) : GTK_INVALID_LIST_POSITION;
  graphene_point_t point;
  GdkRectangle at;

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  if (!gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  if (!gtk_widget_compute_point (GTK_WIDGET (self->view), GTK_WIDGET (self),
                                 &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    return;
  at = (GdkRectangle){ (int) point.x, (int) point.y, 1, 1 };
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

/* GTK's own way to open a row at the first click selects whatever the pointer passes over. */
static void
released_cb (GtkGestureClick *gesture, int n, double x, double y, DashJobList *self)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  GtkListItem *item = item_at (self, x, y);

  if (self->single_click && item != NULL && (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) == 0)
    dash_job_list_open (self, gtk_list_item_get_position (item));
}

/* One for all rows: a gesture a cell is slow to make. */
static void
add_gestures (DashJobList *self)
{
  GtkGesture *open = gtk_gesture_click_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (open, "released", G_CALLBACK (released_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (open));
}

/* Whether the cell shows all of `text` already. */
static gboolean
shows_whole (GtkWidget *cell, const char *text)
{
  GtkWidget *shown = GTK_IS_INSCRIPTION (cell) ? cell : gtk_widget_get_last_child (cell);
  g_autoptr (PangoLayout) layout = NULL;
  int width;

  if (g_strcmp0 (gtk_inscription_get_text (GTK_INSCRIPTION (shown)), text) != 0)
    return FALSE;
  layout = gtk_widget_create_pango_layout (shown, text);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width <= gtk_widget_get_width (shown);
}

/* Asked for when the pointer rests: a text set for each cell would ask the X server each time what
 * the pointer is over, which takes longer than all else that a row needs. */
static gboolean
query_tooltip_cb (GtkWidget *cell, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
                  DashJobList *self)
{
  GtkListItem *item = g_object_get_data (G_OBJECT (cell), "dash-list-item");
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "dash-column"));
  DashJob *job = gtk_list_item_get_item (item);
  g_autofree char *text = job != NULL ? dash_job_column_get (column)->tip (job) : NULL;

  if (text == NULL || text[0] == '\0' || gtk_widget_get_visible (self->menu)
      || shows_whole (cell, text))
    return FALSE;
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, DashJobList *self)
{
  guint index = column_of (factory);
  const DashJobColumn *column = dash_job_column_get (index);
  GtkWidget *cell = column->make ();

  g_object_set_data (G_OBJECT (cell), "dash-list-item", item);
  g_object_set_data (G_OBJECT (item), "dash-column", GUINT_TO_POINTER (index));
  if (column->tip != NULL)
    {
      gtk_widget_set_has_tooltip (cell, TRUE);
      g_signal_connect_object (cell, "query-tooltip", G_CALLBACK (query_tooltip_cb), self, 0);
    }
  gtk_list_item_set_child (item, cell);
}

static void
job_changed_cb (DashJob *job, GParamSpec *pspec, GtkListItem *item)
{
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "dash-column"));

  dash_job_column_get (column)->fill (gtk_list_item_get_child (item), job);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, DashJobList *self)
{
  const DashJobColumn *column = dash_job_column_get (column_of (factory));
  DashJob *job = gtk_list_item_get_item (item);

  column->fill (gtk_list_item_get_child (item), job);
  g_signal_connect (job, "notify::version", G_CALLBACK (job_changed_cb), item);
  if (column->ticks)
    g_hash_table_add (self->ticking, item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, DashJobList *self)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), job_changed_cb, item);
  g_hash_table_remove (self->ticking, item);
}

typedef struct
{
  DashJobList *list;
  guint index;
} SortData;

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer data)
{
  SortData *sort = data;

  if (sort->list->probing)
    {
      if (sort->list->probed < 0)
        sort->list->probed = (int) sort->index;
      return -1;
    }
  return dash_job_column_get (sort->index)->compare ((DashJob *) a, (DashJob *) b);
}

static GtkColumnViewColumn *
make_column (DashJobList *self, guint index)
{
  const DashJobColumn *column = dash_job_column_get (index);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  SortData *data = g_new0 (SortData, 1);
  GtkCustomSorter *sorter;
  GtkColumnViewColumn *made;

  g_object_set_data (G_OBJECT (factory), "dash-column", GUINT_TO_POINTER (index));
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  data->list = self;
  data->index = index;
  sorter = gtk_custom_sorter_new (compare_cb, data, g_free);
  made = gtk_column_view_column_new (_ (column->title), factory);
  gtk_column_view_column_set_sorter (made, GTK_SORTER (sorter));
  g_object_unref (sorter);
  gtk_column_view_column_set_expand (made, column->expands);
  gtk_column_view_column_set_resizable (made, TRUE);
  if (column->width > 0)
    gtk_column_view_column_set_fixed_width (made, column->width);
  return made;
}

void
dash_job_list_add_columns (DashJobList *self)
{
  for (guint i = 0; i < DASH_N_JOB_COLUMNS; i++)
    {
      GtkColumnViewColumn *column = make_column (self, i);

      self->columns[i] = column;
      gtk_column_view_append_column (self->view, column);
      if (dash_job_column_get (i)->number)
        dash_column_title_align_end (self->view, i);
      g_object_unref (column);
    }
  add_gestures (self);
}

void
dash_job_list_fit_columns (DashJobList *self, int width)
{
  for (guint i = 0; i < DASH_N_JOB_COLUMNS; i++)
    {
      const DashJobColumn *column = dash_job_column_get (i);
      gboolean visible = width >= column->min_width_shown;

      /* GTK 4.8 takes the fixed width of a hidden column off what the others may share. */
      gtk_column_view_column_set_fixed_width (self->columns[i], visible ? column->width : -1);
      gtk_column_view_column_set_visible (self->columns[i], visible);
    }
}

int
dash_job_list_probe_sort (DashJobList *self, gboolean *descending)
{
  GtkOrdering order;

  self->probing = TRUE;
  self->probed = -1;
  /* Any two objects will do, as long as they are not the same: of those nobody would be asked. */
  order = gtk_sorter_compare (gtk_column_view_get_sorter (self->view), self, self->store);
  self->probing = FALSE;
  *descending = order == GTK_ORDERING_LARGER;
  return self->probed;
}
