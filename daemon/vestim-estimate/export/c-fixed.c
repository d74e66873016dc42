/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/c-fixed.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/export/fixed-table.h"
#include "daemon/vestim-estimate/export/text.h"

#include <inttypes.h>
#include <math.h>

/* For a column whose range is unknown, because only a product with another one has a range: in
 * volts and amperes this is enough. */
static const ScalingRange unknown_range = { -300, 300 };

/* How values are integers */

typedef struct
{
  int32_t *per_unit;
  double *largest; /* magnitude of each value */
} Scales;

static void
scale_value (const CInputs *inputs, int i, Scales *scales)
{
  const CValue *value = c_values_get (inputs->values, i);
  const ScalingRange *range =
      value->kind == C_VALUE_COLUMN ? c_inputs_range (inputs->model, value->name) : NULL;

  switch (value->kind)
    {
    case C_VALUE_COLUMN:
      range = range ? range : &unknown_range;
      scales->per_unit[i] = fixed_per_unit (range);
      scales->largest[i] = fmax (fabs (range->min), fabs (range->max));
      break;
    case C_VALUE_PRODUCT:
      scales->largest[i] = scales->largest[value->of] * scales->largest[value->by];
      scales->per_unit[i] =
          fixed_per_unit (&(const ScalingRange){ -scales->largest[i], scales->largest[i] });
      break;
    case C_VALUE_MEAN:
    case C_VALUE_LOW_PASS:
      scales->largest[i] = scales->largest[value->of];
      scales->per_unit[i] = scales->per_unit[value->of];
      break;
    }
}

/* `(transfer full)` for each value. */
static int32_t *
scale_values (const CInputs *inputs)
{
  guint n = inputs->values->values->len;
  g_autofree double *largest = g_new0 (double, n);
  Scales scales = { g_new0 (int32_t, n), largest };

  for (guint i = 0; i < n; i++)
    scale_value (inputs, (int) i, &scales);
  return scales.per_unit;
}

int32_t *
c_fixed_per_unit (const CInputs *inputs)
{
  g_autofree int32_t *scales = scale_values (inputs);
  int32_t *per_unit = g_new0 (int32_t, c_inputs_n_columns (inputs));

  for (guint i = 0; i < inputs->values->values->len; i++)
    {
      const CValue *value = c_values_get (inputs->values, (int) i);

      if (value->kind == C_VALUE_COLUMN)
        per_unit[value->of] = scales[i];
    }
  return per_unit;
}

/* What the product of two integers is divided by; 0: a scale of its own does not do. */
static int64_t
product_divisor (const int32_t *scales, const CValue *value, int i)
{
  return scales[i] > 0 ? (int64_t) scales[value->of] * scales[value->by] / scales[i] : 0;
}

static bool
check_values (const CInputs *inputs, const int32_t *scales, GError **error)
{
  for (guint i = 0; i < inputs->values->values->len; i++)
    {
      const CValue *value = c_values_get (inputs->values, (int) i);

      if (scales[i] == 0
          || (value->kind == C_VALUE_PRODUCT && product_divisor (scales, value, (int) i) < 1))
        {
          failure_set (error,
                       "the range of %s gives no good integers of 32 bits: export the model "
                       "without --q15 and --q7",
                       value->name ? value->name : "an input");
          return false;
        }
    }
  return true;
}

FixedNetwork *
c_fixed_network_new (const CInputs *inputs, int weight_bits, GError **error)
{
  g_autofree int32_t *scales = scale_values (inputs);
  g_autofree int32_t *per_unit = g_new (int32_t, inputs->model->shape.n_inputs);

  if (!check_values (inputs, scales, error))
    return NULL;
  for (int i = 0; i < inputs->model->shape.n_inputs; i++)
    per_unit[i] = scales[inputs->values->features[i]];
  return fixed_network_new (inputs->model, weight_bits, per_unit, error);
}

/* Cost */

static size_t
matrix_bytes (const FixedMatrix *matrix, int weight_bits)
{
  size_t rows = (size_t) matrix->n_rows;

  return rows * (size_t) matrix->n_columns * (size_t) weight_bits / 8 + rows;
}

