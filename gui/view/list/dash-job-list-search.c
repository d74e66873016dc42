/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-search.h"
#include "gui/view/list/dash-job-list-private.h"

/* The search over the list, and how the keyboard comes from one to the other. */

static void
search_changed_cb (GtkSearchEntry *entry, DashJobList *self)
{
  g_strfreev (self->words);
  self->words = dash_search_words (gtk_editable_get_text (GTK_EDITABLE (entry)));
  dash_job_list_refilter (self);
}

/* Who types in the list searches; what follows, a space too, belongs to the search. */
static void
started_cb (GtkSearchEntry *search, DashJobList *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (search));
}

static void
stop_search_cb (GtkSearchEntry *entry, DashJobList *self)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
activate_cb (GtkSearchEntry *entry, DashJobList *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static gboolean
down_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  return gtk_widget_grab_focus (GTK_WIDGET (DASH_JOB_LIST (data)->view));
}

void
dash_job_list_follow_search (DashJobList *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (search_changed_cb), self, 0);
  g_signal_connect_object (self->search, "search-started", G_CALLBACK (started_cb), self, 0);
  g_signal_connect_object (self->search, "stop-search", G_CALLBACK (stop_search_cb), self, 0);
  g_signal_connect_object (self->search, "activate", G_CALLBACK (activate_cb), self, 0);
  gtk_search_entry_set_key_capture_widget (self->search, GTK_WIDGET (self->view));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Down, 0),
                        gtk_callback_action_new (down_cb, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->search), keys);
}
