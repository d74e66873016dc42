/* SPDX-License-Identifier: MIT */
#include "gui/view/widgets/dash-column-title.h"

/* GTK 4.8 has no property for that: the titles are the children of the view's first child, in the
 * order of the columns, and each has a box with a label and the mark of the order in it. */
void
dash_column_title_align_end (GtkColumnView *view, guint index)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (view));
  GtkWidget *title = header != NULL ? gtk_widget_get_first_child (header) : NULL;
  GtkWidget *content;

  for (guint i = 0; i < index && title != NULL; i++)
    title = gtk_widget_get_next_sibling (title);
  content = title != NULL ? gtk_widget_get_first_child (title) : NULL;
  if (!GTK_IS_BOX (content))
    return;
  gtk_widget_set_halign (content, GTK_ALIGN_END);
  /* The mark comes first, else it keeps the title off the edge. */
  gtk_box_reorder_child_after (GTK_BOX (content), gtk_widget_get_last_child (content), NULL);
}