static size_t
flash (const FixedNetwork *network)
{
  bool is_fnn = network->model->kind == VESTIM_MODEL_FNN;
  size_t bytes = matrix_bytes (&network->head, network->weight_bits) + sizeof (int32_t);

  bytes += is_fnn ? 0 : sizeof fixed_sigmoid_table;
  for (int i = 0; i < network->n_layers; i++)
    {
      const FixedLayer *layer = &network->layers[i];

      bytes += matrix_bytes (&layer->input, network->weight_bits)
               + matrix_bytes (&layer->recurrent, network->weight_bits);
      bytes += (size_t) layer->input.n_rows * sizeof (int32_t);
      bytes += layer->recurrent_bias ? (size_t) layer->recurrent.n_columns * sizeof (int32_t) : 0;
    }
  return bytes;
}

CCost
c_fixed_cost (const CInputs *inputs, const FixedNetwork *network)
{
  const NetworkShape *shape = &inputs->model->shape;
  CCost cost = c_network_cost (inputs);
  size_t units = (size_t) c_network_n_units (shape);
  size_t largest = (size_t) c_network_largest_layer (shape), n_inputs = (size_t) shape->n_inputs;

  cost.flash = flash (network);
  cost.ram = c_network_filter_bytes (inputs);
  switch (inputs->model->kind)
    {
    case VESTIM_MODEL_LSTM:
      cost.ram += units * (sizeof (int16_t) + sizeof (int32_t));
      cost.stack = (largest + n_inputs) * sizeof (int16_t);
      break;
    case VESTIM_MODEL_GRU:
      cost.ram += units * sizeof (int32_t);
      cost.stack = (3 * largest + n_inputs) * sizeof (int16_t);
      break;
    case VESTIM_MODEL_FNN:
      cost.stack = (2 * largest + n_inputs) * sizeof (int16_t);
      break;
    }
  return cost;
}

CCost
c_fixed_window_cost (const CInputs *inputs, const FixedNetwork *network)
{
  const NetworkShape *shape = &inputs->model->shape;
  size_t lookback = (size_t) shape->lookback;
  CCost cost = c_fixed_cost (inputs, network);

  cost.stack += cost.ram;
  cost.ram = lookback * (size_t) shape->n_inputs * sizeof (int16_t) + sizeof (int32_t)
             + c_network_filter_bytes (inputs);
  cost.multiplies *= lookback;
  cost.activations *= lookback;
  return cost;
}

/* The comment */

static void
append_scale (CCode *code, const char *what, const char *unit, int32_t per_unit)
{
  bool is_plain = !unit || g_str_equal (unit, "1");
  g_autofree char *safe = c_inputs_dup_for_comment (is_plain ? "" : unit);

  c_code_printf (code, " *   %s: %d is 1%s%s\n", what, per_unit, *safe ? " " : "", safe);
}

void
c_fixed_append_comment (CCode *code, const CInputs *inputs, const FixedNetwork *network)
{
  const Model *model = inputs->model;
  g_autofree int32_t *per_unit = c_fixed_per_unit (inputs);

  c_code_append (code, " *\n * Calls take and return integers:\n");
  for (int i = 0; i < c_inputs_n_columns (inputs); i++)
    {
      g_autofree char *what = g_strdup_printf ("[%d]", i);

      append_scale (code, what, c_inputs_unit (model, inputs->values->columns[i]), per_unit[i]);
    }
  append_scale (code, "estimate", model->target_unit, network->target_per_unit);
  c_code_printf (
      code,
      " * Weights have %d bits; each row has a scale of its own, a power of two. Sums "
      "have 32 bits.\n"
      " * Inputs are clamped two widths of the training range below it and one above it, the\n"
      " * estimate four widths on both sides.\n",
      network->weight_bits);
}

/* Constants */

static void
append_values (CCode *code, const CInputs *inputs, const FixedNetwork *network)
{
  int n = c_inputs_n_columns (inputs);
  g_autofree int32_t *per_unit = c_fixed_per_unit (inputs);

  for (int i = 0; i < n; i++)
    c_code_printf (code, "#define VESTIM_INPUT_%d_PER_UNIT %d\n", i, per_unit[i]);
  c_code_printf (code, "#define VESTIM_OUTPUT_PER_UNIT %d\n", network->target_per_unit);
  c_network_append_macros (code, inputs->model);
  c_code_append (code, "#ifdef VESTIM_FLOAT\n");
  c_code_append_integers (code, "int32_t", "input_per_unit", per_unit, (size_t) n);
  c_code_append (code, "#endif\n\n");
}

