/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/onnx-model.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/export/onnx-graph.h"

#include <string.h>

/* Names of values */
#define ROWS "inputs"
#define ESTIMATE "estimate"

#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define DIMS(...) ((const int64_t[]){ __VA_ARGS__, 0 })

/* The place of each of our gates in ONNX: there an LSTM has input, output, forget, candidate, and a
 * GRU update, reset, candidate. */
static const int lstm_places[] = { 0, 2, 3, 1 };
static const int gru_places[] = { 1, 0, 2 };

typedef struct
{
  const Model *model;
  OnnxGraph *graph;
  const float *parameters; /* of the next tensor */
} Writer;

/* Scaling */

/* An input without a range is 0. */
static void
add_scaling (Writer *writer)
{
  const Model *model = writer->model;
  int n = model->shape.n_inputs;
  g_autofree float *minima = g_new (float, n), *factors = g_new (float, n);

  for (int i = 0; i < n; i++)
    {
      double width = scaling_width (&model->scaling->inputs[i]);

      minima[i] = (float) model->scaling->inputs[i].min;
      factors[i] = width > 0 ? (float) (1 / width) : 0;
    }
  onnx_graph_add_floats (writer->graph, "input_min", DIMS (n), minima);
  onnx_graph_add_floats (writer->graph, "input_factor", DIMS (n), factors);
  onnx_graph_add_node (writer->graph, "Sub", NAMES (ROWS, "input_min"), NAMES ("above_min"));
  onnx_graph_add_node (writer->graph, "Mul", NAMES ("above_min", "input_factor"),
                       NAMES ("values0"));
}

/* [size][columns] to [columns][size], which a product with rows needs. */
static float *
transpose (const float *values, int n_rows, int n_columns)
{
  float *turned = g_new (float, n_rows *n_columns);

  for (int row = 0; row < n_rows; row++)
    for (int column = 0; column < n_columns; column++)
      turned[column * n_rows + row] = values[row * n_columns + column];
  return turned;
}

/* Advances over weights and biases. */
static void
add_dense (Writer *writer, const char *name, const char *input, const char *output, int n, int size)
{
  g_autofree char *weights_name = g_strconcat (name, "_weights", NULL);
  g_autofree char *biases_name = g_strconcat (name, "_biases", NULL);
  g_autofree char *product = g_strconcat (name, "_product", NULL);
  g_autofree float *weights = transpose (writer->parameters, size, n);

  onnx_graph_add_floats (writer->graph, weights_name, DIMS (n, size), weights);
  onnx_graph_add_floats (writer->graph, biases_name, DIMS (size), writer->parameters + size * n);
  onnx_graph_add_node (writer->graph, "MatMul", NAMES (input, weights_name), NAMES (product));
  onnx_graph_add_node (writer->graph, "Add", NAMES (product, biases_name), NAMES (output));
  writer->parameters += size * (n + 1);
}

static void
add_head (Writer *writer, const char *input)
{
  const ScalingRange *target = &writer->model->scaling->target;
  const NetworkShape *shape = &writer->model->shape;
  float min = (float) target->min, width = (float) scaling_width (target);

  add_dense (writer, "head", input, "scaled_estimate", shape->sizes[shape->n_layers - 1], 1);
  onnx_graph_add_floats (writer->graph, "target_min", DIMS (1), &min);
  onnx_graph_add_floats (writer->graph, "target_width", DIMS (1), &width);
  onnx_graph_add_node (writer->graph, "Mul", NAMES ("scaled_estimate", "target_width"),
                       NAMES ("above_target_min"));
  onnx_graph_add_node (writer->graph, "Add", NAMES ("above_target_min", "target_min"),
                       NAMES (ESTIMATE));
}

/* Layers */

/* Puts rows of gates, [gate][size][n], into ONNX's order. `(transfer full)` */
static float *
order_gates (const float *values, const int *places, int n_gates, size_t gate_length)
{
  float *ordered = g_new (float, (size_t) n_gates *gate_length);

  for (int gate = 0; gate < n_gates; gate++)
    memcpy (ordered + (size_t) places[gate] * gate_length, values + (size_t) gate * gate_length,
            gate_length * sizeof (float));
  return ordered;
}

