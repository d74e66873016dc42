/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>
#include <string.h>

#include "gui/base/dash-csv.h"
#include "gui/base/dash-format.h"
#include "common/client/vestim-text-line.h"
#include "common/vestim-api.h"
#include "gui/view/window/dash-window-private.h"

/* Dialogs of the window. A dialog keeps what its response needs as object data, and belongs to the
 * window, which is alive when the response comes (g_signal_connect_object).
 *
 * A deletion has a toast instead of a dialog. It is carried out when the toast is dismissed, unless
 * the user has pressed "Undo". Only the last deletion can be undone. */

/* Enables the dialog's response, or marks the entry as wrong. */
static void
allow_answer (AdwMessageDialog *dialog, GtkWidget *entry, gboolean allowed)
{
  adw_message_dialog_set_response_enabled (dialog, "yes", allowed);
  if (allowed)
    gtk_widget_remove_css_class (entry, "error");
  else
    gtk_widget_add_css_class (entry, "error");
}

AdwMessageDialog *
dash_window_question (DashWindow *self, const char *heading, const char *body, const char *label,
                      AdwResponseAppearance appearance)
{
  AdwMessageDialog *dialog =
      ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (self), heading, body));

  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "yes", label, NULL);
  adw_message_dialog_set_response_appearance (dialog, "yes", appearance);
  adw_message_dialog_set_default_response (dialog, "yes");
  adw_message_dialog_set_close_response (dialog, "cancel");
  return dialog;
}

/* The limit is in bytes, and GtkEntry can only limit characters. */
static void
name_changed_cb (GtkEditable *entry, AdwMessageDialog *dialog)
{
  gsize length = strlen (gtk_editable_get_text (entry));

  g_assert (ADW_IS_MESSAGE_DIALOG (dialog));
  allow_answer (dialog, GTK_WIDGET (entry), length > 0 && length <= VESTIM_MAX_NAME);
  adw_message_dialog_set_body (
      dialog, length > VESTIM_MAX_NAME ? _ ("This name is too long: shorten it.") : "");
}

static void
renamed_cb (AdwMessageDialog *dialog, const char *response, DashWindow *self)
{
  GtkEditable *entry = g_object_get_data (G_OBJECT (dialog), "entry");
  DashJob *job = g_object_get_data (G_OBJECT (dialog), "job");
  const char *name;

  g_assert (DASH_IS_WINDOW (self));
  name = gtk_editable_get_text (entry);
  if (g_str_equal (response, "yes") && g_strcmp0 (name, dash_job_get (job)->name) != 0)
    dash_actions_rename (self->actions, job, name);
}

void
dash_window_rename (DashWindow *self, DashJob *job)
{
  g_return_if_fail (DASH_IS_WINDOW (self));

  AdwMessageDialog *dialog =
      dash_window_question (self, _ ("Rename Job"), NULL, _ ("_Rename"), ADW_RESPONSE_SUGGESTED);
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (entry), dash_job_get (job)->name);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("New name"), -1);
  adw_message_dialog_set_extra_child (dialog, entry);
  g_object_set_data (G_OBJECT (dialog), "entry", entry);
  g_object_set_data_full (G_OBJECT (dialog), "job", g_object_ref (job), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (renamed_cb), self, 0);
  g_signal_connect_object (entry, "changed", G_CALLBACK (name_changed_cb), dialog, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}

static void
priority_changed_cb (GtkEditable *entry, AdwMessageDialog *dialog)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  gint64 priority;

  g_assert (ADW_IS_MESSAGE_DIALOG (dialog));
  allow_answer (dialog, GTK_WIDGET (entry),
                g_ascii_string_to_signed (text, 10, VESTIM_MIN_PRIORITY, VESTIM_MAX_PRIORITY,
                                          &priority, NULL));
}

