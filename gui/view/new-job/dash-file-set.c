/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-file-set.h"

#include <glib/gi18n.h>

#include "common/client/vestim-file-check.h"
#include "gui/base/dash-file-summary.h"
#include "gui/base/dash-format.h"
#include "gui/model/dash-file-checker.h"
#include "gui/view/new-job/dash-file-rows.h"
#include "gui/view/new-job/dash-form.h"

/* Delay after an answer, because answers come faster than they can be shown. */
#define ANSWERS_MS 100

typedef struct
{
  char *path;
  gboolean answered;
  guint n_wrong;     /* files that cannot be used, as found by the last review */
  const char *other; /* (nullable) the title of another set that also has one of the files */
} Item;

struct _DashFileSet
{
  AdwPreferencesGroup parent;
  DashFileChecker *checker;
  GPtrArray *items;  /* Item */
  DashFileRows rows; /* of some of the items */
  GtkWidget *path_row;
  gboolean local;
  guint changed_id;
};

enum
{
  CHANGED,
  DATA_FOLDER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashFileSet, dash_file_set, ADW_TYPE_PREFERENCES_GROUP)

static void
item_free (Item *item)
{
  g_free (item->path);
  g_free (item);
}

static gboolean
changed_cb (gpointer data)
{
  DashFileSet *self = data;

  g_assert (DASH_IS_FILE_SET (self));
  self->changed_id = 0;
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* The form gets one signal for a thousand files that are dropped together. */
static void
queue_changed (DashFileSet *self)
{
  g_clear_handle_id (&self->changed_id, g_source_remove);
  self->changed_id = g_idle_add_full (G_PRIORITY_DEFAULT, changed_cb, self, NULL);
}

static void
remove_item (DashFileSet *self, const char *path)
{
  guint i = 0;

  while (i < self->items->len && !g_str_equal (((Item *) self->items->pdata[i])->path, path))
    i++;
  if (i == self->items->len)
    return;
  dash_file_rows_drop (&self->rows, path);
  dash_file_checker_remove (self->checker, path);
  g_ptr_array_remove_index (self->items, i);
}

/* The button disappears, so the focus moves to the row for the next path. A fault in that row may
 * be about the removed path. */
static void
remove_cb (GtkButton *button, DashFileSet *self)
{
  g_autofree char *path = g_strdup (dash_file_rows_get_path (GTK_WIDGET (button)));

  g_assert (DASH_IS_FILE_SET (self) && path != NULL);
  gtk_widget_grab_focus (self->path_row);
  dash_form_unmark (self->path_row);
  remove_item (self, path);
  queue_changed (self);
}

static void
answered_cb (DashFileChecker *checker, DashFileSet *self)
{
  g_assert (DASH_IS_FILE_CHECKER (checker) && DASH_IS_FILE_SET (self));
  for (guint i = self->items->len; i > 0; i--)
    {
      Item *item = self->items->pdata[i - 1];
      GPtrArray *checks = item->answered ? NULL : dash_file_checker_get (checker, item->path);
      g_autofree char *path = NULL;

      item->answered = item->answered || checks != NULL;
      if (checks == NULL || !dash_file_summary_is_data_folder (item->path, checks))
        continue;
      path = g_strdup (item->path);
      remove_item (self, path);
      g_signal_emit (self, signals[DATA_FOLDER], 0, path);
    }
  if (self->changed_id == 0)
    self->changed_id = g_timeout_add (ANSWERS_MS, changed_cb, self);
}

static void
add_file (DashFileSet *self, GFile *file)
{
  const char *path = g_file_peek_path (file);

  if (path != NULL)
    dash_file_set_add (self, path);
  else
    dash_form_mark (self->path_row,
                    _ ("Only files that have a path on this computer can be added."));
}

static void
chosen_cb (GtkNativeDialog *chooser, int response, DashFileSet *self)
{
  g_assert (GTK_IS_FILE_CHOOSER (chooser) && DASH_IS_FILE_SET (self));
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));

      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);

          add_file (self, file);
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
  g_assert (DASH_IS_FILE_SET (self));
  choose (self, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Add Files"));
}

static void
add_folder_cb (GtkButton *button, DashFileSet *self)
{
  g_assert (DASH_IS_FILE_SET (self));
  choose (self, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("Add Folder"));
}

