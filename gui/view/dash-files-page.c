/* SPDX-License-Identifier: MIT */
#include "view/dash-files-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "base/dash-file-info.h"
#include "base/dash-format.h"
#include "model/dash-fetch.h"
#include "view/dash-page.h"

/* Rows of thousands of files would take seconds to make, and nobody reads them. */
#define MAX_ROWS 500

struct _DashFilesPage
{
  GtkWidget parent;
  GtkStack *stack;
  AdwStatusPage *empty_page;
  GtkWidget *folder_button;
  GtkListBox *list;
  DashConnection *connection;
  DashJob *job;
  GCancellable *fetching;
  char *shown; /* (nullable) names and sizes on view: an unchanged list is not made anew */
};

G_DEFINE_FINAL_TYPE (DashFilesPage, dash_files_page, GTK_TYPE_WIDGET)

static void
say (DashFilesPage *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.say", "s", text);
}

/* (nullable) (transfer full) the file, when it lies on this computer. */
static GFile *
local_file (DashFilesPage *self, const char *name)
{
  const char *folder = dash_job_get_folder (self->job);
  g_autofree char *path = NULL;

  if (!dash_connection_is_local (self->connection) || folder == NULL)
    return NULL;
  path = name != NULL ? g_build_filename (folder, name, NULL) : g_strdup (folder);
  return g_file_new_for_path (path);
}

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashFilesPage) self = data;
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_default_for_uri_finish (result, &error))
    say (self, error->message);
}

static void
launch (DashFilesPage *self, GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);

  g_app_info_launch_default_for_uri_async (uri, NULL, NULL, launched_cb, g_object_ref (self));
}

/* A file that is fetched to be opened. */
typedef struct
{
  DashFilesPage *page;
  GFile *file;
} Opening;

static void
saved_to_open_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Opening *opening = data;
  g_autoptr (DashFilesPage) self = opening->page;
  g_autoptr (GFile) file = opening->file;
  g_autoptr (GError) error = NULL;

  if (dash_fetch_save_finish (result, &error))
    launch (self, file);
  else
    say (self, error->message);
}

/* A file of another machine is fetched first. */
static void
open_cb (GtkButton *button, DashFilesPage *self)
{
  const char *name = g_object_get_data (G_OBJECT (button), "dash-file");
  g_autoptr (GFile) file = local_file (self, name);

  if (file != NULL)
    {
      launch (self, file);
      return;
    }
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "vestim", NULL);
  g_autofree char *path = g_build_filename (folder, base, NULL);

  Opening *opening = g_new0 (Opening, 1);

  g_mkdir_with_parents (folder, 0700);
  opening->page = g_object_ref (self);
  opening->file = g_file_new_for_path (path);
  dash_fetch_save_async (self->connection, dash_job_get_id (self->job), name, opening->file, NULL,
                         saved_to_open_cb, opening);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashFilesPage) self = data;
  g_autoptr (GError) error = NULL;

  if (dash_fetch_save_finish (result, &error))
    say (self, _ ("File saved"));
  else
    say (self, error->message);
}

static void
chosen_cb (GtkNativeDialog *chooser, int response, DashFilesPage *self)
{
  const char *name = g_object_get_data (G_OBJECT (chooser), "dash-file");
  const char *job_id = g_object_get_data (G_OBJECT (chooser), "dash-job");

  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

      dash_fetch_save_async (self->connection, job_id, name, file, NULL, saved_cb,
                             g_object_ref (self));
    }
  g_object_unref (chooser);
}

static void
save_cb (GtkButton *button, DashFilesPage *self)
{
  const char *name = g_object_get_data (G_OBJECT (button), "dash-file");
  g_autofree char *base = g_path_get_basename (name);
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
      _ ("Save File"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
      GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), base);
  g_object_set_data_full (G_OBJECT (chooser), "dash-file", g_strdup (name), g_free);
  g_object_set_data_full (G_OBJECT (chooser), "dash-job", g_strdup (dash_job_get_id (self->job)),
                          g_free);
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
folder_cb (DashFilesPage *self)
{
  g_autoptr (GFile) folder = local_file (self, NULL);

  if (folder != NULL)
    launch (self, folder);
}

static GtkWidget *
make_button (DashFilesPage *self, const char *icon, const char *label, const char *name,
             GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  g_autofree char *full = g_strdup_printf ("%s %s", label, name);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, full, -1);
  g_object_set_data_full (G_OBJECT (button), "dash-file", g_strdup (name), g_free);
  g_signal_connect_object (button, "clicked", callback, self, 0);
  return button;
}

