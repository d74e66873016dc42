/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/c-network.h"

#include "daemon/vestim-estimate/export/text.h"

int
c_network_n_gates (VestimModelKind kind)
{
  return kind == VESTIM_MODEL_LSTM ? 4 : kind == VESTIM_MODEL_GRU ? 3 : 1;
}

int
c_network_largest_layer (const NetworkShape *shape)
{
  int largest = 0;

  for (int i = 0; i < shape->n_layers; i++)
    largest = MAX (largest, shape->sizes[i]);
  return largest;
}

int
c_network_n_units (const NetworkShape *shape)
{
  int n = 0;

  for (int i = 0; i < shape->n_layers; i++)
    n += shape->sizes[i];
  return n;
}

char *
c_network_tensor_name (const NetworkTensor *tensor)
{
  return g_strdelimit (g_strdup (tensor->name), ".", '_');
}

/* Cost */

/* Floats and integers have the same size, and a low-pass filter has 8 bytes with both. */
size_t
c_network_filter_bytes (const CInputs *inputs)
{
  const CValues *values = inputs->values;

  if (!c_inputs_have_filters (inputs))
    return 0;
  return ((size_t) values->mean_rows + (size_t) values->n_means + 1) * sizeof (int32_t)
         + (size_t) values->n_low_passes * sizeof (int64_t);
}

CCost
c_network_cost (const CInputs *inputs)
{
  const Model *model = inputs->model;
  bool is_lstm = model->kind == VESTIM_MODEL_LSTM, is_fnn = model->kind == VESTIM_MODEL_FNN;
  size_t gates = (size_t) c_network_n_gates (model->kind);
  size_t n_inputs = (size_t) model->shape.n_inputs;
  size_t largest = (size_t) c_network_largest_layer (&model->shape);
  CCost cost = {
    .flash = (model->n_parameters + 2 * n_inputs + 2) * sizeof (float),
    .ram = c_network_filter_bytes (inputs),
    .stack = (largest * (is_fnn ? 2 : 1) + n_inputs) * sizeof (float),
    .multiplies = (size_t) model->shape.sizes[model->shape.n_layers - 1] + 1,
  };

  for (int i = 0; i < model->shape.n_layers; i++)
    {
      size_t size = (size_t) model->shape.sizes[i];
      size_t n = (size_t) network_layer_inputs (&model->shape, i);

      cost.ram += is_fnn ? 0 : size * sizeof (float) * (is_lstm ? 2 : 1);
      cost.multiplies += gates * size * (is_fnn ? n : n + size);
      cost.multiplies += is_fnn ? 0 : (is_lstm ? 3 : 2) * size;
      cost.activations += is_fnn ? 0 : (is_lstm ? 5 : 3) * size;
    }
  return cost;
}

CCost
c_network_window_cost (const CInputs *inputs)
{
  const NetworkShape *shape = &inputs->model->shape;
  size_t lookback = (size_t) shape->lookback;
  CCost cost = c_network_cost (inputs);

  cost.stack += cost.ram;
  cost.ram = lookback * (size_t) shape->n_inputs * sizeof (float) + sizeof (int32_t)
             + c_network_filter_bytes (inputs);
  cost.multiplies *= lookback;
  cost.activations *= lookback;
  return cost;
}

/* Constants */

static void
append_scaling (CCode *code, const Model *model)
{
  size_t n = (size_t) model->shape.n_inputs;
  g_autofree float *minima = g_new (float, n), *widths = g_new (float, n);
  const ScalingRange *target = &model->scaling->target;

  for (size_t i = 0; i < n; i++)
    {
      minima[i] = (float) model->scaling->inputs[i].min;
      widths[i] = (float) scaling_width (&model->scaling->inputs[i]);
    }
  c_code_append (code, "/* An input x becomes (x - min) / width; 0 where the width is 0. */\n");
  c_code_append_floats (code, "input_min", minima, n);
  c_code_append_floats (code, "input_width", widths, n);
  c_code_append_floats (code, "target_min", (const float[]){ (float) target->min }, 1);
  c_code_append_floats (code, "target_width", (const float[]){ (float) scaling_width (target) }, 1);
}

static void
append_weights (CCode *code, const Model *model)
{
  g_autoptr (Network) network = network_new (model->kind, &model->shape);
  const GArray *tensors = network_tensors (network);
  const float *values = model->parameters;

  c_code_append (code, "/* Weights, row after row. */\n");
  for (guint i = 0; i < tensors->len; i++)
    {
      const NetworkTensor *tensor = &g_array_index (tensors, NetworkTensor, i);
      size_t n = (size_t) tensor->n_rows * (size_t) tensor->n_columns;
      g_autofree char *name = c_network_tensor_name (tensor);

      c_code_append_floats (code, name, values, n);
      values += n;
    }
}

/* State and calls */

void
c_network_append_macros (CCode *code, const Model *model)
{
  c_code_printf (code, "#define VESTIM_LARGEST_LAYER %d\n",
                 c_network_largest_layer (&model->shape));
  if (model->kind != VESTIM_MODEL_FNN)
    c_code_printf (code, "#define VESTIM_UNITS %d\n#define VESTIM_LOOKBACK %d\n",
                   c_network_n_units (&model->shape), model->shape.lookback);
  c_code_append (code, "\n");
}

