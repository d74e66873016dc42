/* SPDX-License-Identifier: MIT */
#include "view/dash-token-dialog.h"

#include <glib/gi18n.h>

#include "base/dash-address.h"

static void
response_cb (AdwMessageDialog *dialog, const char *response, GtkEditable *entry)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  if (g_str_equal (response, "use") && parent != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (gtk_window_get_application (parent)),
                                    "use-token",
                                    g_variant_new_string (gtk_editable_get_text (entry)));
}

/* (nullable) whoever enters a token is told first how it would travel. */
static GtkWidget *
warning_new (const char *url)
{
  GtkWidget *label;

  if (!dash_address_is_clear_text (url))
    return NULL;
  label =
      gtk_label_new (_ ("The connection is not encrypted: whoever listens on the way could read "
                        "the token. An SSH tunnel is safe."));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, "warning");
  return label;
}

void
dash_token_dialog_open (GtkWindow *parent, const char *url)
{
  g_autofree char *body =
      g_strdup_printf (_ ("The server at %s wants its token. It is in the file “token” of its data "
                          "directory, ~/.vestim as a rule."),
                       url);
  AdwMessageDialog *dialog =
      ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, _ ("Enter Token"), body));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *entry = gtk_password_entry_new ();
  GtkWidget *warning = warning_new (url);

  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "use", _ ("_Connect"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "use", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "use");
  gtk_password_entry_set_show_peek_icon (GTK_PASSWORD_ENTRY (entry), TRUE);
  g_object_set (entry, "activates-default", TRUE, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Token"), -1);
  gtk_box_append (GTK_BOX (box), entry);
  if (warning != NULL)
    gtk_box_append (GTK_BOX (box), warning);
  adw_message_dialog_set_extra_child (dialog, box);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), entry);
  gtk_window_present (GTK_WINDOW (dialog));
}
