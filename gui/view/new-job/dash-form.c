/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-form.h"

#include <string.h>

#include "common/json/vestim-fields.h"
#include "common/vestim-paths.h"
#include "gui/view/widgets/dash-wrap.h"

/* Data of a row: the label in the row below it that shows its fault, the widget that takes the
 * focus if it is not the row, and the position among all rows, counted from 1. */
#define FAULT_KEY "dash-fault"
#define FOCUS_KEY "dash-focus"
#define ORDER_KEY "dash-order"

#define LINES_HEIGHT 80

void
dash_form_init (DashForm *self, GtkLabel *faults)
{
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->n_rows = 0;
  self->faults = faults;
}

void
dash_form_clear (DashForm *self)
{
  g_clear_pointer (&self->rows, g_hash_table_unref);
}

void
dash_form_register (DashForm *self, const char *field, GtkWidget *widget)
{
  g_return_if_fail (field != NULL && GTK_IS_WIDGET (widget));
  if (g_object_get_data (G_OBJECT (widget), ORDER_KEY) == NULL)
    g_object_set_data (G_OBJECT (widget), ORDER_KEY, GUINT_TO_POINTER (++self->n_rows));
  g_hash_table_insert (self->rows, g_strdup (field), widget);
}

static gboolean
is_value (gpointer field, gpointer value, gpointer wanted)
{
  return value == wanted;
}

void
dash_form_unregister (DashForm *self, GtkWidget *row)
{
  g_return_if_fail (GTK_IS_WIDGET (row));
  dash_form_unmark (row);
  g_hash_table_foreach_remove (self->rows, is_value, row);
}

static void
add_row (DashForm *self, AdwPreferencesGroup *group, const char *field, GtkWidget *row,
         const char *title)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  dash_form_register (self, field, row);
  if (group != NULL)
    adw_preferences_group_add (group, row);
}

AdwEntryRow *
dash_form_add_entry (DashForm *self, AdwPreferencesGroup *group, const char *field,
                     const char *title, const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  g_return_val_if_fail (self->rows != NULL && text != NULL, NULL);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  add_row (self, group, field, row, title);
  g_signal_connect (row, "changed", G_CALLBACK (dash_form_unmark), NULL);
  return ADW_ENTRY_ROW (row);
}

static void
selected_cb (GtkWidget *row, GParamSpec *pspec, gpointer data)
{
  g_assert (GTK_IS_WIDGET (row));
  dash_form_unmark (row);
}

GtkWidget *
dash_form_add_choice (DashForm *self, AdwPreferencesGroup *group, const char *field,
                      const char *title, const char *const *words)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) model = gtk_string_list_new (words);

  g_return_val_if_fail (self->rows != NULL, NULL);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  add_row (self, group, field, row, title);
  g_signal_connect (row, "notify::selected", G_CALLBACK (selected_cb), NULL);
  return row;
}

GtkSwitch *
dash_form_add_switch (DashForm *self, AdwPreferencesGroup *group, const char *field,
                      const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_switch_new ();

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  add_row (self, group, field, row, title);
  return GTK_SWITCH (button);
}

static void
lines_changed_cb (GtkTextBuffer *buffer, GtkWidget *row)
{
  g_assert (GTK_IS_TEXT_BUFFER (buffer) && GTK_IS_WIDGET (row));
  dash_form_unmark (row);
}

GtkTextBuffer *
dash_form_add_lines (DashForm *self, AdwPreferencesGroup *group, const char *field,
                     const char *title)
{
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "caption");
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  dash_wrap_text_view (GTK_TEXT_VIEW (view));
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  /* Without this, a view of wrapped text requests the width of its longest line. */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_EXTERNAL,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), LINES_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_widget_add_css_class (box, "lines-box");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  g_object_set_data (G_OBJECT (row), FOCUS_KEY, view);
  add_row (self, group, field, row, title);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (lines_changed_cb), row, 0);
  return buffer;
}

GtkLabel *
dash_form_add_note (AdwPreferencesGroup *group, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  g_return_val_if_fail (ADW_IS_PREFERENCES_GROUP (group), NULL);
  dash_wrap_label (GTK_LABEL (label));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_focusable (label, FALSE);
  gtk_widget_add_css_class (label, style);
  gtk_widget_add_css_class (label, "below-list");
  adw_preferences_group_add (group, label);
  return GTK_LABEL (label);
}

/* The page of the other kind of job shows no faults. */
static gboolean
is_on_shown_page (GtkWidget *widget)
{
  for (GtkWidget *at = widget, *parent; at != NULL; at = parent)
    {
      parent = gtk_widget_get_parent (at);
      if (GTK_IS_STACK (parent) && gtk_stack_get_visible_child (GTK_STACK (parent)) != at)
        return FALSE;
    }
  return TRUE;
}

