/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-files-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "gui/base/dash-file-info.h"
#include "gui/base/dash-format.h"
#include "common/client/vestim-text-line.h"
#include "gui/model/dash-download.h"
#include "gui/model/dash-fetch.h"
#include "gui/system/dash-file-manager.h"
#include "gui/view/job/dash-copy-bar.h"
#include "gui/view/widgets/dash-boxed-item.h"
#include "gui/view/job/dash-page.h"
#include "gui/view/widgets/dash-wrap.h"

/* A list of the job's files, fetched while the job runs. Files of this computer are opened where
 * they are. Files of another machine are downloaded first, to a cache folder or to a place that the
 * user chooses. A refresh keeps the rows that have not changed (see show_files), so that the scroll
 * position and the focus stay. */

struct _DashFilesPage
{
  GtkWidget parent;
  GtkStack *stack;
  AdwStatusPage *empty_page;
  GtkWidget *folder_button;
  GtkListView *list;
  DashCopyBar *copies;
  GListStore *items; /* DashBoxedItem of DashFileInfo */
  DashConnection *connection;
  DashJob *job;
  GCancellable *fetching;
};

G_DEFINE_FINAL_TYPE (DashFilesPage, dash_files_page, GTK_TYPE_WIDGET)

static void
show_toast (DashFilesPage *self, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.show-toast", "s", text);
}

/* (nullable) (transfer full) the file, or the job's folder without `name`, if it is on this
 * computer. */
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

  g_assert (DASH_IS_FILES_PAGE (self));
  if (!g_app_info_launch_default_for_uri_finish (result, &error))
    show_toast (self, error->message);
}

static void
launch (DashFilesPage *self, GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);

  g_app_info_launch_default_for_uri_async (uri, NULL, NULL, launched_cb, g_object_ref (self));
}

typedef struct
{
  DashFilesPage *page;
  GFile *copy;
} Opening;

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Opening *opening = data;
  g_autoptr (GError) error = NULL;

  g_assert (opening != NULL && DASH_IS_FILES_PAGE (opening->page));
  if (dash_download_finish (result, &error))
    launch (opening->page, opening->copy);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_toast (opening->page, error->message);
  g_object_unref (opening->page);
  g_object_unref (opening->copy);
  g_free (opening);
}

static const char *
file_name (GtkListItem *item)
{
  const DashFileInfo *info = dash_boxed_item_get (gtk_list_item_get_item (item));

  return info->name;
}

/* (transfer full) a file name that can't change the folder: without slashes, not "." or "..". */
static char *
dup_plain_name (const char *text)
{
  g_autofree char *name = g_strdelimit (g_strdup (text), "/", '_');

  if (strspn (name, ".") == strlen (name))
    return g_strconcat ("_", name, NULL);
  return g_steal_pointer (&name);
}

/* Where a file of another machine is copied to: a folder of its job, because other jobs have files
 * of the same name. The names come from that machine and must not lead to another place. */
static GFile *
cache_file (const char *job_id, const char *name)
{
  g_autofree char *folder = dup_plain_name (job_id);
  g_autofree char *base = dup_plain_name (name);

  return g_file_new_build_filename (g_get_user_cache_dir (), "vestim", folder, base, NULL);
}

/* A file of another machine is downloaded first. */
static void
open_file (DashFilesPage *self, const char *name)
{
  const char *job_id = dash_job_get_id (self->job);
  g_autoptr (GFile) file = local_file (self, name);
  Opening *opening;

  if (file != NULL)
    {
      launch (self, file);
      return;
    }
  opening = g_new0 (Opening, 1);
  opening->page = g_object_ref (self);
  opening->copy = cache_file (job_id, name);
  dash_copy_bar_copy_async (self->copies, self->connection, job_id, name, opening->copy, copied_cb,
                            opening);
}

static void
open_cb (GtkButton *button, DashFilesPage *self)
{
  g_assert (DASH_IS_FILES_PAGE (self));
  open_file (self, file_name (g_object_get_data (G_OBJECT (button), "dash-list-item")));
}

