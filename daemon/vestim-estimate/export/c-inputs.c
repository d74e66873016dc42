/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/c-inputs.h"

#include "daemon/vestim-estimate/export/text.h"
#include "daemon/vestim-estimate/results/model-series.h"

#include <string.h>

#define UNKNOWN "unknown"

static bool
is_averaged (const Model *model, const char *input)
{
  const VestimPreprocessing *preprocessing = model->preprocessing;

  return preprocessing && preprocessing->average_rows > 0
         && g_strv_contains ((const char *const *) preprocessing->average_columns, input);
}

static bool
is_power (const Model *model, const char *input)
{
  return model->preprocessing && model->preprocessing->has_power
         && g_str_equal (input, VESTIM_POWER_COLUMN);
}

static int
find_name (char *const *names, const char *name)
{
  for (int i = 0; names[i]; i++)
    if (g_str_equal (names[i], name))
      return i;
  return -1;
}

static CFeature
describe_feature (const CInputs *inputs, const char *name)
{
  const Model *model = inputs->model;
  bool is_product = is_power (model, name);

  return (CFeature){
    .column = find_name (inputs->columns, is_product ? VESTIM_POWER_VOLTAGE : name),
    .factor = is_product ? find_name (inputs->columns, VESTIM_POWER_CURRENT) : -1,
    .mean_rows = is_averaged (model, name) ? model->preprocessing->average_rows : 0,
  };
}

CInputs *
c_inputs_new (const Model *model)
{
  const Preprocess config = model_preprocess (model);
  CInputs *inputs = g_new0 (CInputs, 1);

  inputs->model = model;
  inputs->columns = preprocess_columns (&config);
  inputs->n_columns = (int) g_strv_length (inputs->columns);
  inputs->features = g_new0 (CFeature, model->shape.n_inputs);
  for (int i = 0; i < model->shape.n_inputs; i++)
    {
      inputs->features[i] = describe_feature (inputs, model->inputs[i]);
      inputs->n_means += inputs->features[i].mean_rows > 0;
      inputs->mean_rows += inputs->features[i].mean_rows;
    }
  return inputs;
}

void
c_inputs_free (CInputs *inputs)
{
  if (!inputs)
    return;

  g_strfreev (inputs->columns);
  g_free (inputs->features);
  g_free (inputs);
}

const char *
c_inputs_unit (const Model *model, const char *column)
{
  int input = find_name (model->inputs, column);

  if (input >= 0)
    return model->units ? model->units[input] : NULL;
  return g_str_equal (column, model->target) ? model->target_unit : NULL;
}

const ScalingRange *
c_inputs_range (const Model *model, const char *column)
{
  int input = find_name (model->inputs, column);

  if (input >= 0)
    return &model->scaling->inputs[input];
  return g_str_equal (column, model->target) ? &model->scaling->target : NULL;
}

/* The comment */

char *
c_inputs_dup_for_comment (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  GString *safe = g_string_new (NULL);

  for (const char *c = valid; *c; c++)
    g_string_append_c (safe,
                       g_ascii_iscntrl (*c) || *c == '*' || *c == '\\' || *c == '?' ? '_' : *c);
  return g_string_free (safe, FALSE);
}

static void
append_value (CCode *code, const Model *model, const char *column)
{
  g_autofree char *name = c_inputs_dup_for_comment (column);
  const char *unit = c_inputs_unit (model, column);
  const ScalingRange *range = c_inputs_range (model, column);

  c_code_printf (code, "%s, %s%s", name, unit ? "in " : "unit unknown", unit ? unit : "");
  if (range)
    c_code_printf (code, ", in training %g to %g", range->min, range->max);
}

static void
append_computed (CCode *code, const Model *model)
{
  for (int i = 0; i < model->shape.n_inputs; i++)
    {
      const char *input = model->inputs[i];
      g_autofree char *name = c_inputs_dup_for_comment (input);

      if (is_power (model, input))
        c_code_printf (code,
                       " * The code computes %s: " VESTIM_POWER_VOLTAGE
                       " times " VESTIM_POWER_CURRENT ".\n",
                       name);
      if (is_averaged (model, input))
        c_code_printf (code, " * The code averages %s over the last %d calls.\n", name,
                       model->preprocessing->average_rows);
    }
}

