/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/c-inputs.h"

#include "daemon/vestim-estimate/export/text.h"

#include <string.h>

#define UNKNOWN "unknown"

static int
find_name (char *const *names, const char *name)
{
  for (int i = 0; names[i]; i++)
    if (g_str_equal (names[i], name))
      return i;
  return -1;
}

CInputs *
c_inputs_new (const Model *model, GError **error)
{
  CValues *values = c_values_new (model, error);

  if (!values)
    return NULL;

  CInputs *inputs = g_new0 (CInputs, 1);
  inputs->model = model;
  inputs->values = values;
  return inputs;
}

void
c_inputs_free (CInputs *inputs)
{
  if (!inputs)
    return;

  c_values_free (inputs->values);
  g_free (inputs);
}

bool
c_inputs_have_filters (const CInputs *inputs)
{
  return inputs->values->n_means > 0 || inputs->values->n_low_passes > 0;
}

int
c_inputs_n_columns (const CInputs *inputs)
{
  return (int) g_strv_length (inputs->values->columns);
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
  const char *stored = c_inputs_unit (model, column);
  g_autofree char *unit = stored ? c_inputs_dup_for_comment (stored) : NULL;
  const ScalingRange *range = c_inputs_range (model, column);

  if (!unit)
    c_code_printf (code, "%s, unit unknown", name);
  else if (g_str_equal (unit, "1"))
    c_code_printf (code, "%s, as a fraction", name);
  else
    c_code_printf (code, "%s, in %s", name, unit);
  if (range)
    c_code_printf (code, ", in training %g to %g", range->min, range->max);
}

/* A value's name, or how it follows from others. */
static void
append_name (CCode *code, const CInputs *inputs, int value)
{
  const CValue *of = c_values_get (inputs->values, value);
  g_autofree char *name = of->name ? c_inputs_dup_for_comment (of->name) : NULL;

  c_code_printf (code, "%s", name ? name : "it");
}

static void
append_computed_value (CCode *code, const CInputs *inputs, int value)
{
  const CValue *made = c_values_get (inputs->values, value);

  c_code_append (code, " *   ");
  append_name (code, inputs, made->name ? value : made->of);
  if (made->kind == C_VALUE_PRODUCT)
    {
      c_code_append (code, ": ");
      append_name (code, inputs, made->of);
      c_code_append (code, " times ");
      append_name (code, inputs, made->by);
    }
  else if (made->name)
    {
      c_code_append (code,
                     made->kind == C_VALUE_MEAN ? ": the mean of " : ": the low-pass filtered ");
      append_name (code, inputs, made->of);
    }
  else
    c_code_append (code, ": averaged");
  if (made->kind == C_VALUE_MEAN)
    c_code_printf (code, " over the last %d calls", made->rows);
  if (made->kind == C_VALUE_LOW_PASS)
    c_code_printf (code, ", which moves by %.6g of the difference in a call", made->share);
  c_code_append (code, "\n");
}

static void
append_computed (CCode *code, const CInputs *inputs)
{
  const CValues *values = inputs->values;
  const VestimPreprocessing *preprocessing = inputs->model->preprocessing;
  bool is_first = true;

  if (preprocessing && preprocessing->soc)
    c_code_printf (code,
                   " * In training, " VESTIM_SOC_COLUMN
                   " was counted with a capacity of %g Ah, from "
                   "%g at the start of\n * each file. Whoever calls counts it.\n",
                   preprocessing->soc->capacity_ah, preprocessing->soc->initial);
  for (guint i = 0; i < values->values->len; i++)
    if (c_values_get (values, (int) i)->kind != C_VALUE_COLUMN)
      {
        c_code_append (code, is_first ? " * The code computes:\n" : "");
        append_computed_value (code, inputs, (int) i);
        is_first = false;
      }
}

static void
append_period (CCode *code, const Model *model)
{
  bool is_resampled = model->preprocessing && model->preprocessing->resample_s > 0;

  if (c_values_period (model) > 0)
    c_code_printf (code, " * Call it once every %g s, the sampling period of the training%s.\n",
                   c_values_period (model),
                   is_resampled ? ", to which the files were resampled" : "");
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
  for (int i = 0; i < c_inputs_n_columns (inputs); i++)
    {
      c_code_printf (code, " *   [%d] ", i);
      append_value (code, model, inputs->values->columns[i]);
      c_code_append (code, "\n");
    }
  c_code_append (code, " * Estimate: ");
  append_value (code, model, model->target);
  c_code_append (code, "\n");
  if (model->current_sign != VESTIM_SIGN_AS_WRITTEN)
    c_code_printf (code, " * A current that discharges the cell is %s.\n",
                   model->current_sign == VESTIM_SIGN_DISCHARGE_NEGATIVE ? "negative" : "positive");
  append_computed (code, inputs);
  append_period (code, model);
}

/* Macros and conditions */

