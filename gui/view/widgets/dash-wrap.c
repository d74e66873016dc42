/* SPDX-License-Identifier: MIT */
#include "gui/view/widgets/dash-wrap.h"

/* Adds the attribute to those that the label has. */
static void
disable_hyphens (GtkLabel *label)
{
  PangoAttrList *before = gtk_label_get_attributes (label);
  PangoAttrList *attributes =
      before != NULL ? pango_attr_list_copy (before) : pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (label, attributes);
  pango_attr_list_unref (attributes);
}

void
dash_wrap_label (GtkLabel *label)
{
  g_return_if_fail (GTK_IS_LABEL (label));
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  disable_hyphens (label);
}

void
dash_wrap_labels (GtkWidget *widget)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  if (GTK_IS_LABEL (widget) && gtk_label_get_wrap (GTK_LABEL (widget)))
    disable_hyphens (GTK_LABEL (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    dash_wrap_labels (child);
}

/* Text that is inserted after the end of a tag does not get the tag. */
static void
inserted_cb (GtkTextBuffer *buffer, GtkTextIter *end, const char *text, int length, GtkTextTag *tag)
{
  GtkTextIter start = *end;

  g_assert (GTK_IS_TEXT_BUFFER (buffer) && GTK_IS_TEXT_TAG (tag));
  gtk_text_iter_backward_chars (&start, (int) g_utf8_strlen (text, length));
  gtk_text_buffer_apply_tag (buffer, tag, &start, end);
}

void
dash_wrap_text_view (GtkTextView *view)
{
  GtkTextBuffer *buffer;
  GtkTextIter start, end;
  GtkTextTag *tag;

  g_return_if_fail (GTK_IS_TEXT_VIEW (view));
  buffer = gtk_text_view_get_buffer (view);
  tag = gtk_text_buffer_create_tag (buffer, NULL, "insert-hyphens", FALSE, NULL);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  g_signal_connect_object (buffer, "insert-text", G_CALLBACK (inserted_cb), tag, G_CONNECT_AFTER);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_apply_tag (buffer, tag, &start, &end);
}