/* Models of version 0.1 have no period, unless their files were resampled. */
static double
period_of (const Model *model)
{
  if (model->period_s > 0)
    return model->period_s;
  return model->preprocessing ? model->preprocessing->resample_s : 0;
}

static void
append_period (CCode *code, const Model *model)
{
  bool is_resampled = model->preprocessing && model->preprocessing->resample_s > 0;

  if (period_of (model) > 0)
    c_code_printf (code, " * Call it once every %g s, the sampling period of the training%s.\n",
                   period_of (model), is_resampled ? ", to which the files were resampled" : "");
  else
    c_code_append (code,
                   " * The sampling period is unknown (the training files had no times): call "
                   "it at their period.\n");
}

void
c_inputs_append_comment (CCode *code, const CInputs *inputs)
{
  const Model *model = inputs->model;

  c_code_append (code, " *\n * Inputs of a call:\n");
  for (int i = 0; i < inputs->n_columns; i++)
    {
      c_code_printf (code, " *   [%d] ", i);
      append_value (code, model, inputs->columns[i]);
      c_code_append (code, "\n");
    }
  c_code_append (code, " * Estimate: ");
  append_value (code, model, model->target);
  c_code_append (code, "\n");
  if (model->current_sign != VESTIM_SIGN_AS_WRITTEN)
    c_code_printf (code, " * A current that discharges the cell is %s.\n",
                   model->current_sign == VESTIM_SIGN_DISCHARGE_NEGATIVE ? "negative" : "positive");
  append_computed (code, model);
  append_period (code, model);
}

/* Macros */

static const char *
unit_or_unknown (const char *unit)
{
  return unit ? unit : UNKNOWN;
}

void
c_inputs_append_macros (CCode *code, const CInputs *inputs)
{
  const Model *model = inputs->model;

  c_code_printf (code, "#define VESTIM_INPUTS %d\n", inputs->n_columns);
  for (int i = 0; i < inputs->n_columns; i++)
    {
      g_autofree char *name = g_strdup_printf ("INPUT_%d", i);
      g_autofree char *unit = g_strdup_printf ("INPUT_%d_UNIT", i);

      c_code_define_string (code, name, inputs->columns[i]);
      c_code_define_string (code, unit,
                            unit_or_unknown (c_inputs_unit (model, inputs->columns[i])));
    }
  c_code_define_string (code, "OUTPUT", model->target);
  c_code_define_string (code, "OUTPUT_UNIT", unit_or_unknown (model->target_unit));
  if (period_of (model) > 0)
    c_code_printf (code, "#define VESTIM_PERIOD_S %.9ef\n", period_of (model));
  c_code_printf (code, "#define VESTIM_FEATURES %d\n", model->shape.n_inputs);
  if (inputs->n_means > 0)
    c_code_printf (code, "#define VESTIM_MEANS %d\n#define VESTIM_MEAN_ROWS %d\n", inputs->n_means,
                   inputs->mean_rows);
}

/* The code */

void
c_inputs_append_read (CCode *code, const CInputs *inputs)
{
  c_code_append (code, "/* The row that the network sees after a call with these inputs. */\n"
                       "static inline void\n"
                       "vestim_read (");
  c_code_append (code, inputs->n_means > 0 ? "VestimMeans *means, " : "");
  c_code_append (
      code, "const vestim_value inputs[VESTIM_INPUTS], vestim_scaled row[VESTIM_FEATURES])\n{\n");
}

void
c_inputs_append_floats (CCode *code, const CInputs *inputs)
{
  int mean = 0, start = 0;

  if (inputs->n_means > 0)
    c_code_append (code, export_text_float_means);
  c_inputs_append_read (code, inputs);
  for (int i = 0; i < inputs->model->shape.n_inputs; i++)
    {
      const CFeature *feature = &inputs->features[i];

      c_code_printf (code, "  row[%d] = inputs[%d]", i, feature->column);
      if (feature->factor >= 0)
        c_code_printf (code, " * inputs[%d]", feature->factor);
      c_code_append (code, ";\n");
      if (feature->mean_rows == 0)
        continue;
      c_code_printf (code, "  row[%d] = vestim_mean (means, %d, %d, %d, row[%d]);\n", i, mean,
                     start, feature->mean_rows, i);
      mean++;
      start += feature->mean_rows;
    }
  c_code_append (code, inputs->n_means > 0 ? "  means->is_started = 1;\n" : "");
  c_code_append (code, "  vestim_scale (row);\n}\n\n");
}