static void
append_matrix (CCode *code, const FixedMatrix *matrix, int weight_bits, const char *name)
{
  size_t rows = (size_t) matrix->n_rows, n = rows * (size_t) matrix->n_columns;
  g_autofree int *weights = g_new (int, n), *shifts = g_new (int, rows);
  g_autofree char *weights_name = g_strconcat (name, "_weights", NULL);
  g_autofree char *shifts_name = g_strconcat (name, "_shifts", NULL);

  for (size_t i = 0; i < n; i++)
    weights[i] = matrix->weights[i];
  for (size_t i = 0; i < rows; i++)
    shifts[i] = matrix->shifts[i];
  c_code_append_integers (code, weight_bits == 16 ? "int16_t" : "int8_t", weights_name, weights, n);
  c_code_append_integers (code, "int8_t", shifts_name, shifts, rows);
}

static void
append_layer (CCode *code, const FixedNetwork *network, int number)
{
  const FixedLayer *layer = &network->layers[number];
  bool is_fnn = network->model->kind == VESTIM_MODEL_FNN;
  g_autofree char *input = g_strdup_printf (is_fnn ? "layer%d" : "layer%d_input", number + 1);
  g_autofree char *recurrent = g_strdup_printf ("layer%d_recurrent", number + 1);
  g_autofree char *biases = g_strdup_printf ("layer%d_biases", number + 1);
  g_autofree char *inner = g_strdup_printf ("layer%d_recurrent_bias", number + 1);

  append_matrix (code, &layer->input, network->weight_bits, input);
  if (!is_fnn)
    append_matrix (code, &layer->recurrent, network->weight_bits, recurrent);
  c_code_append_integers (code, "int32_t", biases, layer->biases, (size_t) layer->input.n_rows);
  if (layer->recurrent_bias)
    c_code_append_integers (code, "int32_t", inner, layer->recurrent_bias,
                            (size_t) layer->recurrent.n_columns);
}

static void
append_constants (CCode *code, const CInputs *inputs, const FixedNetwork *network)
{
  append_values (code, inputs, network);
  c_code_append (code,
                 "/* Weights, row after row, and what the sum of each row is shifted by. */\n");
  for (int i = 0; i < network->n_layers; i++)
    append_layer (code, network, i);
  append_matrix (code, &network->head, network->weight_bits, "head");
  if (network->model->kind != VESTIM_MODEL_FNN)
    {
      c_code_append (code, "/* 2^30 times the sigmoid of 0, -1/4, -1/2 to -16. */\n");
      c_code_append_integers (code, "int32_t", "sigmoid_table", fixed_sigmoid_table,
                              FIXED_TABLE_LENGTH);
    }
}

/* Functions */

/* A share of 15 bits, share / 2^bits. */
static void
append_low_pass (CCode *code, const CValue *value, const char *text, const char *of)
{
  int exponent = 0;
  double part = frexp (value->share, &exponent);
  int share = MIN ((int) lround (ldexp (part, 15)), 32767);

  c_code_printf (code, "  %s = vestim_low_pass (filters, %d, %d, %d, %s);\n", text, value->filter,
                 share, MIN (15 - exponent, 62), of);
}

static void
append_integer (CCode *code, const CInputs *inputs, const int32_t *scales, int i)
{
  const CValue *value = c_values_get (inputs->values, i);
  g_autofree char *text = c_inputs_value_text (inputs, i);

  if (value->kind == C_VALUE_COLUMN)
    return;

  g_autofree char *of = c_inputs_value_text (inputs, value->of);
  if (value->kind == C_VALUE_PRODUCT)
    {
      g_autofree char *by = c_inputs_value_text (inputs, value->by);

      c_code_printf (
          code, "  %s = vestim_clamp ((int64_t) %s * %s / %" PRId64 ", -2147483647, 2147483647);\n",
          text, of, by, product_divisor (scales, value, i));
    }
  else if (value->kind == C_VALUE_MEAN)
    c_code_printf (code, "  %s = vestim_mean (filters, %d, %d, %d, %s);\n", text, value->filter,
                   value->start, value->rows, of);
  else
    append_low_pass (code, value, text, of);
}

static void
append_read (CCode *code, const CInputs *inputs, const FixedNetwork *network)
{
  const CValues *values = inputs->values;
  g_autofree int32_t *scales = scale_values (inputs);

  if (c_inputs_have_filters (inputs))
    c_code_append (code, export_text_fixed_filters);
  c_inputs_append_read (code, inputs, "int32_t");
  for (guint i = 0; i < values->values->len; i++)
    append_integer (code, inputs, scales, (int) i);
  for (int i = 0; i < inputs->model->shape.n_inputs; i++)
    {
      const FixedInput *input = &network->inputs[i];
      g_autofree char *text = c_inputs_value_text (inputs, values->features[i]);

      c_code_printf (code, "  row[%d] = vestim_scale (%s, %d, %d, %d);\n", i, text, input->min,
                     input->factor, input->bits);
    }
  c_inputs_append_read_end (code, inputs);
}