/* The tensors of a layer: weights, recurrent weights, and both kinds of biases in one. */
static void
add_recurrent_tensors (Writer *writer, int layer, const char *const *names)
{
  const NetworkShape *shape = &writer->model->shape;
  bool is_gru = writer->model->kind == VESTIM_MODEL_GRU;
  const int *places = is_gru ? gru_places : lstm_places;
  int n_gates = is_gru ? 3 : 4, size = shape->sizes[layer], n = network_layer_inputs (shape, layer);
  size_t n_rows = (size_t) (n_gates * size);
  const float *w = writer->parameters, *u = w + n_rows * (size_t) n;
  const float *b = u + n_rows * (size_t) size;
  g_autofree float *weights = order_gates (w, places, n_gates, (size_t) (size * n));
  g_autofree float *recurrent = order_gates (u, places, n_gates, (size_t) (size * size));
  g_autofree float *outer = order_gates (b, places, n_gates, (size_t) size);
  g_autofree float *biases = g_new0 (float, 2 * n_rows);

  memcpy (biases, outer, n_rows * sizeof (float));
  writer->parameters = b + n_rows;
  if (is_gru)
    {
      memcpy (biases + 2 * n_rows - size, writer->parameters, (size_t) size * sizeof (float));
      writer->parameters += size;
    }
  onnx_graph_add_floats (writer->graph, names[0], DIMS (1, n_gates * size, n), weights);
  onnx_graph_add_floats (writer->graph, names[1], DIMS (1, n_gates * size, size), recurrent);
  onnx_graph_add_floats (writer->graph, names[2], DIMS (1, 2 * n_gates * size), biases);
}

static void
add_state (Writer *writer, const char *before, const char *after, int size)
{
  g_autofree char *number = g_strdup_printf ("%d", size);
  const char *const dims[] = { "1", "batch", number, NULL };

  onnx_graph_add_input (writer->graph, before, dims, "state before the first row; 0 at the start");
  onnx_graph_add_output (writer->graph, after, dims, "state after the last row");
}

static void
add_recurrent (Writer *writer, int layer, const char *input, const char *output)
{
  bool is_gru = writer->model->kind == VESTIM_MODEL_GRU;
  int size = writer->model->shape.sizes[layer], n = layer + 1;
  g_autofree char *w = g_strdup_printf ("layer%d_weights", n);
  g_autofree char *u = g_strdup_printf ("layer%d_recurrent_weights", n);
  g_autofree char *b = g_strdup_printf ("layer%d_biases", n);
  g_autofree char *h = g_strdup_printf ("h%d", n), *c = g_strdup_printf ("c%d", n);
  g_autofree char *h_next = g_strconcat (h, "_next", NULL),
                  *c_next = g_strconcat (c, "_next", NULL);
  g_autofree char *every = g_strdup_printf ("layer%d_directions", n);

  add_recurrent_tensors (writer, layer, NAMES (w, u, b));
  add_state (writer, h, h_next, size);
  if (!is_gru)
    add_state (writer, c, c_next, size);

  if (is_gru)
    {
      onnx_graph_add_node (writer->graph, "GRU", NAMES (input, w, u, b, "", h),
                           NAMES (every, h_next));
      onnx_graph_add_integer (writer->graph, "linear_before_reset", 1);
    }
  else
    onnx_graph_add_node (writer->graph, "LSTM", NAMES (input, w, u, b, "", h, c),
                         NAMES (every, h_next, c_next));
  onnx_graph_add_integer (writer->graph, "hidden_size", size);

  /* Its outputs are for each row, direction, and series of the batch. */
  onnx_graph_add_node (writer->graph, "Squeeze", NAMES (every), NAMES (output));
  onnx_graph_add_list (writer->graph, "axes", 1);
}

static void
add_relu_layer (Writer *writer, int layer, const char *input, const char *output)
{
  const NetworkShape *shape = &writer->model->shape;
  g_autofree char *name = g_strdup_printf ("layer%d", layer + 1);
  g_autofree char *sum = g_strconcat (name, "_sum", NULL);

  add_dense (writer, name, input, sum, network_layer_inputs (shape, layer), shape->sizes[layer]);
  onnx_graph_add_node (writer->graph, "Relu", NAMES (sum), NAMES (output));
}

