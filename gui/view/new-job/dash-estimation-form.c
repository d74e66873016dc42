/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-estimation-form.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/client/vestim-text-line.h"
#include "common/estimation/vestim-legacy-settings.h"
#include "common/json/vestim-fields.h"
#include "gui/view/new-job/dash-estimation-columns.h"
#include "gui/view/new-job/dash-estimation-fields.h"
#include "gui/view/new-job/dash-file-set.h"
#include "gui/view/widgets/dash-wrap.h"

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

#define VALIDATION 1 /* in `sets` */
#define SHARE "validation_share"

struct _DashEstimationForm
{
  GtkBox parent;
  DashForm *form;
  DashFileSet *sets[G_N_ELEMENTS (sets)];
  DashEstimationFields fields;
  DashEstimationColumns columns;
  GtkLabel *sentence;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashEstimationForm, dash_estimation_form, GTK_TYPE_BOX)

/* (transfer full) how many files can be used, and how many can't. */
static char *
describe_files (DashEstimationForm *self)
{
  guint n[G_N_ELEMENTS (sets)];
  guint n_wrong = 0;
  g_autofree char *files = NULL;
  g_autofree char *wrong = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      guint n_set_wrong = dash_file_set_count_wrong (self->sets[i]);

      n[i] = dash_file_set_count (self->sets[i]) - n_set_wrong;
      n_wrong += n_set_wrong;
    }
  if (n[0] == 0 || n[1] == 0 || n[2] == 0)
    files = g_strdup (_ ("Add files for training, validation and testing."));
  else
    files =
        g_strdup_printf (_ ("Files: %u to train, %u to validate, %u to test."), n[0], n[1], n[2]);
  if (n_wrong == 0)
    return g_steal_pointer (&files);
  wrong = g_strdup_printf (ngettext ("%u can’t be used.", "%u can’t be used.", n_wrong), n_wrong);
  return g_strdup_printf ("%s %s", files, wrong);
}

/* (transfer full) one sentence about the training, one about the files. */
static char *
describe (DashEstimationForm *self)
{
  g_autofree char *model = dash_estimation_fields_describe (&self->fields);
  g_autofree char *epochs = dash_estimation_fields_dup_epochs (&self->fields);
  g_autofree char *inputs = dash_estimation_columns_describe (&self->columns);
  const char *target = dash_estimation_columns_get_target (&self->columns);
  guint n = dash_estimation_fields_count_tasks (&self->fields);
  g_autofree char *files = describe_files (self);
  g_autofree char *job = NULL;

  if (inputs[0] == '\0' || target[0] == '\0')
    return g_strdup (_ ("Choose the input columns and the column to estimate."));
  job = g_strdup_printf (
      ngettext ("Trains %u network (%s) to estimate %s from %s, for at most %s epochs.",
                "Trains %u networks (%s) to estimate %s from %s, for at most %s epochs each.", n),
      n, model, target, inputs, epochs);
  return g_strdup_printf ("%s %s", job, files);
}

/* After a change: shows the chosen columns, checks each file for them, and describes the job. */
static void
update (DashEstimationForm *self)
{
  g_auto (GStrv) inputs = dash_estimation_columns_dup_inputs (&self->columns);
  g_auto (GStrv) computed = dash_estimation_fields_dup_computed (&self->fields);
  g_autofree char *text = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) needed = g_ptr_array_new ();
  const char *target = dash_estimation_columns_get_target (&self->columns);

  g_assert (DASH_IS_ESTIMATION_FORM (self));
  dash_estimation_columns_show (&self->columns);
  for (char **input = inputs; *input != NULL; input++)
    if (!g_strv_contains ((const char *const *) computed, *input))
      g_ptr_array_add (needed, *input);
  if (target[0] != '\0' && !g_strv_contains ((const char *const *) computed, target))
    g_ptr_array_add (needed, (gpointer) target);
  g_ptr_array_add (needed, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    dash_file_set_review (self->sets[i], (const char *const *) needed->pdata, seen);
  text = describe (self);
  gtk_label_set_text (self->sentence, text);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
columns_changed_cb (gpointer form)
{
  g_assert (DASH_IS_ESTIMATION_FORM (form));
  update (form);
}

static void
files_changed_cb (DashEstimationForm *self)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) computed = dash_estimation_fields_dup_computed (&self->fields);

  g_assert (DASH_IS_ESTIMATION_FORM (self));
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    dash_file_set_add_columns (self->sets[i], found);
  for (char **column = computed; found->len > 0 && *column != NULL; column++)
    g_ptr_array_add (found, g_strdup (*column));
  dash_estimation_columns_offer (&self->columns, found);
  update (self);
}

