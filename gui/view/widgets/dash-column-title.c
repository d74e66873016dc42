/* SPDX-License-Identifier: MIT */
#include "gui/view/widgets/dash-column-title.h"

/* GTK 4.8 has no property for the alignment of a title. The view's first child is the header, which
 * has a title for each column in their order. A title contains a box with the label and the sort
 * indicator. */
void
dash_column_title_align_end (GtkColumnView *view, guint index)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (view));
  GtkWidget *title = header != NULL ? gtk_widget_get_first_child (header) : NULL;
  GtkWidget *content;

  g_return_if_fail (GTK_IS_COLUMN_VIEW (view));
  for (guint i = 0; i < index && title != NULL; i++)
    title = gtk_widget_get_next_sibling (title);
  content = title != NULL ? gtk_widget_get_first_child (title) : NULL;
  if (!GTK_IS_BOX (content))
    return;
  gtk_widget_set_halign (content, GTK_ALIGN_END);
  /* The sort indicator goes first, or it would keep the label off the edge. */
  gtk_box_reorder_child_after (GTK_BOX (content), gtk_widget_get_last_child (content), NULL);
}
