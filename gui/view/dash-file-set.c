/* SPDX-License-Identifier: MIT */
#include "view/dash-file-set.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "base/dash-file-info.h"
#include "base/dash-format.h"

struct _DashFileSet
{
  AdwPreferencesGroup parent;
  DashActions *actions;
  GPtrArray *rows; /* AdwActionRow, each with its "dash-path" */
  GtkWidget *path_row;
  char **columns; /* (nullable) */
  GCancellable *life;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashFileSet, dash_file_set, ADW_TYPE_PREFERENCES_GROUP)

static const char *
path_of (gpointer row)
{
  return g_object_get_data (row, "dash-path");
}

static void
remove_cb (GtkButton *button, DashFileSet *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_ACTION_ROW);

  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_remove (self->rows, row);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* (transfer full) "SOC, Current, Temp, Voltage · 3381 rows · every 1 s" */
static char *
describe (const DashFileCheck *check)
{
  g_autofree char *columns = g_strjoinv (", ", check->columns);
  g_autofree char *period = isfinite (check->period_s)
                                ? g_strdup_printf (_ (" · every %g s"), check->period_s)
                                : g_strdup ("");

  return g_strdup_printf (_ ("%s · %" PRId64 " rows%s"), columns, (int64_t) check->rows, period);
}

static void
show_check (DashFileSet *self, GtkWidget *row, const DashFileCheck *check)
{
  g_autofree char *text = check->error != NULL ? g_strdup (check->error) : describe (check);
  g_autofree char *line = dash_format_line (text, 300);
  g_autofree char *escaped = g_markup_escape_text (line, -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  if (check->error != NULL)
    gtk_widget_add_css_class (row, "error");
  else if (self->columns == NULL && check->columns[0] != NULL)
    self->columns = g_strdupv (check->columns);
}

/* A folder is answered with the files in it: the first one that is wrong speaks for it. */
static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) row = data;
  DashFileSet *self = g_object_get_data (G_OBJECT (row), "dash-set");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) checks = dash_actions_check_finish (DASH_ACTIONS (source), result, &error);
  const DashFileCheck *shown = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (checks == NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (error->message, -1);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
      return;
    }
  for (guint i = 0; i < checks->len; i++)
    {
      const DashFileCheck *check = checks->pdata[i];

      if (shown == NULL || (check->error != NULL && shown->error == NULL))
        shown = check;
    }
  if (shown != NULL)
    show_check (self, row, shown);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
check_row (DashFileSet *self, GtkWidget *row)
{
  const char *const files[] = { path_of (row), NULL };

  g_object_set_data (G_OBJECT (row), "dash-set", self);
  dash_actions_check_async (self->actions, files, self->life, checked_cb, g_object_ref (row));
}

static void
chosen_cb (GtkNativeDialog *chooser, int response, DashFileSet *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));

      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);

          dash_file_set_add (self, g_file_peek_path (file));
        }
    }
  g_object_unref (chooser);
}