static void
activate_cb (GtkListView *list, guint position, DashFilesPage *self)
{
  g_assert (DASH_IS_FILES_PAGE (self));

  g_autoptr (DashBoxedItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);
  const DashFileInfo *info = dash_boxed_item_get (item);

  open_file (self, info->name);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashFilesPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert (DASH_IS_FILES_PAGE (self));
  if (dash_download_finish (result, &error))
    text = g_strdup (_ ("File saved"));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  else
    text = g_strdup_printf (_ ("Could not save the file: %s"), error->message);
  show_toast (self, text);
}

static void
chosen_cb (GtkNativeDialog *chooser, int response, DashFilesPage *self)
{
  const char *name = g_object_get_data (G_OBJECT (chooser), "dash-file");
  const char *job_id = g_object_get_data (G_OBJECT (chooser), "dash-job");

  g_assert (DASH_IS_FILES_PAGE (self));
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

      dash_copy_bar_copy_async (self->copies, self->connection, job_id, name, file, saved_cb,
                                g_object_ref (self));
    }
  g_object_unref (chooser);
}

static void
save_cb (GtkButton *button, DashFilesPage *self)
{
  g_assert (DASH_IS_FILES_PAGE (self));

  const char *name = file_name (g_object_get_data (G_OBJECT (button), "dash-list-item"));
  g_autofree char *raw = g_path_get_basename (name);
  g_autofree char *base = g_utf8_make_valid (raw, -1);
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
shown_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashFilesPage) self = data;
  g_autoptr (GError) error = NULL;

  g_assert (DASH_IS_FILES_PAGE (self));
  if (!dash_file_manager_show_finish (result, &error))
    show_toast (self, error->message);
}

static void
show_cb (GtkButton *button, DashFilesPage *self)
{
  g_assert (DASH_IS_FILES_PAGE (self));

  g_autoptr (GFile) file =
      local_file (self, file_name (g_object_get_data (G_OBJECT (button), "dash-list-item")));

  if (file != NULL)
    dash_file_manager_show_async (file, NULL, shown_cb, g_object_ref (self));
}

static void
folder_cb (DashFilesPage *self)
{
  g_assert (DASH_IS_FILES_PAGE (self));

  g_autoptr (GFile) folder = local_file (self, NULL);

  if (folder != NULL)
    launch (self, folder);
}

static GtkWidget *
add_button (GtkListItem *item, GtkWidget *row, const char *icon, const char *label,
            GCallback callback, DashFilesPage *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  g_object_set_data (G_OBJECT (button), "dash-list-item", item);
  g_signal_connect_object (button, "clicked", callback, self, 0);
  gtk_box_append (GTK_BOX (row), button);
  return button;
}

static GtkWidget *
add_label (GtkWidget *lines)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  dash_wrap_label (GTK_LABEL (label));
  gtk_box_append (GTK_BOX (lines), label);
  return label;
}

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, DashFilesPage *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *facts;

  g_assert (DASH_IS_FILES_PAGE (self));
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), lines);
  g_object_set_data (G_OBJECT (item), "dash-name", add_label (lines));
  facts = add_label (lines);
  gtk_widget_add_css_class (facts, "dim-label");
  gtk_widget_add_css_class (facts, "caption");
  g_object_set_data (G_OBJECT (item), "dash-facts", facts);
  g_object_set_data (
      G_OBJECT (item), "dash-open",
      add_button (item, row, "adw-external-link-symbolic", _ ("Open"), G_CALLBACK (open_cb), self));
  g_object_set_data (G_OBJECT (item), "dash-save",
                     add_button (item, row, "document-save-as-symbolic", _ ("Save As…"),
                                 G_CALLBACK (save_cb), self));
  g_object_set_data (G_OBJECT (item), "dash-show",
                     add_button (item, row, "folder-open-symbolic", _ ("Show in File Manager"),
                                 G_CALLBACK (show_cb), self));
  gtk_list_item_set_child (item, row);
}

