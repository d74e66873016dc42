/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/initial-model.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <string.h>

/* The JSON members of what must be equal in both. Settings and model write them in the same way. */
static void
append_inputs (GString *text, char *const *inputs, const char *target)
{
  g_string_append (text, "\"inputs\": [");
  for (char *const *input = inputs; *input; input++)
    {
      g_string_append (text, input == inputs ? "" : ", ");
      vestim_json_append_string (text, *input);
    }
  g_string_append (text, "], \"target\": ");
  vestim_json_append_string (text, target);
}

static void
append_network (GString *text, VestimModelKind kind, const int *sizes, int n_layers)
{
  g_string_append_printf (text, "\"model\": \"%s\", \"layers\": [",
                          vestim_setting_word ("model", (int) kind));
  for (int i = 0; i < n_layers; i++)
    g_string_append_printf (text, "%s%d", i ? ", " : "", sizes[i]);
  g_string_append (text, "]");
}

static void
append_preprocessing (GString *text, const VestimPreprocessing *preprocessing)
{
  if (preprocessing)
    vestim_preprocessing_append_members (text, preprocessing);
  else
    g_string_append (text, ", no preprocessing");
}

static bool
is_same (const char *path, const char *model, const char *settings, GError **error)
{
  if (strcmp (model, settings) == 0)
    return true;
  failure_set (error,
               "%s has %s, but the settings of this job are %s: training can only start from it "
               "with the same settings",
               path, model, settings);
  return false;
}

static bool
fits (const FoundModel *found, const VestimSelections *settings, GError **error)
{
  const Model *model = found->model;
  const VestimLayers *layers = &settings->hyperparameters.layers;
  g_autoptr (GString) network = g_string_new (NULL), wanted_network = g_string_new (NULL);
  g_autoptr (GString) columns = g_string_new (NULL), wanted_columns = g_string_new (NULL);
  g_autoptr (GString) changes = g_string_new (NULL), wanted_changes = g_string_new (NULL);

  append_network (network, model->kind, model->shape.sizes, model->shape.n_layers);
  append_network (wanted_network, settings->hyperparameters.model, layers->sizes, layers->n);
  append_inputs (columns, model->inputs, model->target);
  append_inputs (wanted_columns, settings->inputs, settings->target);
  append_preprocessing (changes, model->preprocessing);
  append_preprocessing (wanted_changes, settings->preprocessing);
  return is_same (found->path, network->str, wanted_network->str, error)
         && is_same (found->path, columns->str, wanted_columns->str, error)
         && is_same (found->path, changes->str + 2, wanted_changes->str + 2, error);
}

FoundModel *
initial_model_read (const VestimSelections *settings, GError **error)
{
  g_autoptr (FoundModel) found = found_model_read (settings->initial_model, error);

  return found && fits (found, settings, error) ? g_steal_pointer (&found) : NULL;
}