static void
choose (DashFileSet *self, GtkFileChooserAction action, const char *title)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
      title, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), action, _ ("_Add"), NULL);

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
add_files_cb (GtkButton *button, DashFileSet *self)
{
  choose (self, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Add Files"));
}

static void
add_folder_cb (GtkButton *button, DashFileSet *self)
{
  choose (self, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("Add Folder"));
}

static void
typed_cb (AdwEntryRow *row, DashFileSet *self)
{
  g_autofree char *path = g_strdup (gtk_editable_get_text (GTK_EDITABLE (row)));

  g_strstrip (path);
  if (path[0] == '\0')
    return;
  dash_file_set_add (self, path);
  gtk_editable_set_text (GTK_EDITABLE (row), "");
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, DashFileSet *self)
{
  GSList *files = g_value_get_boxed (value);

  for (GSList *at = files; at != NULL; at = at->next)
    if (g_file_peek_path (at->data) != NULL)
      dash_file_set_add (self, g_file_peek_path (at->data));
  return TRUE;
}

static void
dash_file_set_dispose (GObject *object)
{
  DashFileSet *self = DASH_FILE_SET (object);

  g_cancellable_cancel (self->life);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (dash_file_set_parent_class)->dispose (object);
}

static void
dash_file_set_finalize (GObject *object)
{
  DashFileSet *self = DASH_FILE_SET (object);

  g_object_unref (self->life);
  g_ptr_array_unref (self->rows);
  g_strfreev (self->columns);
  G_OBJECT_CLASS (dash_file_set_parent_class)->finalize (object);
}

static void
dash_file_set_class_init (DashFileSetClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dash_file_set_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_file_set_finalize;
  signals[CHANGED] = g_signal_new ("changed", DASH_TYPE_FILE_SET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
dash_file_set_init (DashFileSet *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->life = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static GtkWidget *
make_button (DashFileSet *self, const char *icon, const char *title, const char *set,
             GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  g_autofree char *full = g_strdup_printf ("%s: %s", set, title);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, full, -1);
  g_signal_connect_object (button, "clicked", callback, self, 0);
  return button;
}

DashFileSet *
dash_file_set_new (const char *title, DashActions *actions, gboolean local)
{
  DashFileSet *self = g_object_new (DASH_TYPE_FILE_SET, "title", title, NULL);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autofree char *label = g_strdup_printf (_ ("%s: path of a file or folder"), title);

  self->actions = g_object_ref (actions);
  gtk_box_append (GTK_BOX (buttons), make_button (self, "document-new-symbolic", _ ("Add Files…"),
                                                  title, G_CALLBACK (add_files_cb)));
  gtk_box_append (GTK_BOX (buttons), make_button (self, "folder-new-symbolic", _ ("Add Folder…"),
                                                  title, G_CALLBACK (add_folder_cb)));
  /* The files of another machine can't be chosen from here: their paths are typed. */
  if (local)
    adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), buttons);
  else
    g_object_unref (g_object_ref_sink (buttons));
  self->path_row = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->path_row),
                                 local ? _ ("Drop CSV files here, or type a path") : _ ("Path"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->path_row), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->path_row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  g_signal_connect_object (self->path_row, "apply", G_CALLBACK (typed_cb), self, 0);
  g_signal_connect_object (self->path_row, "entry-activated", G_CALLBACK (typed_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->path_row);
  return self;
}

void
dash_file_set_add (DashFileSet *self, const char *path)
{
  GtkWidget *row;
  g_autofree char *line = NULL;
  g_autofree char *title = NULL;

  g_return_if_fail (DASH_IS_FILE_SET (self) && path != NULL);
  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (path_of (self->rows->pdata[i]), path))
      return;
  row = adw_action_row_new ();
  line = dash_format_line (path, 400);
  title = g_markup_escape_text (line, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("Checking…"));
  g_object_set_data_full (G_OBJECT (row), "dash-path", g_strdup (path), g_free);
  adw_action_row_add_suffix (
      ADW_ACTION_ROW (row),
      make_button (self, "list-remove-symbolic", _ ("Remove"), line, G_CALLBACK (remove_cb)));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
  dash_file_set_set_error (self, NULL);
  check_row (self, row);
  g_signal_emit (self, signals[CHANGED], 0);
}

char **
dash_file_set_dup_paths (DashFileSet *self)
{
  char **paths;

  g_return_val_if_fail (DASH_IS_FILE_SET (self), NULL);
  paths = g_new0 (char *, self->rows->len + 1);
  for (guint i = 0; i < self->rows->len; i++)
    paths[i] = g_strdup (path_of (self->rows->pdata[i]));
  return paths;
}

const char *const *
dash_file_set_get_columns (DashFileSet *self)
{
  g_return_val_if_fail (DASH_IS_FILE_SET (self), NULL);
  return (const char *const *) self->columns;
}

void
dash_file_set_set_error (DashFileSet *self, const char *text)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (DASH_IS_FILE_SET (self));
  escaped = text != NULL ? g_markup_escape_text (text, -1) : NULL;
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), escaped);
  if (text != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "faulty");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "faulty");
}

void
dash_file_set_commit (DashFileSet *self)
{
  g_return_if_fail (DASH_IS_FILE_SET (self));
  typed_cb (ADW_ENTRY_ROW (self->path_row), self);
}
