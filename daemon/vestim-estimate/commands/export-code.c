/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/export-code.h"

#include <string.h>

#define VALUES_A_LINE 6

/* Gates with weights of their own. */
static int
n_gates (const Model *model)
{
  return model->kind == VESTIM_MODEL_LSTM ? 4 : model->kind == VESTIM_MODEL_GRU ? 3 : 1;
}

static int
largest_layer (const Model *model)
{
  int largest = 0;

  for (int i = 0; i < model->shape.n_layers; i++)
    largest = MAX (largest, model->shape.sizes[i]);
  return largest;
}

ExportCost
export_cost (const Model *model)
{
  bool is_lstm = model->kind == VESTIM_MODEL_LSTM, is_fnn = model->kind == VESTIM_MODEL_FNN;
  size_t gates = (size_t) n_gates (model), n_inputs = (size_t) model->shape.n_inputs;
  ExportCost cost = {
    .flash = (model->n_parameters + 2 * n_inputs + 2) * sizeof (float),
    .stack = ((size_t) largest_layer (model) * (is_fnn ? 2 : 1) + n_inputs) * sizeof (float),
    .multiplies = (size_t) model->shape.sizes[model->shape.n_layers - 1] + 1,
  };

  for (int i = 0; i < model->shape.n_layers; i++)
    {
      size_t size = (size_t) model->shape.sizes[i];
      size_t inputs = (size_t) network_layer_inputs (&model->shape, i);

      cost.ram += is_fnn ? 0 : size * sizeof (float) * (is_lstm ? 2 : 1);
      cost.multiplies += gates * size * (is_fnn ? inputs : inputs + size);
      cost.multiplies += is_fnn ? 0 : (is_lstm ? 3 : 2) * size;
      cost.activations += is_fnn ? 0 : (is_lstm ? 5 : 3) * size;
    }
  return cost;
}

ExportCost
export_window_cost (const Model *model)
{
  size_t lookback = (size_t) model->shape.lookback, n_inputs = (size_t) model->shape.n_inputs;
  ExportCost cost = export_cost (model);

  cost.stack += cost.ram;
  cost.ram = lookback * n_inputs * sizeof (float) + sizeof (int32_t);
  cost.multiplies *= lookback;
  cost.activations *= lookback;
  return cost;
}

/* Constants */

void
export_append_floats (GString *code, const char *name, const float *values, size_t n)
{
  g_string_append_printf (code, "static const float vestim_%s[%zu] = {", name, n);
  for (size_t i = 0; i < n; i++)
    g_string_append_printf (code, "%s%.8ef",
                            i == 0                   ? "\n  "
                            : i % VALUES_A_LINE == 0 ? ",\n  "
                                                     : ", ",
                            (double) values[i]);
  g_string_append (code, "\n};\n\n");
}

static void
append_scaling (GString *code, const Model *model)
{
  size_t n = (size_t) model->shape.n_inputs;
  g_autofree float *minima = g_new (float, n), *widths = g_new (float, n);
  const ScalingRange *target = &model->scaling->target;

  for (size_t i = 0; i < n; i++)
    {
      minima[i] = (float) model->scaling->inputs[i].min;
      widths[i] = (float) scaling_width (&model->scaling->inputs[i]);
    }
  g_string_append (code, "/* An input x becomes (x - min) / width; 0 where the width is 0. */\n");
  export_append_floats (code, "input_min", minima, n);
  export_append_floats (code, "input_width", widths, n);
  export_append_floats (code, "target_min", (const float[]){ (float) target->min }, 1);
  export_append_floats (code, "target_width", (const float[]){ (float) scaling_width (target) }, 1);
}

void
export_append_constants (GString *code, const Model *model, const GArray *tensors)
{
  const float *values = model->parameters;

  append_scaling (code, model);
  g_string_append (code, "/* Weights, row after row. */\n");
  for (guint i = 0; i < tensors->len; i++)
    {
      const NetworkTensor *tensor = &g_array_index (tensors, NetworkTensor, i);
      size_t n = (size_t) tensor->n_rows * (size_t) tensor->n_columns;
      g_autofree char *name = g_strdelimit (g_strdup (tensor->name), ".", '_');

      export_append_floats (code, name, values, n);
      values += n;
    }
}