static GtkWidget *
make_row (DashFilesPage *self, const DashFileInfo *info)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *line = dash_format_line (info->name, 300);
  g_autofree char *title = g_markup_escape_text (line, -1);
  g_autofree char *size = dash_format_size (info->size);
  g_autofree char *when = dash_format_relative (info->modified_at, dash_format_now ());
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", size, when);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (
      ADW_ACTION_ROW (row),
      make_button (self, "document-open-symbolic", _ ("Open"), info->name, G_CALLBACK (open_cb)));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             make_button (self, "document-save-as-symbolic", _ ("Save As…"),
                                          info->name, G_CALLBACK (save_cb)));
  return row;
}

static void
say_none (DashFilesPage *self)
{
  dash_page_tell (self->empty_page, _ ("No Files"),
                  _ ("What the job leaves in its folder is listed here."));
}

static GtkWidget *
make_last_row (guint n)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title =
      g_strdup_printf (ngettext ("And %u more file", "And %u more files", n), n);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _ ("All of them are in the job’s folder on the server."));
  return row;
}

static void
show_files (DashFilesPage *self, GPtrArray *files)
{
  g_autoptr (GString) key = g_string_new (NULL);
  GtkWidget *row;

  for (guint i = 0; i < files->len; i++)
    {
      const DashFileInfo *info = files->pdata[i];

      g_string_append_printf (key, "%s\n%" G_GINT64_FORMAT "\n", info->name, (gint64) info->size);
    }
  if (g_strcmp0 (key->str, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_strdup (key->str);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; i < MIN (files->len, MAX_ROWS); i++)
    gtk_list_box_append (self->list, make_row (self, files->pdata[i]));
  if (files->len > MAX_ROWS)
    gtk_list_box_append (self->list, make_last_row (files->len - MAX_ROWS));
  gtk_widget_set_visible (self->folder_button, dash_connection_is_local (self->connection));
  say_none (self);
  gtk_stack_set_visible_child_name (self->stack, files->len > 0 ? "files" : "empty");
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashFilesPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = dash_fetch_list_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->fetching);
  if (files != NULL)
    {
      show_files (self, files);
      return;
    }
  /* The same list as before may follow, and takes the place of these words. */
  g_clear_pointer (&self->shown, g_free);
  dash_page_tell (self->empty_page, _ ("The Files Are Not Known"), error->message);
  dash_page_ask_again (GTK_WIDGET (self));
}

static void
stop_fetching (DashFilesPage *self)
{
  if (self->fetching != NULL)
    g_cancellable_cancel (self->fetching);
  g_clear_object (&self->fetching);
}

static void
dash_files_page_dispose (GObject *object)
{
  DashFilesPage *self = DASH_FILES_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  stop_fetching (self);
  g_clear_object (&self->job);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (dash_files_page_parent_class)->dispose (object);
}

static void
dash_files_page_class_init (DashFilesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_files_page_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-files-page.ui");
  gtk_widget_class_bind_template_child (widget_class, DashFilesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, DashFilesPage, empty_page);
  gtk_widget_class_bind_template_child (widget_class, DashFilesPage, folder_button);
  gtk_widget_class_bind_template_child (widget_class, DashFilesPage, list);
  gtk_widget_class_bind_template_callback (widget_class, folder_cb);
}

static void
dash_files_page_init (DashFilesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
dash_files_page_set_connection (DashFilesPage *self, DashConnection *connection)
{
  g_return_if_fail (DASH_IS_FILES_PAGE (self));
  g_set_object (&self->connection, connection);
}

void
dash_files_page_set_job (DashFilesPage *self, DashJob *job)
{
  g_return_if_fail (DASH_IS_FILES_PAGE (self));
  stop_fetching (self);
  g_set_object (&self->job, job);
  g_clear_pointer (&self->shown, g_free);
  dash_page_tell (self->empty_page, _ ("Files"), _ ("Fetching their names…"));
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

void
dash_files_page_refresh (DashFilesPage *self)
{
  g_return_if_fail (DASH_IS_FILES_PAGE (self));
  if (self->job == NULL || self->fetching != NULL)
    return;
  self->fetching = g_cancellable_new ();
  dash_fetch_files_async (self->connection, dash_job_get_id (self->job), self->fetching, fetched_cb,
                          g_object_ref (self));
}
