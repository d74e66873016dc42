/* SPDX-License-Identifier: MIT */
#include "view/dash-estimation-form.h"

#include <glib/gi18n.h>

#include "common/vestim-fields.h"
#include "view/dash-estimation-fields.h"
#include "view/dash-file-set.h"

static const struct
{
  const char *name;
  const char *title;
  const char *folder; /* its part of a `folder_path` */
} sets[] = {
  { "train_files", N_ ("Training Files"), "train" },
  { "validation_files", N_ ("Validation Files"), "val" },
  { "test_files", N_ ("Test Files"), "test" },
};

struct _DashEstimationForm
{
  GtkBox parent;
  DashForm *form;
  DashFileSet *sets[G_N_ELEMENTS (sets)];
  DashEstimationFields fields;
  AdwExpanderRow *inputs;
  GPtrArray *input_checks; /* GtkCheckButton, each with its "dash-row" */
  GtkWidget *target;
  GtkLabel *sentence;
  char **columns;
  char **wanted_inputs; /* chosen as soon as such columns are there */
  char *wanted_target;
};

G_DEFINE_FINAL_TYPE (DashEstimationForm, dash_estimation_form, GTK_TYPE_BOX)

static char **
chosen_inputs (DashEstimationForm *self)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  char **inputs;

  for (guint i = 0; i < self->input_checks->len; i++)
    if (gtk_check_button_get_active (self->input_checks->pdata[i]))
      g_strv_builder_add (builder, self->columns[i]);
  inputs = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return inputs;
}

static const char *
chosen_word (gpointer row)
{
  GtkStringObject *item = adw_combo_row_get_selected_item (row);

  return item != NULL ? gtk_string_object_get_string (item) : "";
}

static guint
count_paths (DashEstimationForm *self, gsize set)
{
  g_auto (GStrv) paths = dash_file_set_dup_paths (self->sets[set]);

  return g_strv_length (paths);
}

/* What will run, in one sentence. */
static void
update_sentence (DashEstimationForm *self)
{
  g_auto (GStrv) inputs = chosen_inputs (self);
  g_autofree char *list = g_strjoinv (", ", inputs);
  g_autofree char *model = dash_estimation_fields_describe (&self->fields);
  g_autofree char *epochs = dash_estimation_fields_dup_epochs (&self->fields);
  guint n = dash_estimation_fields_count_tasks (&self->fields);
  g_autofree char *text = g_strdup_printf (
      ngettext (
          "Trains %u network (%s) to estimate %s from %s: on %u files or folders for at most "
          "%s epochs, chosen on %u, tested on %u.",
          "Trains %u networks (%s) to estimate %s from %s: on %u files or folders for at most "
          "%s epochs each, chosen on %u, tested on %u.",
          n),
      n, model, chosen_word (self->target), list, count_paths (self, 0), epochs,
      count_paths (self, 1), count_paths (self, 2));

  gtk_label_set_text (self->sentence, text);
  adw_expander_row_set_subtitle (self->inputs, list);
}

/* Rows of check buttons for the inputs and words for the target, anew for other columns. */
static void
set_columns (DashEstimationForm *self, const char *const *columns)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new (columns);

  for (guint i = 0; i < self->input_checks->len; i++)
    adw_expander_row_remove (self->inputs,
                             g_object_get_data (self->input_checks->pdata[i], "dash-row"));
  g_ptr_array_set_size (self->input_checks, 0);
  g_strfreev (self->columns);
  self->columns = g_strdupv ((char **) columns);
  adw_combo_row_set_model (ADW_COMBO_ROW (self->target), G_LIST_MODEL (model));
  for (guint i = 0; columns[i] != NULL; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *check = gtk_check_button_new ();
      g_autofree char *title = g_markup_escape_text (columns[i], -1);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
      gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      columns[i], -1);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
      adw_expander_row_add_row (self->inputs, row);
      g_object_set_data (G_OBJECT (check), "dash-row", row);
      g_ptr_array_add (self->input_checks, check);
      gtk_check_button_set_active (
          GTK_CHECK_BUTTON (check),
          g_strv_contains ((const char *const *) self->wanted_inputs, columns[i]));
      if (g_strcmp0 (columns[i], self->wanted_target) == 0)
        adw_combo_row_set_selected (ADW_COMBO_ROW (self->target), i);
      g_signal_connect_object (check, "toggled", G_CALLBACK (update_sentence), self,
                               G_CONNECT_SWAPPED);
    }
  update_sentence (self);
}