/* The three folders in it become the three sets. */
static void
data_folder_cb (DashEstimationForm *self, const char *path)
{
  g_assert (DASH_IS_ESTIMATION_FORM (self) && path != NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      g_autofree char *folder = g_build_filename (path, sets[i].folder, NULL);

      dash_file_set_add (self->sets[i], folder);
    }
}

static void
dash_estimation_form_finalize (GObject *object)
{
  DashEstimationForm *self = DASH_ESTIMATION_FORM (object);

  dash_estimation_columns_clear (&self->columns);
  dash_estimation_fields_clear (&self->fields);
  G_OBJECT_CLASS (dash_estimation_form_parent_class)->finalize (object);
}

static void
dash_estimation_form_class_init (DashEstimationFormClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dash_estimation_form_finalize;
  signals[CHANGED] = g_signal_new ("changed", DASH_TYPE_ESTIMATION_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
dash_estimation_form_init (DashEstimationForm *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 18);
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
add_model (DashEstimationForm *self)
{
  AdwPreferencesGroup *group = add_group (self, _ ("Model"));
  GtkWidget *more = adw_expander_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (more), _ ("Advanced"));
  dash_estimation_fields_init (&self->fields, self->form, group, ADW_EXPANDER_ROW (more),
                               G_CALLBACK (update), self);
  adw_preferences_group_add (group, more);
}

static void
add_sets (DashEstimationForm *self, DashActions *actions, gboolean local)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      g_autofree char *field = g_strconcat ("selections.", sets[i].name, NULL);

      self->sets[i] = dash_file_set_new (_ (sets[i].title), actions, local);
      dash_form_register (self->form, field, dash_file_set_get_path_row (self->sets[i]));
      g_signal_connect_object (self->sets[i], "changed", G_CALLBACK (files_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->sets[i], "data-folder", G_CALLBACK (data_folder_cb), self,
                               G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->sets[i]));
    }
}

DashEstimationForm *
dash_estimation_form_new (DashForm *form, DashActions *actions, gboolean local)
{
  DashEstimationForm *self = g_object_new (DASH_TYPE_ESTIMATION_FORM, NULL);
  GtkWidget *sentence = gtk_label_new (NULL);

  g_return_val_if_fail (form != NULL && DASH_IS_ACTIONS (actions), NULL);
  self->form = form;
  self->sentence = GTK_LABEL (sentence);
  dash_wrap_label (self->sentence);
  gtk_label_set_xalign (self->sentence, 0);
  gtk_widget_add_css_class (sentence, "dim-label");
  add_sets (self, actions, local);
  dash_estimation_columns_init (&self->columns, form, add_group (self, _ ("Columns")),
                                columns_changed_cb, self);
  add_model (self);
  gtk_box_append (GTK_BOX (self), sentence);
  /* These settings may compute columns, which are offered like those of the files. */
  g_signal_connect_object (self->fields.rest, "changed", G_CALLBACK (files_changed_cb), self,
                           G_CONNECT_SWAPPED);
  files_changed_cb (self);
  return self;
}

static void
load_set (DashEstimationForm *self, gsize set, JsonNode *selections)
{
  JsonNode *list = vestim_node_member (selections, sets[set].name);
  const char *folder = vestim_node_member_string (selections, "folder_path");

  for (guint i = 0; i < vestim_node_n_elements (list); i++)
    {
      const char *path = vestim_node_string (vestim_node_element (list, i));

      if (path != NULL)
        dash_file_set_add (self->sets[set], path);
    }
  if (folder != NULL && !(set == VALIDATION && vestim_node_member (selections, SHARE) != NULL))
    {
      g_autofree char *path = g_build_filename (folder, sets[set].folder, NULL);

      dash_file_set_add (self->sets[set], path);
    }
}