static void
typed_cb (AdwEntryRow *row, DashFileSet *self)
{
  g_autofree char *path = g_strdup (gtk_editable_get_text (GTK_EDITABLE (row)));

  g_assert (ADW_IS_ENTRY_ROW (row) && DASH_IS_FILE_SET (self));
  g_strstrip (path);
  if (path[0] == '\0')
    return;
  dash_file_set_add (self, path);
  gtk_editable_set_text (GTK_EDITABLE (row), "");
  /* Hides the apply button until something is typed again. */
  adw_entry_row_set_show_apply_button (row, FALSE);
  adw_entry_row_set_show_apply_button (row, TRUE);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, DashFileSet *self)
{
  GSList *files = g_value_get_boxed (value);

  g_assert (GTK_IS_DROP_TARGET (target) && DASH_IS_FILE_SET (self));
  for (GSList *at = files; at != NULL; at = at->next)
    add_file (self, at->data);
  return files != NULL;
}

static void
dash_file_set_dispose (GObject *object)
{
  DashFileSet *self = DASH_FILE_SET (object);

  g_clear_handle_id (&self->changed_id, g_source_remove);
  if (self->checker != NULL)
    g_object_run_dispose (G_OBJECT (self->checker));
  g_clear_object (&self->checker);
  G_OBJECT_CLASS (dash_file_set_parent_class)->dispose (object);
}

static void
dash_file_set_finalize (GObject *object)
{
  DashFileSet *self = DASH_FILE_SET (object);

  dash_file_rows_clear (&self->rows);
  g_ptr_array_unref (self->items);
  G_OBJECT_CLASS (dash_file_set_parent_class)->finalize (object);
}

static void
dash_file_set_class_init (DashFileSetClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dash_file_set_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_file_set_finalize;
  signals[CHANGED] = g_signal_new ("changed", DASH_TYPE_FILE_SET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[DATA_FOLDER] = g_signal_new ("data-folder", DASH_TYPE_FILE_SET, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
dash_file_set_init (DashFileSet *self)
{
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
  dash_file_rows_init (&self->rows, ADW_PREFERENCES_GROUP (self), G_CALLBACK (remove_cb), self);
  gtk_widget_add_css_class (GTK_WIDGET (self), "file-set");
}

static void
add_drop_target (DashFileSet *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

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

static void
add_buttons (DashFileSet *self, const char *title)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_box_append (GTK_BOX (buttons), make_button (self, "document-new-symbolic", _ ("Add Files…"),
                                                  title, G_CALLBACK (add_files_cb)));
  gtk_box_append (GTK_BOX (buttons), make_button (self, "folder-new-symbolic", _ ("Add Folder…"),
                                                  title, G_CALLBACK (add_folder_cb)));
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), buttons);
}

DashFileSet *
dash_file_set_new (const char *title, DashActions *actions, gboolean local)
{
  DashFileSet *self = g_object_new (DASH_TYPE_FILE_SET, "title", title, NULL);
  g_autofree char *label = g_strdup_printf (_ ("%s: path of a file or folder"), title);

  g_return_val_if_fail (title != NULL && DASH_IS_ACTIONS (actions), NULL);
  self->local = local;
  self->checker = dash_file_checker_new (actions);
  g_signal_connect_object (self->checker, "answered", G_CALLBACK (answered_cb), self, 0);
  /* The files of another machine cannot be chosen or dropped; a user types their paths. */
  if (local)
    {
      add_buttons (self, title);
      add_drop_target (self);
    }
  self->path_row = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->path_row),
                                 local ? _ ("Drop files or a folder, or type a path") : _ ("Path"));
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
  g_autofree char *expanded = NULL;
  g_autofree char *plain = NULL;
  Item *item;

  g_return_if_fail (DASH_IS_FILE_SET (self) && path != NULL);
  expanded = self->local ? dash_form_expand_path (path) : g_strdup (path);
  /* "/data/" and "/data" are the same folder. The server refuses a path that is not absolute. */
  plain = expanded[0] == '/' ? g_canonicalize_filename (expanded, "/") : g_strdup (expanded);
  dash_form_unmark (self->path_row);
  if (dash_file_checker_has (self->checker, plain))
    return;
  item = g_new0 (Item, 1);
  item->path = g_strdup (plain);
  g_ptr_array_add (self->items, item);
  if (self->items->len <= DASH_FILE_ROWS_MAX)
    dash_file_rows_set (&self->rows, self->items->len - 1, plain, _ ("Checking…"), NULL);
  dash_file_checker_add (self->checker, plain);
  queue_changed (self);
}

char **
dash_file_set_dup_paths (DashFileSet *self)
{
  char **paths;

  g_return_val_if_fail (DASH_IS_FILE_SET (self), NULL);
  paths = g_new0 (char *, self->items->len + 1);
  for (guint i = 0; i < self->items->len; i++)
    paths[i] = g_strdup (((const Item *) self->items->pdata[i])->path);
  return paths;
}

