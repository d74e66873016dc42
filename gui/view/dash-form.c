/* SPDX-License-Identifier: MIT */
#include "view/dash-form.h"

#include <glib/gi18n.h>

#include "base/dash-setting.h"
#include "common/vestim-fields.h"
#include "view/dash-file-set.h"

void
dash_form_init (DashForm *self, GtkLabel *faults)
{
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->faults = faults;
}

void
dash_form_clear (DashForm *self)
{
  g_clear_pointer (&self->rows, g_hash_table_unref);
}

AdwEntryRow *
dash_form_add_entry (DashForm *self, AdwPreferencesGroup *group, const char *field,
                     const char *title, const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  g_hash_table_insert (self->rows, g_strdup (field), row);
  if (group != NULL)
    adw_preferences_group_add (group, row);
  return ADW_ENTRY_ROW (row);
}

GtkWidget *
dash_form_add_choice (DashForm *self, AdwPreferencesGroup *group, const char *field,
                      const char *title, const char *const *words)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) model = gtk_string_list_new (words);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  g_hash_table_insert (self->rows, g_strdup (field), row);
  if (group != NULL)
    adw_preferences_group_add (group, row);
  return row;
}

GtkSwitch *
dash_form_add_switch (DashForm *self, AdwPreferencesGroup *group, const char *field,
                      const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_switch_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  g_hash_table_insert (self->rows, g_strdup (field), row);
  adw_preferences_group_add (group, row);
  return GTK_SWITCH (button);
}

/* The widget of "selections.env.PATH" is that of "selections.env". */
static GtkWidget *
find_row (DashForm *self, const char *field)
{
  g_autofree char *name = g_strdup (field);
  GtkWidget *row = g_hash_table_lookup (self->rows, name);
  char *cut;

  while (row == NULL && (cut = strpbrk (name, ".[")) != NULL && (cut = strrchr (name, '.')) != NULL)
    {
      *cut = '\0';
      row = g_hash_table_lookup (self->rows, name);
    }
  return row;
}

static void
unmark (DashForm *self)
{
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    {
      gtk_widget_remove_css_class (row, "error");
      gtk_widget_set_tooltip_text (row, NULL);
      if (DASH_IS_FILE_SET (row))
        dash_file_set_set_error (row, NULL);
    }
}

static void
mark (GtkWidget *row, const char *message, GString *text)
{
  const char *title = ADW_IS_PREFERENCES_ROW (row)
                          ? adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row))
                          : adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (row));

  gtk_widget_add_css_class (row, "error");
  gtk_widget_set_tooltip_text (row, message);
  if (DASH_IS_FILE_SET (row))
    dash_file_set_set_error (DASH_FILE_SET (row), message);
  g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "\n" : "", title, message);
}

void
dash_form_show_faults (DashForm *self, GPtrArray *faults)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *first = NULL;

  unmark (self);
  for (guint i = 0; faults != NULL && i < faults->len; i++)
    {
      const VestimFieldError *fault = faults->pdata[i];
      GtkWidget *row = find_row (self, fault->field);

      if (row != NULL)
        mark (row, fault->message, text);
      else
        g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "\n" : "", fault->field,
                                fault->message);
      first = first == NULL ? row : first;
    }
  gtk_label_set_text (self->faults, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->faults), text->len > 0);
  if (first != NULL)
    gtk_widget_grab_focus (first);
}

void
dash_form_append_strings (GString *json, const char *name, const char *const *list)
{
  dash_setting_begin_member (json, name);
  g_string_append_c (json, '[');
  for (gsize i = 0; list[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      vestim_json_append_string (json, list[i]);
    }
  g_string_append_c (json, ']');
}

char *
dash_form_dup_text (AdwEntryRow *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

char *
dash_form_join_list (const VestimJsonNode *list, const char *separator)
{
  GString *text = g_string_new (NULL);

  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      g_autofree char *string = vestim_json_dup_string (node);
      size_t length = 0;
      const char *raw = vestim_json_raw (node, &length);

      if (text->len > 0)
        g_string_append (text, separator);
      if (string != NULL)
        g_string_append (text, string);
      else
        g_string_append_len (text, raw, (gssize) length);
    }
  return g_string_free (text, FALSE);
}