/* The widget of "selections.env.PATH" is the one of "selections.env"; `*rest` is then "PATH". */
static GtkWidget *
find_row (DashForm *self, const char *field, const char **rest)
{
  g_autofree char *name = g_strdup (field);
  GtkWidget *row = g_hash_table_lookup (self->rows, name);
  gsize length = strlen (name);

  while (row == NULL && length > 0)
    {
      while (length > 0 && strchr (".[", name[--length]) == NULL)
        ;
      name[length] = '\0';
      row = g_hash_table_lookup (self->rows, name);
    }
  *rest = field + length + (field[length] == '.' ? 1 : 0);
  return row != NULL && is_on_shown_page (row) ? row : NULL;
}

/* Adds a row with the message below `row`, in the same list. */
static void
add_fault_row (GtkWidget *row, const char *message)
{
  GtkWidget *list = gtk_widget_get_parent (row);
  GtkWidget *fault = adw_preferences_row_new ();
  GtkWidget *label = gtk_label_new (message);

  dash_wrap_label (GTK_LABEL (label));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (fault, "fault-row");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (fault), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (fault), FALSE);
  gtk_widget_set_focusable (fault, FALSE);
  gtk_list_box_insert (GTK_LIST_BOX (list), fault,
                       gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) + 1);
  g_object_set_data (G_OBJECT (row), FAULT_KEY, label);
}

void
dash_form_unmark (GtkWidget *widget)
{
  GtkWidget *label = g_object_get_data (G_OBJECT (widget), FAULT_KEY);

  if (label == NULL)
    return;
  g_object_set_data (G_OBJECT (widget), FAULT_KEY, NULL);
  gtk_list_box_remove (GTK_LIST_BOX (gtk_widget_get_parent (widget)),
                       gtk_widget_get_ancestor (label, GTK_TYPE_LIST_BOX_ROW));
  gtk_widget_remove_css_class (widget, "error");
  gtk_accessible_reset_state (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_STATE_INVALID);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

void
dash_form_mark (GtkWidget *row, const char *message)
{
  GtkLabel *label = g_object_get_data (G_OBJECT (row), FAULT_KEY);

  g_return_if_fail (GTK_IS_WIDGET (row) && message != NULL);
  if (label != NULL)
    {
      g_autofree char *both = g_strconcat (gtk_label_get_text (label), "\n", message, NULL);

      gtk_label_set_text (label, both);
    }
  else
    {
      add_fault_row (row, message);
      gtk_widget_add_css_class (row, "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                      message, -1);
    }
}

/* Expands the rows that contain this row, and moves the focus to it. */
static void
show_row (GtkWidget *row)
{
  GtkWidget *focus = g_object_get_data (G_OBJECT (row), FOCUS_KEY);

  for (GtkWidget *at = row; at != NULL; at = gtk_widget_get_parent (at))
    if (ADW_IS_EXPANDER_ROW (at))
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (at), TRUE);
  /* An expander row does not take the focus, but its header does. */
  if (!gtk_widget_grab_focus (focus != NULL ? focus : row))
    gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
}

static guint
order_of (GtkWidget *row)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), ORDER_KEY));
}

static void
unmark_all (DashForm *self)
{
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    dash_form_unmark (row);
}

/* (transfer full) the message, after the part of the field that the widget does not show. */
static char *
part_message (const char *rest, const char *message)
{
  return rest[0] != '\0' ? g_strdup_printf ("%s: %s", rest, message) : g_strdup (message);
}

void
dash_form_show_faults (DashForm *self, GPtrArray *faults)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *first = NULL;

  unmark_all (self);
  for (guint i = 0; faults != NULL && i < faults->len; i++)
    {
      const VestimFieldError *fault = faults->pdata[i];
      const char *rest;
      GtkWidget *row = find_row (self, fault->field, &rest);
      g_autofree char *message = part_message (row != NULL ? rest : fault->field, fault->message);

      if (row != NULL)
        dash_form_mark (row, message);
      else
        g_string_append_printf (text, "%s\n", message);
      if (row != NULL && (first == NULL || order_of (row) < order_of (first)))
        first = row;
    }
  gtk_label_set_text (self->faults, g_strchomp (text->str));
  gtk_widget_set_visible (GTK_WIDGET (self->faults), text->str[0] != '\0');
  if (first != NULL)
    show_row (first);
}

void
dash_form_set_strings (JsonObject *object, const char *name, const char *const *list)
{
  JsonArray *array;

  g_return_if_fail (object != NULL && list != NULL);
  array = json_array_new ();
  for (gsize i = 0; list[i] != NULL; i++)
    json_array_add_string_element (array, list[i]);
  json_object_set_array_member (object, name, array);
}

char *
dash_form_dup_text (AdwEntryRow *row)
{
  g_return_val_if_fail (ADW_IS_ENTRY_ROW (row), NULL);
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

char *
dash_form_expand_path (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);
  if (text[0] == '~' && (text[1] == '/' || text[1] == '\0'))
    {
      const char *home = vestim_paths_user_home ();

      return g_strconcat (home != NULL ? home : "~", text + 1, NULL);
    }
  return g_strdup (text);
}