/* (transfer full) (nullable) the selections with our names if they have legacy names. */
static JsonNode *
translate (JsonNode *selections)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();
  g_autofree char *legacy = vestim_node_dup_text (selections);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (legacy, strlen (legacy), NULL);
  const VestimFieldReader reader = { .object = doc != NULL ? vestim_json_root (doc) : NULL,
                                     .prefix = "selections",
                                     .errors = faults };
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  if (vestim_legacy_settings_are_in (reader.object))
    text = vestim_legacy_settings_translate (&reader, places, notes);
  return vestim_node_parse_text (text);
}

void
dash_estimation_form_load (DashEstimationForm *self, JsonNode *selections)
{
  g_autoptr (JsonNode) translated = selections != NULL ? translate (selections) : NULL;
  JsonNode *ours = translated != NULL ? translated : selections;

  g_return_if_fail (DASH_IS_ESTIMATION_FORM (self));
  dash_estimation_columns_load (&self->columns, ours);
  dash_estimation_fields_load (&self->fields, ours);
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    load_set (self, i, ours);
  files_changed_cb (self);
}

static void
save_files (DashEstimationForm *self, JsonObject *members)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      g_auto (GStrv) paths = dash_file_set_dup_paths (self->sets[i]);

      dash_form_set_strings (members, sets[i].name, (const char *const *) paths);
    }
}

/* The further settings may have a share of the training files in place of validation files. */
static void
check_files (DashEstimationForm *self, JsonObject *members, GPtrArray *faults)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      g_auto (GStrv) paths = dash_file_set_dup_paths (self->sets[i]);
      g_autofree char *field = g_strconcat ("selections.", sets[i].name, NULL);

      if (paths[0] != NULL)
        continue;
      if (i == VALIDATION && json_object_has_member (members, SHARE))
        json_object_remove_member (members, sets[i].name);
      else
        vestim_field_errors_add (faults, field, "%s", _ ("Add a file or folder."));
    }
}

void
dash_estimation_form_commit (DashEstimationForm *self)
{
  g_return_if_fail (DASH_IS_ESTIMATION_FORM (self));
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    dash_file_set_commit (self->sets[i]);
}

void
dash_estimation_form_append_typed (DashEstimationForm *self, GString *text)
{
  g_return_if_fail (DASH_IS_ESTIMATION_FORM (self));
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    g_string_append (
        text, gtk_editable_get_text (GTK_EDITABLE (dash_file_set_get_path_row (self->sets[i]))));
}

JsonNode *
dash_estimation_form_save (DashEstimationForm *self, GPtrArray *faults)
{
  DashSweepInput settings;
  JsonNode *node;

  g_return_val_if_fail (DASH_IS_ESTIMATION_FORM (self), NULL);
  dash_sweep_input_init (&settings);
  save_files (self, settings.members);
  dash_estimation_columns_save (&self->columns, settings.members, faults);
  dash_estimation_fields_save (&self->fields, &settings, faults);
  check_files (self, settings.members, faults);
  node = dash_sweep_input_end (&settings);
  dash_sweep_input_clear (&settings);
  return node;
}

char *
dash_estimation_form_propose_name (DashEstimationForm *self)
{
  g_auto (GStrv) paths = dash_file_set_dup_paths (self->sets[2]);
  g_autofree char *model = dash_estimation_fields_describe (&self->fields);
  g_autofree char *folder = paths[0] != NULL ? g_path_get_dirname (paths[0]) : NULL;
  g_autofree char *base = paths[0] != NULL ? g_path_get_basename (paths[0]) : NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (DASH_IS_ESTIMATION_FORM (self), NULL);
  if (base == NULL)
    return g_steal_pointer (&model);
  if (g_str_has_suffix (base, ".csv"))
    base[strlen (base) - strlen (".csv")] = '\0';
  /* For ".../cycles/test", "cycles" is the better name. */
  if (g_str_equal (base, "test"))
    {
      g_free (base);
      base = g_path_get_basename (folder);
    }
  name = g_strdup_printf ("%s, %s", base, model);
  return vestim_text_line (name, 100);
}