/* Functions: the code that all models of a kind share is fixed text; the calls of the layers are
 * generated. */

static const char common_functions[] =
    "static inline float\n"
    "vestim_dot (int n, const float *a, const float *b)\n"
    "{\n"
    "  float sum = 0.0f;\n"
    "  int i;\n"
    "\n"
    "  for (i = 0; i < n; i++)\n"
    "    sum += a[i] * b[i];\n"
    "  return sum;\n"
    "}\n"
    "\n"
    "static inline void\n"
    "vestim_scale (const float inputs[VESTIM_INPUTS], float scaled[VESTIM_INPUTS])\n"
    "{\n"
    "  int i;\n"
    "\n"
    "  for (i = 0; i < VESTIM_INPUTS; i++)\n"
    "    scaled[i] = vestim_input_width[i] > 0.0f\n"
    "                    ? (inputs[i] - vestim_input_min[i]) / vestim_input_width[i]\n"
    "                    : 0.0f;\n"
    "}\n"
    "\n";

static const char sigmoid_function[] = "static inline float\n"
                                       "vestim_sigmoid (float x)\n"
                                       "{\n"
                                       "  return 1.0f / (1.0f + expf (-x));\n"
                                       "}\n"
                                       "\n";

static const char lstm_functions[] =
    "/* Gates in the order input, forget, candidate, output. */\n"
    "static inline void\n"
    "vestim_layer (int n_inputs, int size, const float *w, const float *u, const float *b,\n"
    "              const float *x, float *h, float *c)\n"
    "{\n"
    "  float fresh[VESTIM_LARGEST_LAYER];\n"
    "  int unit, gate;\n"
    "\n"
    "  for (unit = 0; unit < size; unit++)\n"
    "    {\n"
    "      float sums[4];\n"
    "\n"
    "      for (gate = 0; gate < 4; gate++)\n"
    "        {\n"
    "          int row = gate * size + unit;\n"
    "\n"
    "          sums[gate] = b[row] + vestim_dot (n_inputs, w + row * n_inputs, x)\n"
    "                       + vestim_dot (size, u + row * size, h);\n"
    "        }\n"
    "      c[unit] = vestim_sigmoid (sums[1]) * c[unit] + vestim_sigmoid (sums[0]) * tanhf "
    "(sums[2]);\n"
    "      fresh[unit] = vestim_sigmoid (sums[3]) * tanhf (c[unit]);\n"
    "    }\n"
    "  for (unit = 0; unit < size; unit++)\n"
    "    h[unit] = fresh[unit];\n"
    "}\n"
    "\n";

static const char gru_functions[] =
    "/* Gates in the order reset, update, candidate; v is the bias inside the reset. */\n"
    "static inline void\n"
    "vestim_layer (int n_inputs, int size, const float *w, const float *u, const float *b,\n"
    "              const float *v, const float *x, float *h)\n"
    "{\n"
    "  float fresh[VESTIM_LARGEST_LAYER];\n"
    "  int unit, gate;\n"
    "\n"
    "  for (unit = 0; unit < size; unit++)\n"
    "    {\n"
    "      float from_inputs[3], from_past[3], reset, update, candidate;\n"
    "\n"
    "      for (gate = 0; gate < 3; gate++)\n"
    "        {\n"
    "          int row = gate * size + unit;\n"
    "\n"
    "          from_inputs[gate] = b[row] + vestim_dot (n_inputs, w + row * n_inputs, x);\n"
    "          from_past[gate] = vestim_dot (size, u + row * size, h);\n"
    "        }\n"
    "      reset = vestim_sigmoid (from_inputs[0] + from_past[0]);\n"
    "      update = vestim_sigmoid (from_inputs[1] + from_past[1]);\n"
    "      candidate = tanhf (from_inputs[2] + reset * (from_past[2] + v[unit]));\n"
    "      fresh[unit] = candidate + update * (h[unit] - candidate);\n"
    "    }\n"
    "  for (unit = 0; unit < size; unit++)\n"
    "    h[unit] = fresh[unit];\n"
    "}\n"
    "\n";

