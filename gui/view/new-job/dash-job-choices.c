/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-job-choices.h"

#define MAX_LISTED 100 /* jobs, the newest ones */
#define WIDTH 320

#define ID_KEY "dash-id" /* data of a row: the ID of its job */

GtkWidget *
dash_job_choices_new (const char *none)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_list_box_set_placeholder (GTK_LIST_BOX (list), gtk_label_new (none));
  return list;
}

static void
add_row (GtkListBox *list, DashJob *job, const char *text)
{
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_tooltip_text (label, dash_job_get_id (job));
  gtk_widget_add_css_class (row, "choice");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_object_set_data_full (G_OBJECT (row), ID_KEY, g_strdup (dash_job_get_id (job)), g_free);
  gtk_list_box_append (list, row);
}

void
dash_job_choices_fill (GtkListBox *list, DashJobStore *jobs, DashJobChoiceText text, gpointer data)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (jobs));
  guint n_listed = 0;
  GtkWidget *row;

  g_return_if_fail (GTK_IS_LIST_BOX (list) && text != NULL);
  while ((row = GTK_WIDGET (gtk_list_box_get_row_at_index (list, 0))) != NULL)
    gtk_list_box_remove (list, row);
  for (guint i = 0; i < n && n_listed < MAX_LISTED; i++)
    {
      g_autoptr (DashJob) job = g_list_model_get_item (G_LIST_MODEL (jobs), i);
      g_autofree char *shown = text (job, data);

      if (shown == NULL)
        continue;
      add_row (list, job, shown);
      n_listed++;
    }
}

const char *
dash_job_choices_get_id (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), ID_KEY);
}

GtkWidget *
dash_job_choices_scroll (GtkWidget *list, int max_height)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), max_height);
  gtk_widget_set_size_request (scroller, WIDTH, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  return scroller;
}