/* Where the values before a layer are: the scaled row, or the output of the layer before. */
static char *
name_values (const Model *model, int layer, int unit)
{
  if (layer == 0)
    return g_strdup ("row");
  if (model->kind == VESTIM_MODEL_LSTM)
    return g_strdup_printf ("state->h + %d", unit);
  return g_strdup (layer % 2 ? "even" : "odd");
}

static void
append_layer_call (CCode *code, const FixedNetwork *network, int number, int unit)
{
  const Model *model = network->model;
  const FixedLayer *layer = &network->layers[number];
  int before = number > 0 ? unit - model->shape.sizes[number - 1] : 0, n = number + 1;
  g_autofree char *x = name_values (model, number, before);
  g_autofree char *y = name_values (model, number + 1, unit);

  c_code_printf (code, "  vestim_layer (%d, %d, ", layer->input.n_columns,
                 model->shape.sizes[number]);
  if (model->kind == VESTIM_MODEL_FNN)
    {
      c_code_printf (code,
                     "vestim_layer%d_weights, vestim_layer%d_shifts,\n"
                     "                vestim_layer%d_biases, %d, %s, %s);\n",
                     n, n, n, layer->output_shift, x, y);
      return;
    }
  c_code_printf (code,
                 "vestim_layer%d_input_weights, vestim_layer%d_input_shifts,\n"
                 "                vestim_layer%d_recurrent_weights, "
                 "vestim_layer%d_recurrent_shifts,\n"
                 "                vestim_layer%d_biases, ",
                 n, n, n, n, n);
  if (model->kind == VESTIM_MODEL_LSTM)
    c_code_printf (code, "%s, %s, state->c + %d);\n", x, y, unit);
  else
    c_code_printf (code, "vestim_layer%d_recurrent_bias, %s, state->h + %d, %s);\n", n, x, unit, y);
}

static void
append_run (CCode *code, const FixedNetwork *network)
{
  const Model *model = network->model;
  int n_layers = network->n_layers, unit = 0;
  bool is_fnn = model->kind == VESTIM_MODEL_FNN;

  c_code_append (code, "/* The estimate for a scaled row. */\nstatic inline int32_t\nvestim_run (");
  c_code_append (code, is_fnn ? "" : "VestimState *state, ");
  c_code_append (code, "const int16_t row[VESTIM_FEATURES])\n{\n");
  if (model->kind != VESTIM_MODEL_LSTM)
    {
      c_code_append (code, "  int16_t even[VESTIM_LARGEST_LAYER];\n");
      c_code_append (code, n_layers > 1 ? "  int16_t odd[VESTIM_LARGEST_LAYER];\n\n" : "\n");
    }
  for (int i = 0; i < n_layers; i++)
    {
      append_layer_call (code, network, i, unit);
      unit += model->shape.sizes[i];
    }

  g_autofree char *y = name_values (model, n_layers, unit - model->shape.sizes[n_layers - 1]);
  c_code_printf (code,
                 "  return vestim_head (%d, vestim_head_weights, vestim_head_shifts[0], %d, %s, "
                 "%d, %d);\n}\n\n",
                 network->head.n_columns, network->head_bias, y, network->target_min,
                 network->target_width);
}

void
c_fixed_append (CCode *code, const CInputs *inputs, const FixedNetwork *network)
{
  static const char *const layers[] = { [VESTIM_MODEL_LSTM] = export_text_fixed_lstm,
                                        [VESTIM_MODEL_GRU] = export_text_fixed_gru,
                                        [VESTIM_MODEL_FNN] = export_text_fixed_fnn };
  VestimModelKind kind = network->model->kind;

  c_code_set_types (code, "int32_t", "int16_t", network->weight_bits == 16 ? "int16_t" : "int8_t");
  append_constants (code, inputs, network);
  c_code_append (code, export_text_fixed_math);
  if (kind != VESTIM_MODEL_FNN)
    c_code_append (code, export_text_fixed_sigmoid);
  append_read (code, inputs, network);
  c_network_append_state (code, inputs, kind == VESTIM_MODEL_GRU ? "int32_t" : "int16_t",
                          "int32_t");
  c_code_append (code, layers[kind]);
  c_code_append (code, export_text_fixed_head);
  append_run (code, network);
  c_network_append_calls (code, inputs);
  c_code_append (code, export_text_fixed_wrapper);
}