static const char fnn_functions[] =
    "static inline void\n"
    "vestim_layer (int n_inputs, int size, const float *w, const float *b, const float *x, float "
    "*y)\n"
    "{\n"
    "  int unit;\n"
    "\n"
    "  for (unit = 0; unit < size; unit++)\n"
    "    {\n"
    "      float sum = b[unit] + vestim_dot (n_inputs, w + unit * n_inputs, x);\n"
    "\n"
    "      y[unit] = sum > 0.0f ? sum : 0.0f;\n"
    "    }\n"
    "}\n"
    "\n";

static const char start_functions[] =
    "/* Clears the state, as for an unknown cell. */\n"
    "static inline void\n"
    "vestim_reset (VestimState *state)\n"
    "{\n"
    "  static const VestimState empty;\n"
    "\n"
    "  *state = empty;\n"
    "}\n"
    "\n"
    "/* Clears the state, then runs as if the inputs had been constant before, as in training and "
    "test.\n"
    " * Then call vestim_step() with the same inputs for the first estimate. */\n"
    "static inline void\n"
    "vestim_start (VestimState *state, const float inputs[VESTIM_INPUTS])\n"
    "{\n"
    "  int i;\n"
    "\n"
    "  vestim_reset (state);\n"
    "  for (i = 1; i < VESTIM_LOOKBACK; i++)\n"
    "    (void) vestim_step (state, inputs);\n"
    "}\n"
    "\n";

static const char window_functions[] =
    "/* The last rows of inputs, in a ring. */\n"
    "typedef struct\n"
    "{\n"
    "  float rows[VESTIM_LOOKBACK][VESTIM_INPUTS];\n"
    "  int oldest;\n"
    "} VestimWindow;\n"
    "\n"
    "/* As if the inputs had been constant before. Then call vestim_window_step() with the same "
    "inputs\n"
    " * for the first estimate. */\n"
    "static inline void\n"
    "vestim_window_start (VestimWindow *window, const float inputs[VESTIM_INPUTS])\n"
    "{\n"
    "  int row, i;\n"
    "\n"
    "  for (row = 0; row < VESTIM_LOOKBACK; row++)\n"
    "    for (i = 0; i < VESTIM_INPUTS; i++)\n"
    "      window->rows[row][i] = inputs[i];\n"
    "  window->oldest = 0;\n"
    "}\n"
    "\n"
    "/* The estimate for these inputs after those of the VESTIM_LOOKBACK - 1 steps before, from a "
    "zero\n"
    " * state. */\n"
    "static inline float\n"
    "vestim_window_step (VestimWindow *window, const float inputs[VESTIM_INPUTS])\n"
    "{\n"
    "  VestimState state;\n"
    "  float output = 0.0f;\n"
    "  int row, i;\n"
    "\n"
    "  for (i = 0; i < VESTIM_INPUTS; i++)\n"
    "    window->rows[window->oldest][i] = inputs[i];\n"
    "  window->oldest = (window->oldest + 1) % VESTIM_LOOKBACK;\n"
    "  row = window->oldest;\n"
    "  vestim_reset (&state);\n"
    "  for (i = 0; i < VESTIM_LOOKBACK; i++)\n"
    "    {\n"
    "      output = vestim_step (&state, window->rows[row]);\n"
    "      row = (row + 1) % VESTIM_LOOKBACK;\n"
    "    }\n"
    "  return output;\n"
    "}\n"
    "\n";

