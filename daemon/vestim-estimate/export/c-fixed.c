/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/c-fixed.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/export/fixed-table.h"
#include "daemon/vestim-estimate/export/text.h"

#include <inttypes.h>

/* For columns of which only a product with another one has a known range. */
#define MILLIONTHS 1000000

int32_t
c_fixed_per_unit (const Model *model, const char *column)
{
  const ScalingRange *range = c_inputs_range (model, column);

  return range ? fixed_per_unit (range) : MILLIONTHS;
}

/* What the product of two columns is divided by. */
static int64_t
product_divisor (const CInputs *inputs, const FixedNetwork *network, int feature)
{
  const Model *model = inputs->model;
  const char *a = inputs->columns[inputs->features[feature].column];
  const char *b = inputs->columns[inputs->features[feature].factor];

  return (int64_t) c_fixed_per_unit (model, a) * c_fixed_per_unit (model, b)
         / network->inputs[feature].per_unit;
}

bool
c_fixed_check (const CInputs *inputs, const FixedNetwork *network, GError **error)
{
  for (int i = 0; i < inputs->model->shape.n_inputs; i++)
    if (inputs->features[i].factor >= 0 && product_divisor (inputs, network, i) < 1)
      {
        failure_set (error,
                     "%s can't be computed with integers, because its range is too small: export "
                     "the model without --q15 and --q7",
                     inputs->model->inputs[i]);
        return false;
      }
  return true;
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
  cost.ram = (size_t) inputs->mean_rows * sizeof (int32_t)
             + (inputs->n_means > 0 ? (size_t) inputs->n_means + 1 : 0) * sizeof (int32_t);
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
             + (size_t) inputs->mean_rows * sizeof (int32_t);
  cost.multiplies *= lookback;
  cost.activations *= lookback;
  return cost;
}

/* The comment */

static void
append_scale (CCode *code, const char *what, const char *unit, int32_t per_unit)
{
  c_code_printf (code, " *   %s: %d is 1", what, per_unit);
  c_code_printf (code, "%s%s\n", unit ? " " : "", unit ? unit : "");
}

void
c_fixed_append_comment (CCode *code, const CInputs *inputs, const FixedNetwork *network)
{
  const Model *model = inputs->model;

  c_code_append (code, " *\n * Calls take and return integers:\n");
  for (int i = 0; i < inputs->n_columns; i++)
    {
      g_autofree char *what = g_strdup_printf ("[%d]", i);
      const char *column = inputs->columns[i];

      append_scale (code, what, c_inputs_unit (model, column), c_fixed_per_unit (model, column));
    }
  append_scale (code, "estimate", model->target_unit, network->target_per_unit);
  c_code_printf (
      code,
      " * Weights have %d bits; each row has a scale of its own, a power of two. Sums "
      "have 32 bits.\n"
      " * Inputs are clamped two widths beyond their training range, the estimate four.\n",
      network->weight_bits);
}

/* Constants */

static void
append_values (CCode *code, const CInputs *inputs, const FixedNetwork *network)
{
  g_autofree int *per_unit = g_new (int, inputs->n_columns);

  for (int i = 0; i < inputs->n_columns; i++)
    {
      per_unit[i] = c_fixed_per_unit (inputs->model, inputs->columns[i]);
      c_code_printf (code, "#define VESTIM_INPUT_%d_PER_UNIT %d\n", i, per_unit[i]);
    }
  c_code_printf (code, "#define VESTIM_OUTPUT_PER_UNIT %d\n", network->target_per_unit);
  c_network_append_macros (code, inputs->model);
  c_code_append (code, "#ifdef VESTIM_FLOAT\n");
  c_code_append_integers (code, "int32_t", "input_per_unit", per_unit, (size_t) inputs->n_columns);
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

static void
append_feature (CCode *code, const CInputs *inputs, const FixedNetwork *network, int i)
{
  const CFeature *feature = &inputs->features[i];

  if (feature->factor < 0)
    c_code_printf (code, "  value = inputs[%d];\n", feature->column);
  else
    c_code_printf (code,
                   "  value = vestim_clamp ((int64_t) inputs[%d] * inputs[%d] / %" PRId64
                   ", -2147483647, 2147483647);\n",
                   feature->column, feature->factor, product_divisor (inputs, network, i));
}

static void
append_read (CCode *code, const CInputs *inputs, const FixedNetwork *network)
{
  int mean = 0, start = 0;

  if (inputs->n_means > 0)
    c_code_append (code, export_text_fixed_means);
  c_inputs_append_read (code, inputs);
  c_code_append (code, "  int32_t value;\n\n");
  for (int i = 0; i < inputs->model->shape.n_inputs; i++)
    {
      const FixedInput *input = &network->inputs[i];
      int rows = inputs->features[i].mean_rows;

      append_feature (code, inputs, network, i);
      if (rows > 0)
        c_code_printf (code, "  value = vestim_mean (means, %d, %d, %d, value);\n", mean, start,
                       rows);
      mean += rows > 0;
      start += rows;
      c_code_printf (code, "  row[%d] = vestim_scale (value, %d, %d, %d);\n", i, input->min,
                     input->factor, input->bits);
    }
  c_code_append (code, inputs->n_means > 0 ? "  means->is_started = 1;\n" : "");
  c_code_append (code, "}\n\n");
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
    c_code_printf (code, "  int16_t even[VESTIM_LARGEST_LAYER]%s;\n\n",
                   n_layers > 1 ? ", odd[VESTIM_LARGEST_LAYER]" : "");
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