static void
priority_cb (AdwMessageDialog *dialog, const char *response, DashWindow *self)
{
  GtkSpinButton *spin = g_object_get_data (G_OBJECT (dialog), "spin");
  GPtrArray *jobs = g_object_get_data (G_OBJECT (dialog), "jobs");

  g_assert (DASH_IS_WINDOW (self));
  /* The spin button takes a typed number only when it loses the focus. */
  gtk_spin_button_update (spin);
  if (g_str_equal (response, "yes"))
    dash_actions_set_priority (self->actions, jobs, gtk_spin_button_get_value_as_int (spin));
}

void
dash_window_set_priority (DashWindow *self, GPtrArray *jobs)
{
  g_return_if_fail (DASH_IS_WINDOW (self));

  AdwMessageDialog *dialog =
      dash_window_question (self, _ ("Set Priority"),
                            _ ("Jobs with a higher priority run first. Jobs with the same "
                               "priority run in the order of the queue."),
                            _ ("_Set"), ADW_RESPONSE_SUGGESTED);
  GtkWidget *spin = gtk_spin_button_new_with_range (VESTIM_MIN_PRIORITY, VESTIM_MAX_PRIORITY, 1);

  if (jobs->len > 0)
    gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), dash_job_get (jobs->pdata[0])->priority);
  gtk_widget_set_halign (spin, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Priority"), -1);
  adw_message_dialog_set_extra_child (dialog, spin);
  g_object_set_data (G_OBJECT (dialog), "spin", spin);
  g_object_set_data_full (G_OBJECT (dialog), "jobs", g_ptr_array_ref (jobs),
                          (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (priority_cb), self, 0);
  g_signal_connect_object (spin, "changed", G_CALLBACK (priority_changed_cb), dialog, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
clear_all_cb (AdwMessageDialog *dialog, const char *response, DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));
  if (g_str_equal (response, "yes"))
    dash_actions_clear (self->actions, NULL);
}

/* (transfer full) with the size on disk, if the server has sent it. */
static char *
clear_all_text (const DashServerInfo *info)
{
  g_autofree char *size = NULL;

  if (info == NULL || info->jobs_bytes < 0)
    return g_strdup (
        _ ("Running jobs will be stopped. All results and logs will be deleted permanently."));
  size = dash_format_size (info->jobs_bytes);
  return g_strdup_printf (_ ("Running jobs will be stopped. All results and logs (%s on disk) will "
                             "be deleted permanently."),
                          size);
}

void
dash_window_clear_all (DashWindow *self)
{
  g_return_if_fail (DASH_IS_WINDOW (self));

  guint n = dash_job_store_count_all (dash_connection_get_store (self->connection));
  g_autofree char *heading =
      g_strdup_printf (ngettext ("Delete %u Job?", "Delete All %u Jobs?", n), n);
  g_autofree char *body = clear_all_text (dash_connection_get_info (self->connection));
  AdwMessageDialog *dialog =
      dash_window_question (self, heading, body, _ ("_Delete All"), ADW_RESPONSE_DESTRUCTIVE);

  adw_message_dialog_set_default_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (clear_all_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
stop_all_cb (AdwMessageDialog *dialog, const char *response, DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));
  if (g_str_equal (response, "yes"))
    dash_actions_stop_all (self->actions);
}

void
dash_window_stop_all (DashWindow *self)
{
  g_return_if_fail (DASH_IS_WINDOW (self));

  AdwMessageDialog *dialog = dash_window_question (
      self, _ ("Stop All Jobs?"),
      _ ("All queued and running jobs will be stopped. You can retry them later."), _ ("_Stop All"),
      ADW_RESPONSE_DESTRUCTIVE);

  g_signal_connect_object (dialog, "response", G_CALLBACK (stop_all_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Carries out a pending deletion first: without a server it could not be undone either. */
static void
stop_server (DashWindow *self, gboolean keep_jobs)
{
  if (self->deletion != NULL)
    adw_toast_dismiss (self->deletion);
  dash_actions_stop_server (self->actions, keep_jobs);
}

static void
stop_server_cb (AdwMessageDialog *dialog, const char *response, DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));
  if (!g_str_equal (response, "cancel"))
    stop_server (self, g_str_equal (response, "keep"));
}

/* Asks only if jobs are running. */
void
dash_window_stop_server (DashWindow *self)
{
  g_return_if_fail (DASH_IS_WINDOW (self));

  DashJobStore *store = dash_connection_get_store (self->connection);
  guint n = dash_job_store_count (store, VESTIM_JOB_RUNNING);
  AdwMessageDialog *dialog;

  if (n == 0)
    {
      stop_server (self, FALSE);
      return;
    }
  dialog = dash_window_question (
      self, _ ("Stop the Server?"),
      _ ("You can interrupt the running jobs, or let them continue without the "
         "server. The server finds them again when it starts."),
      _ ("_Interrupt Jobs"), ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_add_response (dialog, "keep", _ ("_Keep Jobs Running"));
  adw_message_dialog_set_default_response (dialog, "keep");
  g_signal_connect_object (dialog, "response", G_CALLBACK (stop_server_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

typedef struct
{
  DashActions *actions;
  guint ticket;
  gboolean undone;
} Deletion;

static void
deletion_free (gpointer data, GClosure *closure)
{
  Deletion *deletion = data;

  g_object_unref (deletion->actions);
  g_free (deletion);
}

static void
undo_cb (AdwToast *toast, Deletion *deletion)
{
  g_assert (deletion != NULL);
  deletion->undone = TRUE;
  dash_actions_undo (deletion->actions, deletion->ticket);
}

static void
dismissed_cb (AdwToast *toast, Deletion *deletion)
{
  g_assert (deletion != NULL);
  if (!deletion->undone)
    dash_actions_commit (deletion->actions, deletion->ticket);
}

/* Carries out the previous deletion, whose toast would come back after this one. */
void
dash_window_delete (DashWindow *self, GPtrArray *jobs)
{
  g_return_if_fail (DASH_IS_WINDOW (self) && jobs != NULL && jobs->len > 0);

  Deletion *deletion = g_new0 (Deletion, 1);
  g_autofree char *name = vestim_text_line (dash_job_get_name (jobs->pdata[0]), 40);
  g_autofree char *escaped = g_markup_escape_text (name, -1);
  g_autofree char *text =
      jobs->len == 1
          ? g_strdup_printf (_ ("“%s” deleted"), escaped)
          : g_strdup_printf (ngettext ("%u job deleted", "%u jobs deleted", jobs->len), jobs->len);
  AdwToast *toast = adw_toast_new (text);

  if (self->deletion != NULL)
    adw_toast_dismiss (self->deletion);
  g_set_weak_pointer (&self->deletion, toast);
  deletion->actions = g_object_ref (self->actions);
  deletion->ticket = dash_actions_delete (self->actions, jobs);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, 8);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_signal_connect (toast, "button-clicked", G_CALLBACK (undo_cb), deletion);
  g_signal_connect_data (toast, "dismissed", G_CALLBACK (dismissed_cb), deletion, deletion_free, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert (DASH_IS_WINDOW (self));
  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    text = g_strdup (_ ("List exported"));
  else
    text = g_strdup_printf (_ ("Could not export the list: %s"), error->message);
  dash_window_show_toast (self, text);
}

static void
chosen_cb (GtkNativeDialog *chooser, int response, DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
      GListModel *shown = dash_job_list_get_shown (self->list);
      GString *csv = g_string_new (NULL);
      g_autoptr (GBytes) bytes = NULL;

      dash_csv_append_header (csv);
      for (guint i = 0; i < g_list_model_get_n_items (shown); i++)
        {
          g_autoptr (DashJob) job = g_list_model_get_item (shown, i);

          dash_csv_append_job (csv, dash_job_get (job), dash_job_get_test_rmse (job));
        }
      bytes = g_string_free_to_bytes (csv);
      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                           written_cb, g_object_ref (self));
    }
  g_object_unref (chooser);
}

void
dash_window_export (DashWindow *self)
{
  g_return_if_fail (DASH_IS_WINDOW (self));

  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
      _ ("Export List"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), "jobs.csv");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