static void
append_state (GString *code, const Model *model)
{
  g_string_append (code, "typedef struct\n{\n");
  for (int i = 0; i < model->shape.n_layers; i++)
    {
      g_string_append_printf (code, "  float h%d[%d];\n", i + 1, model->shape.sizes[i]);
      if (model->kind == VESTIM_MODEL_LSTM)
        g_string_append_printf (code, "  float c%d[%d];\n", i + 1, model->shape.sizes[i]);
    }
  g_string_append (code, "} VestimState;\n\n");
}

/* The name of the layer's input: the scaled row, or the output of the layer before. */
static char *
name_inputs (const Model *model, int layer)
{
  if (layer == 0)
    return g_strdup ("scaled");
  if (model->kind == VESTIM_MODEL_FNN)
    return g_strdup (layer % 2 ? "even" : "odd");
  return g_strdup_printf ("state->h%d", layer);
}

static void
append_layer_call (GString *code, const Model *model, int layer)
{
  g_autofree char *inputs = name_inputs (model, layer), *outputs = name_inputs (model, layer + 1);
  int number = layer + 1;

  g_string_append_printf (code, "  vestim_layer (%d, %d, ",
                          network_layer_inputs (&model->shape, layer), model->shape.sizes[layer]);
  if (model->kind == VESTIM_MODEL_FNN)
    g_string_append_printf (code, "vestim_layer%d_weights, vestim_layer%d_biases, %s, %s);\n",
                            number, number, inputs, outputs);
  else
    g_string_append_printf (code,
                            "vestim_layer%d_input_weights, vestim_layer%d_recurrent_weights,\n"
                            "                vestim_layer%d_biases, ",
                            number, number, number);
  if (model->kind == VESTIM_MODEL_LSTM)
    g_string_append_printf (code, "%s, %s, state->c%d);\n", inputs, outputs, number);
  if (model->kind == VESTIM_MODEL_GRU)
    g_string_append_printf (code, "vestim_layer%d_recurrent_bias, %s, %s);\n", number, inputs,
                            outputs);
}

static void
append_step (GString *code, const Model *model)
{
  bool is_fnn = model->kind == VESTIM_MODEL_FNN;
  int n_layers = model->shape.n_layers;
  g_autofree char *last = name_inputs (model, n_layers);

  g_string_append_printf (code,
                          "/* The estimate for these inputs%s. */\n"
                          "static inline float\n"
                          "vestim_step (%sconst float inputs[VESTIM_INPUTS])\n"
                          "{\n"
                          "  float scaled[VESTIM_INPUTS], output;\n",
                          is_fnn ? "" : " after all earlier steps",
                          is_fnn ? "" : "VestimState *state, ");
  if (is_fnn)
    g_string_append_printf (code, "  float even[VESTIM_LARGEST_LAYER]%s;\n",
                            n_layers > 1 ? ", odd[VESTIM_LARGEST_LAYER]" : "");
  g_string_append (code, "\n  vestim_scale (inputs, scaled);\n");
  for (int i = 0; i < n_layers; i++)
    append_layer_call (code, model, i);
  g_string_append_printf (
      code,
      "  output = vestim_head_bias[0] + vestim_dot (%d, vestim_head_weights, %s);\n"
      "  return vestim_target_min[0] + vestim_target_width[0] * output;\n"
      "}\n\n",
      model->shape.sizes[n_layers - 1], last);
}

void
export_append_functions (GString *code, const Model *model)
{
  static const char *const layers[] = { [VESTIM_MODEL_LSTM] = lstm_functions,
                                        [VESTIM_MODEL_GRU] = gru_functions,
                                        [VESTIM_MODEL_FNN] = fnn_functions };
  bool is_fnn = model->kind == VESTIM_MODEL_FNN;

  g_string_append_printf (code, "#define VESTIM_LARGEST_LAYER %d\n\n", largest_layer (model));
  if (!is_fnn)
    append_state (code, model);
  g_string_append (code, common_functions);
  if (!is_fnn)
    g_string_append (code, sigmoid_function);
  g_string_append (code, layers[model->kind]);
  append_step (code, model);
  if (!is_fnn)
    {
      g_string_append (code, start_functions);
      g_string_append (code, window_functions);
    }
}