/* What the file says of the model */

static void
append_column (GString *json, const char *name, const char *unit, const ScalingRange *range)
{
  g_string_append (json, "{\"name\": ");
  vestim_json_append_string (json, name);
  g_string_append (json, ", \"unit\": ");
  vestim_json_append_string (json, unit);
  g_string_append (json, ", \"min\": ");
  vestim_json_append_double (json, range->min);
  g_string_append (json, ", \"max\": ");
  vestim_json_append_double (json, range->max);
  g_string_append_c (json, '}');
}

static void
add_columns (Writer *writer)
{
  const Model *model = writer->model;
  g_autoptr (GString) inputs = g_string_new ("[");
  g_autoptr (GString) target = g_string_new (NULL);

  for (int i = 0; i < model->shape.n_inputs; i++)
    {
      g_string_append (inputs, i ? ", " : "");
      append_column (inputs, model->inputs[i], model->units ? model->units[i] : NULL,
                     &model->scaling->inputs[i]);
    }
  g_string_append_c (inputs, ']');
  append_column (target, model->target, model->target_unit, &model->scaling->target);
  onnx_graph_add_fact (writer->graph, "inputs", inputs->str);
  onnx_graph_add_fact (writer->graph, "target", target->str);
}

static void
add_facts (Writer *writer)
{
  const Model *model = writer->model;
  g_autofree char *lookback = g_strdup_printf ("%d", model->shape.lookback);

  add_columns (writer);
  if (model->kind != VESTIM_MODEL_FNN)
    {
      onnx_graph_add_fact (writer->graph, "training",
                           vestim_setting_word ("training", (int) model->training));
      onnx_graph_add_fact (writer->graph, "lookback", lookback);
    }
  if (model->period_s > 0)
    {
      g_autoptr (GString) period = g_string_new (NULL);

      vestim_json_append_double (period, model->period_s);
      onnx_graph_add_fact (writer->graph, "period_s", period->str);
    }
  if (model->preprocessing)
    {
      g_autoptr (GString) members = g_string_new (NULL);
      g_autofree char *object = NULL;

      vestim_preprocessing_append_members (members, model->preprocessing);
      object = g_strdup_printf ("{%s}", members->len > 2 ? members->str + 2 : "");
      onnx_graph_add_fact (writer->graph, "computed", object);
    }
}

static void
add_ends (Writer *writer)
{
  g_autofree char *n = g_strdup_printf ("%d", writer->model->shape.n_inputs);

  if (writer->model->kind == VESTIM_MODEL_FNN)
    {
      onnx_graph_add_input (writer->graph, ROWS, NAMES ("rows", n), "in their units");
      onnx_graph_add_output (writer->graph, ESTIMATE, NAMES ("rows", "1"), "in its unit");
      return;
    }
  onnx_graph_add_input (writer->graph, ROWS, NAMES ("rows", "batch", n), "in their units");
  onnx_graph_add_output (writer->graph, ESTIMATE, NAMES ("rows", "batch", "1"),
                         "in its unit, after each row");
}

GByteArray *
onnx_model_pack (const Model *model)
{
  g_autoptr (OnnxGraph) graph = onnx_graph_new ();
  Writer writer = { model, graph, model->parameters };
  g_autofree char *input = g_strdup ("values0");

  add_ends (&writer);
  add_scaling (&writer);
  for (int i = 0; i < model->shape.n_layers; i++)
    {
      char *output = g_strdup_printf ("values%d", i + 1);

      if (model->kind == VESTIM_MODEL_FNN)
        add_relu_layer (&writer, i, input, output);
      else
        add_recurrent (&writer, i, input, output);
      g_free (input);
      input = output;
    }
  add_head (&writer, input);
  add_facts (&writer);
  return onnx_graph_pack (graph, "An estimator of vestim-estimate. Inputs and estimate have the "
                                 "units that the facts state.");
}