static void
name_button (GtkListItem *item, const char *key, const char *label, const char *name)
{
  g_autofree char *full = g_strdup_printf ("%s %s", label, name);

  gtk_accessible_update_property (g_object_get_data (G_OBJECT (item), key),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, full, -1);
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, DashFilesPage *self)
{
  const DashFileInfo *info = dash_boxed_item_get (gtk_list_item_get_item (item));
  g_autofree char *name = vestim_text_line (info->name, 300);
  g_autofree char *size = dash_format_size (info->size);
  g_autofree char *when = dash_format_relative (info->modified_at, dash_format_now ());
  g_autofree char *facts = g_strdup_printf ("%s · %s", size, when);

  g_assert (DASH_IS_FILES_PAGE (self));
  gtk_label_set_text (g_object_get_data (G_OBJECT (item), "dash-name"), name);
  gtk_label_set_text (g_object_get_data (G_OBJECT (item), "dash-facts"), facts);
  name_button (item, "dash-open", _ ("Open"), name);
  name_button (item, "dash-save", _ ("Save As…"), name);
  name_button (item, "dash-show", _ ("Show in File Manager"), name);
  gtk_widget_set_visible (g_object_get_data (G_OBJECT (item), "dash-show"),
                          dash_connection_is_local (self->connection));
}

static void
show_empty (DashFilesPage *self)
{
  dash_page_show_status (self->empty_page, _ ("No Files"),
                         _ ("Files that the job writes to its folder appear here."));
}

static gboolean
is_same (DashFilesPage *self, guint position, const DashFileInfo *info)
{
  g_autoptr (DashBoxedItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);
  const DashFileInfo *shown = dash_boxed_item_get (item);

  return g_str_equal (shown->name, info->name) && shown->size == info->size
         && shown->modified_at == info->modified_at;
}

/* Replaces only the rows between the unchanged start and end of the list. Takes the content of
 * `files`. */
static void
show_files (DashFilesPage *self, GPtrArray *files)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);
  guint before = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  guint head = 0, tail = 0;

  while (head < MIN (before, files->len) && is_same (self, head, files->pdata[head]))
    head++;
  while (tail < MIN (before, files->len) - head
         && is_same (self, before - 1 - tail, files->pdata[files->len - 1 - tail]))
    tail++;
  g_ptr_array_set_free_func (files, NULL);
  for (guint i = 0; i < files->len; i++)
    if (i >= head && i < files->len - tail)
      g_ptr_array_add (added,
                       dash_boxed_item_new (files->pdata[i], (GDestroyNotify) dash_file_info_free));
    else
      dash_file_info_free (files->pdata[i]);
  if (head + tail < MAX (before, files->len))
    g_list_store_splice (self->items, head, before - head - tail, added->pdata, added->len);
  gtk_widget_set_visible (self->folder_button, dash_connection_is_local (self->connection));
  show_empty (self);
  gtk_stack_set_visible_child_name (self->stack, files->len > 0 ? "files" : "empty");
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashFilesPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = dash_fetch_list_finish (result, &error);

  g_assert (DASH_IS_FILES_PAGE (self));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->fetching);
  if (files != NULL)
    {
      show_files (self, files);
      return;
    }
  dash_page_show_status (self->empty_page, _ ("Could Not Load Files"), error->message);
  dash_page_retry_later (GTK_WIDGET (self));
}

static void
dash_files_page_dispose (GObject *object)
{
  DashFilesPage *self = DASH_FILES_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  dash_page_cancel (&self->fetching);
  g_clear_object (&self->job);
  g_clear_object (&self->connection);
  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->items);
  G_OBJECT_CLASS (dash_files_page_parent_class)->dispose (object);
}

static void
dash_files_page_class_init (DashFilesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_files_page_dispose;
  g_type_ensure (DASH_TYPE_COPY_BAR);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-files-page.ui");
  gtk_widget_class_bind_template_child (widget_class, DashFilesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, DashFilesPage, empty_page);
  gtk_widget_class_bind_template_child (widget_class, DashFilesPage, folder_button);
  gtk_widget_class_bind_template_child (widget_class, DashFilesPage, list);
  gtk_widget_class_bind_template_child (widget_class, DashFilesPage, copies);
  gtk_widget_class_bind_template_callback (widget_class, folder_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
dash_files_page_init (DashFilesPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkNoSelection) model = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->items = g_list_store_new (DASH_TYPE_BOXED_ITEM);
  model = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->items)));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
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
  dash_page_cancel (&self->fetching);
  g_set_object (&self->job, job);
  g_list_store_remove_all (self->items);
  dash_page_show_status (self->empty_page, _ ("Files"), _ ("Loading the list of files…"));
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
