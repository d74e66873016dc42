/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/model-series.h"

#include "daemon/vestim-estimate/data/columns/column-search.h"
#include "daemon/vestim-estimate/data/data-traits.h"
#include "daemon/vestim-estimate/data/table/table.h"
#include "daemon/vestim-estimate/results/error-breakdown.h"

Preprocess
model_preprocess (const Model *model)
{
  return (Preprocess){
    .preprocessing = model->preprocessing,
    .inputs = model->inputs,
    .target = model->target,
    .current_sign = model->current_sign,
  };
}

/* The largest one in the training files; 0: it is no column of the model. */
static double
soc_max (const Model *model)
{
  for (int i = 0; i < model->shape.n_inputs; i++)
    if (g_ascii_strcasecmp (model->inputs[i], VESTIM_SOC_COLUMN) == 0)
      return model->scaling->inputs[i].max;
  return g_ascii_strcasecmp (model->target, VESTIM_SOC_COLUMN) == 0 ? model->scaling->target.max
                                                                    : 0;
}

/* Units are compared where files have them: those of computed inputs follow. */
void
model_traits (const Model *model, DataTraits *traits)
{
  data_traits_init (traits);
  traits->current_sign = model->current_sign;
  traits->period_s = model->period_s;
  traits->soc_max = soc_max (model);
  for (int i = 0; model->units && i < model->shape.n_inputs; i++)
    if (model->units[i])
      g_hash_table_insert (traits->units, g_strdup (model->inputs[i]), g_strdup (model->units[i]));
  if (model->target_unit)
    g_hash_table_insert (traits->units, g_strdup (model->target), g_strdup (model->target_unit));
}

/* An FNN sees one row, unless its inputs are means. */
bool
model_does_period_matter (const Model *model)
{
  return vestim_model_sees_windows (model->kind)
         || (model->preprocessing && model->preprocessing->average_rows > 0);
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
  g_autoptr (VestimDataSettings) defaults = vestim_data_settings_new ();
  g_auto (GStrv) columns = preprocess_columns (&config);
  g_auto (DataTraits) traits = { 0 };
  const SeriesRequest request = {
    .inputs = (const char *const *) columns,
    .target = preprocess_target (&config),
    .is_target_optional = !needs_target,
    .settings = model->data ? model->data : defaults,
    .resample_s = model->preprocessing ? model->preprocessing->resample_s : 0,
  };

  model_traits (model, &traits);
  g_autoptr (Series) series = series_read (path, &request, error);
  if (!series || !data_traits_fit (&traits, series, error)
      || !preprocess_series (&config, series, error)
      || (model_does_period_matter (model) && !data_traits_fit_period (&traits, series, error)))
    return NULL;
  if (series->target)
    classify (model, series);
  scaling_apply (model->scaling, series);
  return g_steal_pointer (&series);
}

static bool
column_is_there (const TableFile *file, const char *name, const VestimDataSettings *settings,
                 GError **error)
{
  g_auto (FoundColumn) found = { 0 };

  return column_search (file, name, settings, &found, error);
}

bool
model_series_check (const Model *model, const char *path, GError **error)
{
  const Preprocess config = model_preprocess (model);
  g_autoptr (VestimDataSettings) defaults = vestim_data_settings_new ();
  const VestimDataSettings *settings = model->data ? model->data : defaults;
  g_autoptr (TableFile) file = table_open (path, NULL, error);
  g_auto (GStrv) columns = preprocess_columns (&config);
  const char *target = preprocess_target (&config);

  if (!file)
    return false;

  for (char **column = columns; *column; column++)
    if (!column_is_there (file, *column, settings, error))
      return false;
  return !target || column_is_there (file, target, settings, error);
}
