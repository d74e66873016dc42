/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-estimation-columns.h"

#include <glib/gi18n.h>

#include "gui/base/dash-file-columns.h"
#include "common/estimation/vestim-settings.h"
#include "common/json/vestim-fields.h"

static const char *const *
default_inputs (void)
{
  return vestim_setting_find ("inputs")->words;
}

static const char *
default_target (void)
{
  return vestim_setting_find ("target")->words[0];
}

char **
dash_estimation_columns_dup_inputs (DashEstimationColumns *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->input_checks->len; i++)
    if (gtk_check_button_get_active (self->input_checks->pdata[i]))
      g_strv_builder_add (builder, self->columns[i]);
  return g_strv_builder_end (builder);
}

const char *
dash_estimation_columns_get_target (DashEstimationColumns *self)
{
  GtkStringObject *item = adw_combo_row_get_selected_item (ADW_COMBO_ROW (self->target));

  return item != NULL ? gtk_string_object_get_string (item) : "";
}

/* (transfer full) the default inputs for which the files have no column, unless the user or the
 * copied job has chosen the inputs; "" for none. */
static char *
dup_missing (DashEstimationColumns *self)
{
  GString *text = g_string_new (NULL);

  for (const char *const *input = default_inputs (); *input != NULL; input++)
    if (self->found && !self->inputs_chosen
        && dash_file_columns_find ((const char *const *) self->columns, *input) == NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", *input);
  return g_string_free (text, FALSE);
}

char *
dash_estimation_columns_describe (DashEstimationColumns *self)
{
  g_auto (GStrv) inputs = dash_estimation_columns_dup_inputs (self);
  g_autofree char *list = g_strjoinv (", ", inputs);
  g_autofree char *missing = dup_missing (self);

  if (list[0] == '\0' || missing[0] == '\0')
    return g_steal_pointer (&list);
  return g_strdup_printf (_ ("%s without %s"), list, missing);
}

void
dash_estimation_columns_show (DashEstimationColumns *self)
{
  g_auto (GStrv) inputs = dash_estimation_columns_dup_inputs (self);
  g_autofree char *list = g_strjoinv (", ", inputs);
  g_autofree char *subtitle = g_markup_escape_text (list, -1);
  g_autofree char *missing = dup_missing (self);
  g_autofree char *warning = g_strdup_printf (
      _ ("No file has %s: choose a column to replace it, or train without it."), missing);

  adw_expander_row_set_subtitle (self->inputs, subtitle);
  gtk_label_set_text (self->warning, missing[0] != '\0' ? warning : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), missing[0] != '\0');
}

/* A choice by the user fixes inputs and target as they are shown: columns that no file has are no
 * longer wanted. */
static void
keep_choice (DashEstimationColumns *self)
{
  g_strfreev (self->wanted_inputs);
  self->wanted_inputs = dash_estimation_columns_dup_inputs (self);
  g_free (self->wanted_target);
  self->wanted_target = g_strdup (dash_estimation_columns_get_target (self));
  self->chosen = TRUE;
  self->changed (self->object);
}

static void
toggled_cb (GtkCheckButton *check, gpointer data)
{
  DashEstimationColumns *self = data;

  g_assert (GTK_IS_CHECK_BUTTON (check));
  if (self->filling)
    return;
  self->inputs_chosen = TRUE;
  dash_form_unmark (GTK_WIDGET (self->inputs));
  keep_choice (self);
}

static void
target_cb (GObject *row, GParamSpec *pspec, gpointer data)
{
  DashEstimationColumns *self = data;

  g_assert (ADW_IS_COMBO_ROW (row));
  if (!self->filling)
    keep_choice (self);
}

void
dash_estimation_columns_init (DashEstimationColumns *self, DashForm *form,
                              AdwPreferencesGroup *group, void (*changed) (gpointer object),
                              gpointer object)
{
  static const char *const none[] = { NULL };

  g_return_if_fail (ADW_IS_PREFERENCES_GROUP (group) && changed != NULL);
  self->changed = changed;
  self->object = object;
  self->input_checks = g_ptr_array_new ();
  self->wanted_inputs = g_strdupv ((char **) default_inputs ());
  self->wanted_target = g_strdup (default_target ());
  self->inputs = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->inputs), _ ("Inputs"));
  dash_form_register (form, "selections.inputs", GTK_WIDGET (self->inputs));
  adw_preferences_group_add (group, GTK_WIDGET (self->inputs));
  self->target = dash_form_add_choice (form, group, "selections.target", _ ("Target"), none);
  self->warning = dash_form_add_note (group, "warning");
  g_signal_connect (self->target, "notify::selected", G_CALLBACK (target_cb), self);
}

