/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-evaluation-form.h"

#include <glib/gi18n.h>

#include "common/json/vestim-fields.h"

struct _DashEvaluationForm
{
  GtkBox parent;
  DashModelSet *models;
  DashFileSet *files;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashEvaluationForm, dash_evaluation_form, GTK_TYPE_BOX)

/* The columns that are needed depend on the models, which the server reads. */
static void
files_changed_cb (DashEvaluationForm *self)
{
  static const char *const needed[] = { NULL };
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert (DASH_IS_EVALUATION_FORM (self));
  dash_file_set_review (self->files, needed, seen);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
models_changed_cb (DashEvaluationForm *self)
{
  g_assert (DASH_IS_EVALUATION_FORM (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Of a folder with training, validation and test files, the test files are meant. */
static void
data_folder_cb (DashEvaluationForm *self, const char *path)
{
  g_autofree char *test = g_build_filename (path, "test", NULL);

  g_assert (DASH_IS_EVALUATION_FORM (self));
  dash_file_set_add (self->files, test);
}

static void
dash_evaluation_form_class_init (DashEvaluationFormClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", DASH_TYPE_EVALUATION_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
dash_evaluation_form_init (DashEvaluationForm *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 18);
}

DashEvaluationForm *
dash_evaluation_form_new (DashForm *form, DashActions *actions, DashJobStore *jobs, gboolean local)
{
  DashEvaluationForm *self = g_object_new (DASH_TYPE_EVALUATION_FORM, NULL);

  g_return_val_if_fail (form != NULL, NULL);
  self->models = dash_model_set_new (jobs, local);
  self->files = dash_file_set_new (_ ("Files"), actions, local);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->models));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->files));
  dash_form_register (form, "selections.models", dash_model_set_get_row (self->models));
  dash_form_register (form, "selections.files", dash_file_set_get_path_row (self->files));
  g_signal_connect_object (self->models, "changed", G_CALLBACK (models_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->files, "changed", G_CALLBACK (files_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->files, "data-folder", G_CALLBACK (data_folder_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
dash_evaluation_form_load (DashEvaluationForm *self, JsonNode *selections)
{
  g_auto (GStrv) models = vestim_node_dup_strings (vestim_node_member (selections, "models"));
  g_auto (GStrv) files = vestim_node_dup_strings (vestim_node_member (selections, "files"));

  g_return_if_fail (DASH_IS_EVALUATION_FORM (self));
  for (char **model = models; model != NULL && *model != NULL; model++)
    dash_model_set_add (self->models, *model);
  for (char **file = files; file != NULL && *file != NULL; file++)
    dash_file_set_add (self->files, *file);
}

void
dash_evaluation_form_add_job (DashEvaluationForm *self, const char *job_id)
{
  g_return_if_fail (DASH_IS_EVALUATION_FORM (self));
  dash_model_set_add (self->models, job_id);
}

void
dash_evaluation_form_commit (DashEvaluationForm *self)
{
  g_return_if_fail (DASH_IS_EVALUATION_FORM (self));
  dash_model_set_commit (self->models);
  dash_file_set_commit (self->files);
}

void
dash_evaluation_form_append_typed (DashEvaluationForm *self, GString *text)
{
  GtkWidget *model = dash_model_set_get_row (self->models);
  GtkWidget *file = dash_file_set_get_path_row (self->files);

  g_return_if_fail (DASH_IS_EVALUATION_FORM (self));
  g_string_append (text, gtk_editable_get_text (GTK_EDITABLE (model)));
  g_string_append (text, gtk_editable_get_text (GTK_EDITABLE (file)));
}

JsonNode *
dash_evaluation_form_save (DashEvaluationForm *self, GPtrArray *faults)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_auto (GStrv) models = NULL;
  g_auto (GStrv) files = NULL;

  g_return_val_if_fail (DASH_IS_EVALUATION_FORM (self), NULL);
  models = dash_model_set_dup_models (self->models);
  files = dash_file_set_dup_paths (self->files);
  if (models[0] == NULL)
    vestim_field_errors_add (faults, "selections.models", "%s",
                             _ ("Add a finished estimation or a model file."));
  if (files[0] == NULL)
    vestim_field_errors_add (faults, "selections.files", "%s", _ ("Add a file or folder."));
  dash_form_set_strings (object, "models", (const char *const *) models);
  dash_form_set_strings (object, "files", (const char *const *) files);
  return json_node_init_object (json_node_alloc (), object);
}

char *
dash_evaluation_form_propose_name (DashEvaluationForm *self)
{
  g_auto (GStrv) models = NULL;
  guint n;

  g_return_val_if_fail (DASH_IS_EVALUATION_FORM (self), NULL);
  models = dash_model_set_dup_models (self->models);
  n = g_strv_length (models);
  if (n == 0)
    return g_strdup ("");
  return g_strdup_printf (ngettext ("Evaluation of %u model", "Evaluation of %u models", n), n);
}
