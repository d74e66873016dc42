/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/c-values.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/preprocess.h"

#include <math.h>

/* Its square is a number of single precision, too. */
#define LARGEST_VALUE 1e15

typedef struct
{
  const Model *model;
  const VestimPreprocessing *preprocessing;
  CValues *values;
} Builder;

static void
clear_value (void *data)
{
  g_free (((CValue *) data)->name);
}

const CValue *
c_values_get (const CValues *values, int value)
{
  return &g_array_index (values->values, CValue, value);
}

/* Models of version 0.1 have no period, unless their files were resampled. */
double
c_values_period (const Model *model)
{
  const VestimPreprocessing *preprocessing = model->preprocessing;

  if (model->period_s > 0)
    return model->period_s;
  if (preprocessing && preprocessing->resample_s > 0)
    return preprocessing->resample_s;
  return preprocessing ? preprocessing->period_s : 0;
}

/* Values */

static int
find_value (const CValues *values, const char *name)
{
  for (guint i = 0; i < values->values->len; i++)
    if (g_strcmp0 (c_values_get (values, (int) i)->name, name) == 0)
      return (int) i;
  return -1;
}

/* Takes the name. */
static int
add_value (CValues *values, CValue value)
{
  if (value.kind == C_VALUE_MEAN)
    {
      value.filter = values->n_means++;
      value.start = values->mean_rows;
      values->mean_rows += value.rows;
    }
  if (value.kind == C_VALUE_LOW_PASS)
    value.filter = values->n_low_passes++;
  g_array_append_val (values->values, value);
  return (int) values->values->len - 1;
}

static int
find_column (const CValues *values, const char *name)
{
  int column = 0;

  while (!g_str_equal (values->columns[column], name))
    column++;
  return column;
}

static int
add_column (const Builder *builder, const char *name)
{
  int found = find_value (builder->values, name);

  if (found >= 0)
    return found;
  return add_value (builder->values, (CValue){ .kind = C_VALUE_COLUMN,
                                               .name = g_strdup (name),
                                               .of = find_column (builder->values, name) });
}

/* A column of the files or the power. */
static int
add_plain (const Builder *builder, const char *name)
{
  bool is_power = builder->preprocessing && builder->preprocessing->has_power
                  && g_str_equal (name, VESTIM_POWER_COLUMN);

  if (!is_power || find_value (builder->values, name) >= 0)
    return add_column (builder, name);

  int voltage = add_column (builder, VESTIM_POWER_VOLTAGE);
  int current = add_column (builder, VESTIM_POWER_CURRENT);
  return add_value (
      builder->values,
      (CValue){ .kind = C_VALUE_PRODUCT, .name = g_strdup (name), .of = voltage, .by = current });
}

/* What derived columns are computed from is before them in their list. */
static int
add_source (const Builder *builder, const char *name)
{
  int found = find_value (builder->values, name);

  return found >= 0 ? found : add_plain (builder, name);
}

static void
add_derived (const Builder *builder, const VestimDerived *derived)
{
  static const CValueKind kinds[] = { [VESTIM_DERIVED_MEAN] = C_VALUE_MEAN,
                                      [VESTIM_DERIVED_LOW_PASS] = C_VALUE_LOW_PASS,
                                      [VESTIM_DERIVED_PRODUCT] = C_VALUE_PRODUCT };
  double period = c_values_period (builder->model);
  CValue value = { .kind = kinds[derived->kind], .name = g_strdup (derived->name) };

  value.of = add_source (builder, derived->of);
  if (derived->kind == VESTIM_DERIVED_PRODUCT)
    value.by = add_source (builder, derived->by);
  if (derived->kind == VESTIM_DERIVED_MEAN)
    value.rows = vestim_derived_mean_rows (derived, period);
  if (derived->kind == VESTIM_DERIVED_LOW_PASS)
    value.share = vestim_derived_low_pass_share (derived, period);
  add_value (builder->values, value);
}

static bool
is_averaged (const VestimPreprocessing *preprocessing, const char *input)
{
  return preprocessing && preprocessing->average_rows > 0
         && g_strv_contains ((const char *const *) preprocessing->average_columns, input);
}

static void
add_features (const Builder *builder)
{
  const Model *model = builder->model;
  CValues *values = builder->values;

  values->features = g_new0 (int, model->shape.n_inputs);
  for (int i = 0; i < model->shape.n_inputs; i++)
    {
      int value = add_source (builder, model->inputs[i]);

      if (is_averaged (builder->preprocessing, model->inputs[i]))
        value = add_value (values, (CValue){ .kind = C_VALUE_MEAN,
                                             .of = value,
                                             .rows = builder->preprocessing->average_rows });
      values->features[i] = value;
    }
}

/* The whole */

/* What calls do: whoever makes them has resampled and counted the charge. `(transfer full)` */
static VestimPreprocessing *
copy_preprocessing (const Model *model)
{
  VestimPreprocessing *copy = vestim_preprocessing_copy (model->preprocessing);

  if (!copy)
    return NULL;
  copy->resample_s = 0;
  copy->period_s = c_values_period (model);
  g_clear_pointer (&copy->soc, g_free);
  return copy;
}

static bool
check_period (const Model *model, GError **error)
{
  const GPtrArray *list = model->preprocessing ? model->preprocessing->derived : NULL;

  for (guint i = 0; list && i < list->len; i++)
    if (((const VestimDerived *) list->pdata[i])->kind != VESTIM_DERIVED_PRODUCT
        && !(c_values_period (model) > 0))
      {
        failure_set (error, "the model does not say its sampling period, which its derived inputs "
                            "need: train it again");
        return false;
      }
  return true;
}

/* Their numbers become constants of single precision. */
static bool
check_ranges (const Model *model, GError **error)
{
  for (int i = 0; i <= model->shape.n_inputs; i++)
    {
      bool is_target = i == model->shape.n_inputs;
      const ScalingRange *range = is_target ? &model->scaling->target : &model->scaling->inputs[i];

      if (fmax (fabs (range->min), fabs (range->max)) > LARGEST_VALUE)
        {
          failure_set (error, "the range of %s, %g to %g, is too large for single precision",
                       is_target ? model->target : model->inputs[i], range->min, range->max);
          return false;
        }
    }
  return true;
}

CValues *
c_values_new (const Model *model, GError **error)
{
  if (!check_period (model, error) || !check_ranges (model, error))
    return NULL;

  CValues *values = g_new0 (CValues, 1);
  values->preprocessing = copy_preprocessing (model);
  values->values = g_array_new (FALSE, FALSE, sizeof (CValue));
  g_array_set_clear_func (values->values, clear_value);

  const VestimPreprocessing *preprocessing = values->preprocessing;
  const Preprocess config = { .preprocessing = preprocessing,
                              .inputs = model->inputs,
                              .target = "" };
  const Builder builder = { model, preprocessing, values };

  values->columns = preprocess_columns (&config);
  for (guint i = 0; preprocessing && i < preprocessing->derived->len; i++)
    add_derived (&builder, preprocessing->derived->pdata[i]);
  add_features (&builder);
  return values;
}

void
c_values_free (CValues *values)
{
  if (!values)
    return;

  g_strfreev (values->columns);
  g_array_unref (values->values);
  g_free (values->features);
  vestim_preprocessing_free (values->preprocessing);
  g_free (values);
}