static void
files_changed_cb (DashFileSet *set, DashEstimationForm *self)
{
  const char *const *columns = dash_file_set_get_columns (set);

  if (columns != NULL && !g_strv_equal (columns, (const char *const *) self->columns))
    set_columns (self, columns);
  update_sentence (self);
}

static void
dash_estimation_form_finalize (GObject *object)
{
  DashEstimationForm *self = DASH_ESTIMATION_FORM (object);

  g_ptr_array_unref (self->input_checks);
  g_strfreev (self->columns);
  g_strfreev (self->wanted_inputs);
  g_free (self->wanted_target);
  G_OBJECT_CLASS (dash_estimation_form_parent_class)->finalize (object);
}

static void
dash_estimation_form_class_init (DashEstimationFormClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dash_estimation_form_finalize;
}

static void
dash_estimation_form_init (DashEstimationForm *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 18);
  self->input_checks = g_ptr_array_new ();
  self->wanted_inputs = g_strsplit ("SOC,Current,Temp", ",", -1);
  self->wanted_target = g_strdup ("Voltage");
}

static AdwPreferencesGroup *
add_group (DashEstimationForm *self, const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_box_append (GTK_BOX (self), group);
  return ADW_PREFERENCES_GROUP (group);
}

static void
add_columns (DashEstimationForm *self)
{
  static const char *const usual[] = { "SOC", "Current", "Temp", "Voltage", NULL };
  AdwPreferencesGroup *group = add_group (self, _ ("Columns"));

  self->inputs = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->inputs), _ ("Inputs"));
  g_hash_table_insert (self->form->rows, g_strdup ("selections.inputs"), self->inputs);
  adw_preferences_group_add (group, GTK_WIDGET (self->inputs));
  self->target = dash_form_add_choice (self->form, group, "selections.target", _ ("Target"), usual);
  g_signal_connect_object (self->target, "notify::selected", G_CALLBACK (update_sentence), self,
                           G_CONNECT_SWAPPED);
}

static void
add_model (DashEstimationForm *self)
{
  AdwPreferencesGroup *group = add_group (self, _ ("Model"));
  GtkWidget *more = adw_expander_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (more), _ ("Advanced"));
  dash_estimation_fields_init (&self->fields, self->form, group, ADW_EXPANDER_ROW (more),
                               G_CALLBACK (update_sentence), self);
  adw_preferences_group_add (group, more);
}

DashEstimationForm *
dash_estimation_form_new (DashForm *form, DashActions *actions, gboolean local)
{
  static const char *const usual[] = { "SOC", "Current", "Temp", "Voltage", NULL };
  DashEstimationForm *self = g_object_new (DASH_TYPE_ESTIMATION_FORM, NULL);

  self->form = form;
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      g_autofree char *field = g_strconcat ("selections.", sets[i].name, NULL);

      self->sets[i] = dash_file_set_new (_ (sets[i].title), actions, local);
      g_hash_table_insert (form->rows, g_steal_pointer (&field), self->sets[i]);
      g_signal_connect_object (self->sets[i], "changed", G_CALLBACK (files_changed_cb), self, 0);
      gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->sets[i]));
    }
  add_columns (self);
  add_model (self);
  self->sentence = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->sentence, TRUE);
  gtk_label_set_xalign (self->sentence, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->sentence), "dim-label");
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->sentence));
  set_columns (self, usual);
  return self;
}