void
c_network_append_state (CCode *code, const CInputs *inputs, const char *output, const char *cell)
{
  const Model *model = inputs->model;
  bool is_recurrent = model->kind != VESTIM_MODEL_FNN;

  if (!is_recurrent && !c_inputs_have_filters (inputs))
    return;

  c_code_append (code, "/* What stays from call to call. */\ntypedef struct\n{\n");
  if (is_recurrent)
    c_code_printf (code, "  %s h[VESTIM_UNITS];\n", output);
  if (model->kind == VESTIM_MODEL_LSTM)
    c_code_printf (code, "  %s c[VESTIM_UNITS];\n", cell);
  c_code_append (code, c_inputs_have_filters (inputs) ? "  VestimFilters filters;\n" : "");
  c_code_append (code, "} VestimState;\n\n");
}

void
c_network_append_calls (CCode *code, const CInputs *inputs)
{
  bool is_recurrent = inputs->model->kind != VESTIM_MODEL_FNN;
  bool has_state = is_recurrent || c_inputs_have_filters (inputs);

  c_code_append (code, has_state ? export_text_calls : export_text_calls_stateless);
  if (is_recurrent)
    c_code_append (code, export_text_calls_recurrent);
}

/* Functions */

/* The name of a layer's input: the scaled row, or the output of the layer before. */
static char *
name_values (const Model *model, int layer, int unit)
{
  if (layer == 0)
    return g_strdup ("row");
  if (model->kind == VESTIM_MODEL_FNN)
    return g_strdup (layer % 2 ? "even" : "odd");
  return g_strdup_printf ("state->h + %d", unit);
}

static void
append_layer_call (CCode *code, const Model *model, int layer, int unit)
{
  int before = layer > 0 ? unit - model->shape.sizes[layer - 1] : 0, number = layer + 1;
  g_autofree char *inputs = name_values (model, layer, before);
  g_autofree char *outputs = name_values (model, layer + 1, unit);

  c_code_printf (code, "  vestim_layer (%d, %d, ", network_layer_inputs (&model->shape, layer),
                 model->shape.sizes[layer]);
  if (model->kind == VESTIM_MODEL_FNN)
    c_code_printf (code, "vestim_layer%d_weights, vestim_layer%d_biases, %s, %s);\n", number,
                   number, inputs, outputs);
  else
    c_code_printf (code,
                   "vestim_layer%d_input_weights, vestim_layer%d_recurrent_weights,\n"
                   "                vestim_layer%d_biases, ",
                   number, number, number);
  if (model->kind == VESTIM_MODEL_LSTM)
    c_code_printf (code, "%s, %s, state->c + %d);\n", inputs, outputs, unit);
  if (model->kind == VESTIM_MODEL_GRU)
    c_code_printf (code, "vestim_layer%d_recurrent_bias, %s, %s);\n", number, inputs, outputs);
}

static void
append_run (CCode *code, const Model *model)
{
  int n_layers = model->shape.n_layers, unit = 0;
  bool is_fnn = model->kind == VESTIM_MODEL_FNN;

  c_code_append (code, "/* The estimate for a scaled row. */\nstatic inline float\nvestim_run (");
  c_code_append (code, is_fnn ? "" : "VestimState *state, ");
  c_code_append (code, "const float row[VESTIM_FEATURES])\n{\n  float output;\n");
  c_code_append (code, is_fnn ? "  float even[VESTIM_LARGEST_LAYER];\n" : "");
  c_code_append (code, is_fnn && n_layers > 1 ? "  float odd[VESTIM_LARGEST_LAYER];\n" : "");
  c_code_append (code, "\n");
  for (int i = 0; i < n_layers; i++)
    {
      append_layer_call (code, model, i, unit);
      unit += model->shape.sizes[i];
    }

  int last = model->shape.sizes[n_layers - 1];
  g_autofree char *outputs = name_values (model, n_layers, unit - last);
  c_code_printf (code,
                 "  output = vestim_head_bias[0] + vestim_dot (%d, vestim_head_weights, %s);\n",
                 last, outputs);
  c_code_append (code, "  return vestim_target_min[0] + vestim_target_width[0] * output;\n}\n\n");
}

void
c_network_append (CCode *code, const CInputs *inputs)
{
  static const char *const layers[] = { [VESTIM_MODEL_LSTM] = export_text_float_lstm,
                                        [VESTIM_MODEL_GRU] = export_text_float_gru,
                                        [VESTIM_MODEL_FNN] = export_text_float_fnn };
  const Model *model = inputs->model;

  c_network_append_macros (code, model);
  append_scaling (code, model);
  append_weights (code, model);
  c_code_append (code, export_text_float_common);
  c_inputs_append_floats (code, inputs);
  c_network_append_state (code, inputs, "float", "float");
  c_code_append (code, layers[model->kind]);
  append_run (code, model);
  c_network_append_calls (code, inputs);
}
