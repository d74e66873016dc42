/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-file-rows.h"

#include <glib/gi18n.h>

#include "common/client/vestim-text-line.h"
#include "gui/view/widgets/dash-wrap.h"

#define MAX_PATH 400
#define MAX_TEXT 300

/* Data of a row: its path, its text and its button. */
#define PATH_KEY "dash-path"
#define TEXT_KEY "dash-text"
#define BUTTON_KEY "dash-button"

static void
set_style (GtkWidget *row, const char *style)
{
  static const char *const styles[] = { "error", "warning" };

  for (gsize i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_strcmp0 (styles[i], style) == 0)
      gtk_widget_add_css_class (row, styles[i]);
    else
      gtk_widget_remove_css_class (row, styles[i]);
}

/* TRUE if the text is another one than before. */
static gboolean
store (GtkWidget *row, const char *key, const char *text)
{
  if (g_strcmp0 (g_object_get_data (G_OBJECT (row), key), text) == 0)
    return FALSE;
  g_object_set_data_full (G_OBJECT (row), key, g_strdup (text), g_free);
  return TRUE;
}

static void
set_path (GtkWidget *row, const char *path)
{
  GtkAccessible *button = g_object_get_data (G_OBJECT (row), BUTTON_KEY);
  g_autofree char *line = vestim_text_line (path, MAX_PATH);
  g_autofree char *title = g_markup_escape_text (line, -1);
  g_autofree char *label = g_strdup_printf ("%s: %s", line, _ ("Remove"));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_accessible_update_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
set_text (GtkWidget *row, const char *text)
{
  g_autofree char *line = vestim_text_line (text, MAX_TEXT);
  g_autofree char *escaped = g_markup_escape_text (line, -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
}

static GtkWidget *
add_row (DashFileRows *self)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Remove"));
  g_signal_connect_object (button, "clicked", self->remove, self->object, 0);
  g_object_set_data (G_OBJECT (row), BUTTON_KEY, button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  dash_wrap_labels (row);
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
remove_row (DashFileRows *self, guint index)
{
  adw_preferences_group_remove (self->group, self->rows->pdata[index]);
  g_ptr_array_remove_index (self->rows, index);
}

void
dash_file_rows_init (DashFileRows *self, AdwPreferencesGroup *group, GCallback remove,
                     gpointer object)
{
  g_return_if_fail (ADW_IS_PREFERENCES_GROUP (group) && G_IS_OBJECT (object));
  self->group = group;
  self->remove = remove;
  self->object = object;
  self->rows = g_ptr_array_new ();
  self->more = NULL;
}

void
dash_file_rows_clear (DashFileRows *self)
{
  g_clear_pointer (&self->rows, g_ptr_array_unref);
}

void
dash_file_rows_set (DashFileRows *self, guint index, const char *path, const char *text,
                    const char *style)
{
  GtkWidget *row;

  g_return_if_fail (index <= self->rows->len && index < DASH_FILE_ROWS_MAX);
  /* The row that counts the other files is added again after the new row. */
  if (index == self->rows->len)
    dash_file_rows_end (self, index, 0, 0);
  row = index < self->rows->len ? self->rows->pdata[index] : add_row (self);
  if (store (row, PATH_KEY, path))
    set_path (row, path);
  if (store (row, TEXT_KEY, text))
    set_text (row, text);
  set_style (row, style);
}

static void
show_more (GtkWidget *row, guint n_more, guint n_wrong)
{
  g_autofree char *title =
      g_strdup_printf (ngettext ("And %u more", "And %u more", n_more), n_more);
  g_autofree char *text =
      n_wrong > 0 ? g_strdup_printf (
          ngettext ("%u of them can’t be used", "%u of them can’t be used", n_wrong), n_wrong)
                  : g_strdup (_ ("These files are used, too. Unusable files are listed first."));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (store (row, TEXT_KEY, text))
    set_text (row, text);
  set_style (row, n_wrong > 0 ? "error" : NULL);
}

void
dash_file_rows_end (DashFileRows *self, guint n, guint n_more, guint n_wrong)
{
  while (self->rows->len > n)
    remove_row (self, self->rows->len - 1);
  if (n_more == 0 && self->more != NULL)
    adw_preferences_group_remove (self->group, self->more);
  if (n_more == 0)
    self->more = NULL;
  else if (self->more == NULL)
    {
      self->more = adw_action_row_new ();
      adw_preferences_group_add (self->group, self->more);
    }
  if (n_more > 0)
    show_more (self->more, n_more, n_wrong);
}

void
dash_file_rows_drop (DashFileRows *self, const char *path)
{
  g_return_if_fail (path != NULL);
  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (g_object_get_data (self->rows->pdata[i], PATH_KEY), path))
      {
        remove_row (self, i);
        return;
      }
}

const char *
dash_file_rows_get_path (GtkWidget *button)
{
  g_return_val_if_fail (GTK_IS_WIDGET (button), NULL);
  return g_object_get_data (G_OBJECT (gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW)),
                            PATH_KEY);
}