static void
load_set (DashEstimationForm *self, gsize set, const VestimJsonNode *selections)
{
  const VestimJsonNode *list = vestim_json_member (selections, sets[set].name);
  g_autofree char *folder = vestim_json_dup_string (vestim_json_member (selections, "folder_path"));

  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      g_autofree char *path = vestim_json_dup_string (node);

      if (path != NULL)
        dash_file_set_add (self->sets[set], path);
    }
  if (folder != NULL)
    {
      g_autofree char *path = g_build_filename (folder, sets[set].folder, NULL);

      dash_file_set_add (self->sets[set], path);
    }
}

static void
load_columns (DashEstimationForm *self, const VestimJsonNode *selections)
{
  const VestimJsonNode *inputs = vestim_json_member (selections, "inputs");
  g_autofree char *target = vestim_json_dup_string (vestim_json_member (selections, "target"));
  g_auto (GStrv) columns = NULL;

  if (inputs != NULL)
    {
      g_autofree char *text = dash_form_join_list (inputs, "\n");

      g_strfreev (self->wanted_inputs);
      self->wanted_inputs = g_strsplit (text, "\n", -1);
    }
  if (target != NULL)
    {
      g_free (self->wanted_target);
      self->wanted_target = g_steal_pointer (&target);
    }
  g_autofree char *joined = g_strjoinv ("\n", self->wanted_inputs);
  g_autofree char *all = g_strconcat (joined, "\n", self->wanted_target, NULL);
  columns = g_strsplit (all, "\n", -1);
  set_columns (self, (const char *const *) columns);
}

void
dash_estimation_form_load (DashEstimationForm *self, const VestimJsonNode *selections)
{
  g_return_if_fail (DASH_IS_ESTIMATION_FORM (self));
  load_columns (self, selections);
  dash_estimation_fields_load (&self->fields, selections);
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    load_set (self, i, selections);
}

static void
save_files (DashEstimationForm *self, GString *json, GPtrArray *faults)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      g_auto (GStrv) paths = NULL;
      g_autofree char *field = g_strconcat ("selections.", sets[i].name, NULL);

      dash_file_set_commit (self->sets[i]);
      paths = dash_file_set_dup_paths (self->sets[i]);
      dash_form_append_strings (json, sets[i].name, (const char *const *) paths);
      if (paths[0] == NULL)
        vestim_field_errors_add (faults, field, "%s", _ ("add a file or folder"));
    }
}

char *
dash_estimation_form_save (DashEstimationForm *self, GPtrArray *faults)
{
  g_auto (GStrv) inputs = NULL;
  DashSettings settings;
  char *json;

  g_return_val_if_fail (DASH_IS_ESTIMATION_FORM (self), NULL);
  dash_settings_init (&settings);
  save_files (self, settings.members, faults);
  inputs = chosen_inputs (self);
  dash_form_append_strings (settings.members, "inputs", (const char *const *) inputs);
  if (inputs[0] == NULL)
    vestim_field_errors_add (faults, "selections.inputs", "%s", _ ("choose one column at least"));
  dash_setting_begin_member (settings.members, "target");
  vestim_json_append_string (settings.members, chosen_word (self->target));
  dash_estimation_fields_save (&self->fields, &settings, faults);
  json = dash_settings_end (&settings);
  dash_settings_clear (&settings);
  return json;
}

char *
dash_estimation_form_propose_name (DashEstimationForm *self)
{
  g_auto (GStrv) paths = dash_file_set_dup_paths (self->sets[2]);
  g_autofree char *model = dash_estimation_fields_describe (&self->fields);
  g_autofree char *base = paths[0] != NULL ? g_path_get_basename (paths[0]) : NULL;

  if (base == NULL)
    return g_steal_pointer (&model);
  if (g_str_has_suffix (base, ".csv"))
    base[strlen (base) - strlen (".csv")] = '\0';
  return g_strdup_printf ("%s, %s", base, model);
}