void
dash_estimation_columns_clear (DashEstimationColumns *self)
{
  g_clear_pointer (&self->input_checks, g_ptr_array_unref);
  g_clear_pointer (&self->columns, g_strfreev);
  g_clear_pointer (&self->wanted_inputs, g_strfreev);
  g_clear_pointer (&self->wanted_target, g_free);
}

void
dash_estimation_columns_load (DashEstimationColumns *self, JsonNode *selections)
{
  JsonNode *inputs = vestim_node_member (selections, "inputs");
  const char *target = vestim_node_member_string (selections, "target");

  if (inputs != NULL)
    {
      g_strfreev (self->wanted_inputs);
      self->wanted_inputs = vestim_node_dup_strings (inputs);
    }
  if (target != NULL)
    {
      g_free (self->wanted_target);
      self->wanted_target = g_strdup (target);
    }
  self->chosen = TRUE;
  self->inputs_chosen = TRUE;
}

static void
add_input (DashEstimationColumns *self, const char *column)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  g_autofree char *title = g_markup_escape_text (column, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, column,
                                  -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  adw_expander_row_add_row (self->inputs, row);
  g_object_set_data (G_OBJECT (check), "dash-row", row);
  g_ptr_array_add (self->input_checks, check);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               g_strv_contains ((const char *const *) self->wanted_inputs, column));
  g_signal_connect (check, "toggled", G_CALLBACK (toggled_cb), self);
}

/* Replaces the check buttons for the inputs and the words for the target. */
static void
fill (DashEstimationColumns *self)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new ((const char *const *) self->columns);
  guint selected = GTK_INVALID_LIST_POSITION;

  self->filling = TRUE;
  for (guint i = 0; i < self->input_checks->len; i++)
    adw_expander_row_remove (self->inputs,
                             g_object_get_data (self->input_checks->pdata[i], "dash-row"));
  g_ptr_array_set_size (self->input_checks, 0);
  for (guint i = 0; self->columns[i] != NULL; i++)
    {
      add_input (self, self->columns[i]);
      if (g_strcmp0 (self->columns[i], self->wanted_target) == 0)
        selected = i;
    }
  adw_combo_row_set_model (ADW_COMBO_ROW (self->target), G_LIST_MODEL (model));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->target), selected);
  self->filling = FALSE;
}

static void
add_column (GPtrArray *columns, const char *column)
{
  if (column[0] != '\0' && !g_ptr_array_find_with_equal_func (columns, column, g_str_equal, NULL))
    g_ptr_array_add (columns, g_strdup (column));
}

/* (transfer full) the column that stands for the default one, or the name of the default: other
 * files may have it. */
static char *
dup_column_for (DashEstimationColumns *self, const char *name)
{
  const char *found = dash_file_columns_find ((const char *const *) self->columns, name);

  return g_strdup (found != NULL ? found : name);
}

static void
want_defaults (DashEstimationColumns *self)
{
  g_strfreev (self->wanted_inputs);
  self->wanted_inputs = g_strdupv ((char **) default_inputs ());
  for (char **input = self->wanted_inputs; *input != NULL; input++)
    {
      char *column = dup_column_for (self, *input);

      g_free (*input);
      *input = column;
    }
  g_free (self->wanted_target);
  self->wanted_target = dup_column_for (self, default_target ());
}

/* Chosen columns are offered even if no file has them; the default columns, until a file has
 * columns. */
void
dash_estimation_columns_offer (DashEstimationColumns *self, GPtrArray *found)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < found->len; i++)
    add_column (columns, found->pdata[i]);
  self->found = columns->len > 0;
  for (const char *const *input = default_inputs (); !self->found && !self->chosen && *input;
       input++)
    add_column (columns, *input);
  if (!self->found && !self->chosen)
    add_column (columns, default_target ());
  for (char **input = self->wanted_inputs; self->chosen && *input != NULL; input++)
    add_column (columns, *input);
  if (self->chosen)
    add_column (columns, self->wanted_target);
  g_ptr_array_add (columns, NULL);
  if (self->columns != NULL
      && g_strv_equal ((const char *const *) columns->pdata, (const char *const *) self->columns))
    return;
  g_strfreev (self->columns);
  self->columns = g_strdupv ((char **) columns->pdata);
  if (!self->chosen)
    want_defaults (self);
  fill (self);
}

void
dash_estimation_columns_save (DashEstimationColumns *self, JsonObject *members, GPtrArray *faults)
{
  g_auto (GStrv) inputs = dash_estimation_columns_dup_inputs (self);
  const char *target = dash_estimation_columns_get_target (self);

  dash_form_set_strings (members, "inputs", (const char *const *) inputs);
  if (inputs[0] == NULL)
    vestim_field_errors_add (faults, "selections.inputs", "%s", _ ("Choose at least one column."));
  if (target[0] == '\0')
    vestim_field_errors_add (faults, "selections.target", "%s",
                             _ ("Choose the column to estimate."));
  json_object_set_string_member (members, "target", target);
}
