/* SPDX-License-Identifier: MIT */
#include "gui/view/widgets/dash-text-table.h"

#include "gui/view/widgets/dash-column-title.h"

/* Minimum width of the wide column, in pixels. */
#define WIDE_WIDTH 110

#define DASH_TYPE_TEXT_ROW (dash_text_row_get_type ())
G_DECLARE_FINAL_TYPE (DashTextRow, dash_text_row, DASH, TEXT_ROW, GObject)

struct _DashTextRow
{
  GObject parent;
  char **cells;
};

G_DEFINE_FINAL_TYPE (DashTextRow, dash_text_row, G_TYPE_OBJECT)

struct _DashTextTable
{
  GtkWidget parent;
  GtkWidget *scroller;
  GtkColumnView *view;
  GListStore *rows;
  guint wide; /* index of the column that takes the remaining width */
};

G_DEFINE_FINAL_TYPE (DashTextTable, dash_text_table, GTK_TYPE_WIDGET)

static void
dash_text_row_finalize (GObject *object)
{
  g_strfreev (DASH_TEXT_ROW (object)->cells);
  G_OBJECT_CLASS (dash_text_row_parent_class)->finalize (object);
}

static void
dash_text_row_class_init (DashTextRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dash_text_row_finalize;
}

static void
dash_text_row_init (DashTextRow *self)
{
}

static guint
column_of (GtkSignalListItemFactory *factory)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (factory), "dash-column"));
}

/* The first column and the wide one contain text. */
static gboolean
is_number (DashTextTable *self, guint column)
{
  return column != 0 && column != self->wide;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, DashTextTable *self)
{
  guint column = column_of (factory);
  GtkWidget *label = gtk_label_new (NULL);

  g_assert (DASH_IS_TEXT_TABLE (self));
  gtk_label_set_xalign (GTK_LABEL (label), is_number (self, column) ? 1 : 0);
  gtk_widget_add_css_class (label, "numeric");
  if (column == self->wide)
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_widget_set_size_request (label, WIDE_WIDTH, -1);
    }
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, DashTextTable *self)
{
  guint column = column_of (factory);
  DashTextRow *row = gtk_list_item_get_item (item);
  GtkWidget *label = gtk_list_item_get_child (item);

  g_assert (DASH_IS_TEXT_TABLE (self));
  g_assert (DASH_IS_TEXT_ROW (row));
  gtk_label_set_text (GTK_LABEL (label), row->cells[column]);
  gtk_widget_set_tooltip_text (label, column == self->wide ? row->cells[column] : NULL);
}

static void
dash_text_table_dispose (GObject *object)
{
  DashTextTable *self = DASH_TEXT_TABLE (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (dash_text_table_parent_class)->dispose (object);
}

static void
dash_text_table_class_init (DashTextTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dash_text_table_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
dash_text_table_init (DashTextTable *self)
{
  self->rows = g_list_store_new (DASH_TYPE_TEXT_ROW);
}

GtkWidget *
dash_text_table_new (const char *label, const char *const *titles, guint wide)
{
  DashTextTable *self = g_object_new (DASH_TYPE_TEXT_TABLE, NULL);
  GtkWidget *view;
  GtkNoSelection *model = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->rows)));

  g_assert (titles != NULL);
  self->wide = wide;
  view = gtk_column_view_new (GTK_SELECTION_MODEL (model));
  self->view = GTK_COLUMN_VIEW (view);
  gtk_widget_add_css_class (view, "results");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  for (guint i = 0; titles[i] != NULL; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      GtkColumnViewColumn *column = gtk_column_view_column_new (titles[i], factory);

      g_object_set_data (G_OBJECT (factory), "dash-column", GUINT_TO_POINTER (i));
      g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
      g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
      gtk_column_view_column_set_expand (column, i == wide);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
      if (is_number (self, i))
        dash_column_title_align_end (GTK_COLUMN_VIEW (view), i);
      g_object_unref (column);
    }
  /* A table that is wider than the window scrolls on its own. */
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), view);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

void
dash_text_table_set_title (DashTextTable *self, guint column, const char *title)
{
  g_autoptr (GtkColumnViewColumn) found = NULL;

  g_return_if_fail (DASH_IS_TEXT_TABLE (self));
  found = g_list_model_get_item (gtk_column_view_get_columns (self->view), column);
  gtk_column_view_column_set_title (found, title);
}

void
dash_text_table_set_rows (DashTextTable *self, GPtrArray *rows)
{
  g_return_if_fail (DASH_IS_TEXT_TABLE (self));
  g_list_store_remove_all (self->rows);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      DashTextRow *row = g_object_new (DASH_TYPE_TEXT_ROW, NULL);

      row->cells = g_strdupv (rows->pdata[i]);
      g_list_store_append (self->rows, row);
      g_object_unref (row);
    }
}