guint
dash_file_set_count (DashFileSet *self)
{
  guint n = 0;

  g_return_val_if_fail (DASH_IS_FILE_SET (self), 0);
  for (guint i = 0; i < self->items->len; i++)
    {
      GPtrArray *checks =
          dash_file_checker_get (self->checker, ((const Item *) self->items->pdata[i])->path);

      n += checks != NULL ? MAX (checks->len, 1) : 1;
    }
  return n;
}

guint
dash_file_set_count_wrong (DashFileSet *self)
{
  guint n = 0;

  g_return_val_if_fail (DASH_IS_FILE_SET (self), 0);
  for (guint i = 0; i < self->items->len; i++)
    n += ((const Item *) self->items->pdata[i])->n_wrong;
  return n;
}

void
dash_file_set_add_columns (DashFileSet *self, GPtrArray *columns)
{
  g_return_if_fail (DASH_IS_FILE_SET (self));
  for (guint i = 0; i < self->items->len; i++)
    {
      GPtrArray *checks =
          dash_file_checker_get (self->checker, ((const Item *) self->items->pdata[i])->path);

      if (checks != NULL)
        dash_file_summary_add_columns (checks, columns);
    }
}

/* (nullable) the title of another set that also has one of these files. Adds the files to `seen`.
 */
static const char *
note_files (GPtrArray *checks, const char *title, GHashTable *seen)
{
  const char *other = NULL;

  for (guint i = 0; i < checks->len; i++)
    {
      const VestimFileCheck *check = checks->pdata[i];
      const char *first = g_hash_table_lookup (seen, check->path);

      if (first == NULL)
        g_hash_table_insert (seen, check->path, (gpointer) title);
      else if (first != title)
        other = first;
    }
  return other;
}

static void
review_item (DashFileSet *self, Item *item, const char *const *needed, GHashTable *seen)
{
  const char *title = adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (self));
  GPtrArray *checks = dash_file_checker_get (self->checker, item->path);

  item->n_wrong = checks != NULL ? dash_file_summary_count_wrong (checks, needed) : 0;
  item->other = checks != NULL ? note_files (checks, title, seen) : NULL;
}

static gboolean
has_remark (const Item *item)
{
  return item->n_wrong > 0 || item->other != NULL;
}

static void
show_item (DashFileSet *self, guint index, const Item *item, const char *const *needed)
{
  GPtrArray *checks = dash_file_checker_get (self->checker, item->path);
  const char *trouble = dash_file_checker_get_error (self->checker, item->path);
  gboolean wrong = FALSE;
  g_autofree char *text = checks != NULL
                              ? dash_file_summary_describe (item->path, checks, needed, &wrong)
                              : g_strdup (trouble != NULL ? trouble : _ ("Checking…"));
  g_autofree char *shared =
      item->other != NULL ? g_strdup_printf (_ ("Also in %s. %s"), item->other, text) : NULL;

  if (wrong || shared == NULL)
    dash_file_rows_set (&self->rows, index, item->path, text, wrong ? "error" : NULL);
  else
    dash_file_rows_set (&self->rows, index, item->path, shared, "warning");
}

/* Shows as many items as there can be rows, in their order. Items with a remark come before all
 * others when there are too many. */
static void
show_items (DashFileSet *self, const char *const *needed)
{
  guint n_remarks = 0, n_plain = 0, n_shown = 0, n_wrong = 0;

  for (guint i = 0; i < self->items->len; i++)
    n_remarks += has_remark (self->items->pdata[i]) ? 1 : 0;
  n_remarks = MIN (n_remarks, DASH_FILE_ROWS_MAX);
  n_plain = DASH_FILE_ROWS_MAX - n_remarks;
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = self->items->pdata[i];
      guint *left = has_remark (item) ? &n_remarks : &n_plain;

      if (*left > 0)
        show_item (self, n_shown++, item, needed);
      else if (item->n_wrong > 0)
        n_wrong++;
      *left -= *left > 0 ? 1 : 0;
    }
  dash_file_rows_end (&self->rows, n_shown, self->items->len - n_shown, n_wrong);
}

void
dash_file_set_review (DashFileSet *self, const char *const *needed, GHashTable *seen)
{
  g_return_if_fail (DASH_IS_FILE_SET (self));
  for (guint i = 0; i < self->items->len; i++)
    review_item (self, self->items->pdata[i], needed, seen);
  show_items (self, needed);
}

void
dash_file_set_commit (DashFileSet *self)
{
  g_return_if_fail (DASH_IS_FILE_SET (self));
  typed_cb (ADW_ENTRY_ROW (self->path_row), self);
}

GtkWidget *
dash_file_set_get_path_row (DashFileSet *self)
{
  g_return_val_if_fail (DASH_IS_FILE_SET (self), NULL);
  return self->path_row;
}