void
c_inputs_set_conditions (CCode *code, const CInputs *inputs)
{
  bool is_recurrent = inputs->model->kind != VESTIM_MODEL_FNN;
  bool have_filters = c_inputs_have_filters (inputs);

  if (is_recurrent)
    c_code_set_condition (code, "recurrent");
  if (inputs->model->kind == VESTIM_MODEL_LSTM)
    c_code_set_condition (code, "lstm");
  if (inputs->values->n_means > 0)
    c_code_set_condition (code, "means");
  if (inputs->values->n_low_passes > 0)
    c_code_set_condition (code, "low_passes");
  if (have_filters)
    c_code_set_condition (code, "filters");
  if (is_recurrent || have_filters)
    c_code_set_condition (code, "stateful");
}

static const char *
unit_or_unknown (const char *unit)
{
  return unit ? unit : UNKNOWN;
}

void
c_inputs_append_macros (CCode *code, const CInputs *inputs)
{
  const Model *model = inputs->model;

  c_code_printf (code, "#define VESTIM_INPUTS %d\n", c_inputs_n_columns (inputs));
  for (int i = 0; i < c_inputs_n_columns (inputs); i++)
    {
      g_autofree char *name = g_strdup_printf ("INPUT_%d", i);
      g_autofree char *unit = g_strdup_printf ("INPUT_%d_UNIT", i);

      c_code_define_string (code, name, inputs->values->columns[i]);
      c_code_define_string (code, unit,
                            unit_or_unknown (c_inputs_unit (model, inputs->values->columns[i])));
    }
  c_code_define_string (code, "OUTPUT", model->target);
  c_code_define_string (code, "OUTPUT_UNIT", unit_or_unknown (model->target_unit));
  if (c_values_period (model) > 0)
    c_code_printf (code, "#define VESTIM_PERIOD_S %.9ef\n", c_values_period (model));
  c_code_printf (code, "#define VESTIM_FEATURES %d\n", model->shape.n_inputs);
  if (inputs->values->n_means > 0)
    c_code_printf (code, "#define VESTIM_MEANS %d\n#define VESTIM_MEAN_ROWS %d\n",
                   inputs->values->n_means, inputs->values->mean_rows);
  if (inputs->values->n_low_passes > 0)
    c_code_printf (code, "#define VESTIM_LOW_PASSES %d\n", inputs->values->n_low_passes);
}

/* The code */

/* Values that are no columns have an element each of an array. */
static int
count_computed (const CValues *values, int before)
{
  int n = 0;

  for (int i = 0; i < before; i++)
    n += c_values_get (values, i)->kind != C_VALUE_COLUMN;
  return n;
}

char *
c_inputs_value_text (const CInputs *inputs, int value)
{
  const CValue *of = c_values_get (inputs->values, value);

  return of->kind == C_VALUE_COLUMN
             ? g_strdup_printf ("inputs[%d]", of->of)
             : g_strdup_printf ("values[%d]", count_computed (inputs->values, value));
}

void
c_inputs_append_read (CCode *code, const CInputs *inputs, const char *type)
{
  int n = count_computed (inputs->values, (int) inputs->values->values->len);

  c_code_append (code, "/* The row that the network sees after a call with these inputs. */\n"
                       "static inline void\n"
                       "vestim_read (");
  c_code_append (code, c_inputs_have_filters (inputs) ? "VestimFilters *filters, " : "");
  c_code_append (
      code, "const vestim_value inputs[VESTIM_INPUTS], vestim_scaled row[VESTIM_FEATURES])\n{\n");
  if (n > 0)
    c_code_printf (code, "  %s values[%d];\n\n", type, n);
}

void
c_inputs_append_read_end (CCode *code, const CInputs *inputs)
{
  c_code_append (code, c_inputs_have_filters (inputs) ? "  filters->is_started = 1;\n" : "");
  c_code_append (code, "}\n\n");
}

static void
append_float (CCode *code, const CInputs *inputs, int i)
{
  const CValue *value = c_values_get (inputs->values, i);
  g_autofree char *text = c_inputs_value_text (inputs, i);

  if (value->kind == C_VALUE_COLUMN)
    return;

  g_autofree char *of = c_inputs_value_text (inputs, value->of);
  if (value->kind == C_VALUE_PRODUCT)
    {
      g_autofree char *by = c_inputs_value_text (inputs, value->by);

      c_code_printf (code, "  %s = %s * %s;\n", text, of, by);
    }
  else if (value->kind == C_VALUE_MEAN)
    c_code_printf (code, "  %s = vestim_mean (filters, %d, %d, %d, %s);\n", text, value->filter,
                   value->start, value->rows, of);
  else
    c_code_printf (code, "  %s = vestim_low_pass (filters, %d, %.8ef, %s);\n", text, value->filter,
                   value->share, of);
}

void
c_inputs_append_floats (CCode *code, const CInputs *inputs)
{
  const CValues *values = inputs->values;

  if (c_inputs_have_filters (inputs))
    c_code_append (code, export_text_float_filters);
  c_inputs_append_read (code, inputs, "float");
  for (guint i = 0; i < values->values->len; i++)
    append_float (code, inputs, (int) i);
  for (int i = 0; i < inputs->model->shape.n_inputs; i++)
    {
      g_autofree char *text = c_inputs_value_text (inputs, values->features[i]);

      c_code_printf (code, "  row[%d] = %s;\n", i, text);
    }
  c_code_append (code, "  vestim_scale (row);\n");
  c_inputs_append_read_end (code, inputs);
}
