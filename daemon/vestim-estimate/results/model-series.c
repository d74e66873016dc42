/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/model-series.h"

#include "daemon/vestim-estimate/data/table/table.h"
#include "daemon/vestim-estimate/results/error-breakdown.h"

Preprocess
model_preprocess (const Model *model)
{
  return (Preprocess){
    .preprocessing = model->preprocessing,
    .inputs = model->inputs,
    .target = model->target,
    .current_sign = model->data ? model->data->current_sign : VESTIM_SIGN_AS_WRITTEN,
  };
}

/* A target that exists but is ambiguous is a failure too: the user wants a comparison with it. */
static bool
find_target (const Model *model, const char *path, bool needs_target, bool *has_target,
             GError **error)
{
  g_autoptr (TableFile) file = table_open (path, NULL, error);

  if (!file)
    return false;
  *has_target = needs_target || table_has_column (file, model->target);
  return !*has_target || table_find_column (file, model->target, error) >= 0;
}

static void
classify (const Model *model, Series *series)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();
  const Dataset dataset = { .series = one };

  g_ptr_array_add (one, series);
  error_breakdown_classify (&dataset, (const char *const *) model->inputs);
}

Series *
model_series_read (const Model *model, const char *path, bool needs_target, GError **error)
{
  const Preprocess config = model_preprocess (model);
  bool has_target = false;
  g_auto (GStrv) columns = preprocess_columns (&config);

  if (preprocess_target (&config) && !find_target (model, path, needs_target, &has_target, error))
    return NULL;

  g_autoptr (Series) series =
      series_read (path, (const char *const *) columns, has_target ? model->target : NULL, error);
  if (!series || !preprocess_series (&config, series, error))
    return NULL;
  if (series->target)
    classify (model, series);
  scaling_apply (model->scaling, series);
  return g_steal_pointer (&series);
}

bool
model_series_check (const Model *model, const char *path, GError **error)
{
  const Preprocess config = model_preprocess (model);
  g_autoptr (TableFile) file = table_open (path, NULL, error);
  g_auto (GStrv) columns = preprocess_columns (&config);

  if (!file)
    return false;

  for (char **column = columns; *column; column++)
    if (table_find_column (file, *column, error) < 0)
      return false;
  return !preprocess_target (&config) || table_find_column (file, model->target, error) >= 0;
}
