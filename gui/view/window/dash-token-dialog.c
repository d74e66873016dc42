/* SPDX-License-Identifier: MIT */
#include "gui/view/window/dash-token-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "common/client/vestim-address.h"

static gboolean
use_cb (gpointer token)
{
  g_assert (token != NULL);
  g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "use-token",
                                  g_variant_new_string (token));
  return G_SOURCE_REMOVE;
}

/* The new token replaces the parent window. In an idle callback, so that the dialog has finished
 * with its response first. */
static void
response_cb (AdwMessageDialog *dialog, const char *response, GtkEditable *entry)
{
  g_assert (GTK_IS_EDITABLE (entry));
  if (g_str_equal (response, "use"))
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, use_cb, g_strdup (gtk_editable_get_text (entry)),
                     g_free);
}

/* Takes the focus from the password entry, however the dialog is closed. GTK's window keeps the
 * focus longer than the entry lives, and the entry would be notified of its loss after it was
 * freed. */
static void
unmap_cb (GtkWindow *dialog)
{
  g_assert (GTK_IS_WINDOW (dialog));
  gtk_window_set_focus (dialog, NULL);
}

/* (nullable) a warning if the connection is not encrypted. */
static GtkWidget *
warning_new (const char *url)
{
  GtkWidget *label;

  if (!vestim_address_is_clear_text (url))
    return NULL;
  label = gtk_label_new (_ ("The connection is not encrypted: others on the network could read the "
                            "token. An SSH tunnel is safe."));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, "warning");
  return label;
}

void
dash_token_dialog_open (GtkWindow *parent, const char *url)
{
  g_return_if_fail (GTK_IS_WINDOW (parent) && url != NULL);

  g_autofree char *body =
      g_strdup_printf (_ ("The server at %s requires its token. The token is in the file “token” "
                          "in the server’s data directory, usually ~/.vestim."),
                       url);
  AdwMessageDialog *dialog =
      ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, _ ("Enter Token"), body));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *entry = adw_password_entry_row_new ();
  GtkWidget *warning = warning_new (url);

  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "use", _ ("_Connect"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "use", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "use");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("Token"));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (entry), TRUE);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), entry);
  gtk_box_append (GTK_BOX (box), list);
  if (warning != NULL)
    gtk_box_append (GTK_BOX (box), warning);
  adw_message_dialog_set_extra_child (dialog, box);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), entry);
  g_signal_connect (dialog, "unmap", G_CALLBACK (unmap_cb), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}
