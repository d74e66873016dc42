/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>

#include "gui/view/widgets/dash-column-title.h"
#include "gui/view/list/dash-job-list-private.h"

/* The columns as GTK knows them: factories that make and fill cells, and sorters. What a column
 * contains is in dash-job-columns.c. */

static guint
column_of (gpointer factory)
{
  return GPOINTER_TO_UINT (g_object_get_data (factory, "dash-column"));
}

/* Whether the cell shows all of `text`. */
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

/* Called when the pointer rests. To set a tooltip text for each cell would make GTK ask the X
 * server for the pointer each time, which takes longer than the rest of the row. */
static gboolean
query_tooltip_cb (GtkWidget *cell, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
                  DashJobList *self)
{
  GtkListItem *item = g_object_get_data (G_OBJECT (cell), "dash-list-item");
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "dash-column"));
  DashJob *job = gtk_list_item_get_item (item);
  g_autofree char *text = job != NULL ? dash_job_column_get (column)->tip (job, self->store) : NULL;

  g_assert (DASH_IS_JOB_LIST (self));
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

  g_assert (DASH_IS_JOB_LIST (self));
  g_object_set_data (G_OBJECT (cell), "dash-list-item", item);
  g_object_set_data (G_OBJECT (item), "dash-column", GUINT_TO_POINTER (index));
  g_object_set_data (G_OBJECT (item), "dash-job-list", self);
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
  DashJobList *self = g_object_get_data (G_OBJECT (item), "dash-job-list");

  dash_job_column_get (column)->fill (gtk_list_item_get_child (item), job, self->store);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, DashJobList *self)
{
  const DashJobColumn *column = dash_job_column_get (column_of (factory));
  DashJob *job = gtk_list_item_get_item (item);

  column->fill (gtk_list_item_get_child (item), job, self->store);
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
  g_return_if_fail (DASH_IS_JOB_LIST (self));
  for (guint i = 0; i < DASH_N_JOB_COLUMNS; i++)
    {
      GtkColumnViewColumn *column = make_column (self, i);

      self->columns[i] = column;
      gtk_column_view_append_column (self->view, column);
      if (dash_job_column_get (i)->number)
        dash_column_title_align_end (self->view, i);
      g_object_unref (column);
    }
}

void
dash_job_list_fit_columns (DashJobList *self, int width)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self));
  for (guint i = 0; i < DASH_N_JOB_COLUMNS; i++)
    {
      const DashJobColumn *column = dash_job_column_get (i);
      gboolean visible = width >= column->min_width_shown;

      /* GTK 4.8 subtracts the fixed width of a hidden column from the width of the others. */
      gtk_column_view_column_set_fixed_width (self->columns[i], visible ? column->width : -1);
      gtk_column_view_column_set_visible (self->columns[i], visible);
    }
}
