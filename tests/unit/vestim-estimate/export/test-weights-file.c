/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/export/weights-file.h"
#include "tests/support/scratch.h"
#include "tests/support/torch-vectors.h"

static const char *const kinds[] = { "LSTM", "GRU", "FNN" };

/* A file of weights */

typedef struct
{
  GString *json;
  bool is_keras;
  int next; /* number of the next sine */
} Writer;

static double
next_sine (Writer *writer)
{
  return 0.8 * sin (2.3 * writer->next++ + 0.7);
}

/* Values [rows][columns]; `columns` is 0 for a vector. */
static void
append_tensor (Writer *writer, const char *place, const char *what, int rows, int columns,
               const double *values)
{
  GString *json = writer->json;

  g_string_append_printf (json, "%s\"%s.%s\": {\"shape\": [%d",
                          json->str[json->len - 1] == '{' ? "" : ", ", place, what, rows);
  if (columns > 0)
    g_string_append_printf (json, ", %d", columns);
  g_string_append (json, "], \"values\": [");
  for (int i = 0; i < rows * MAX (columns, 1); i++)
    {
      g_string_append (json, i ? ", " : "");
      vestim_json_append_double (json, values[i]);
    }
  g_string_append (json, "]}");
}

/* PyTorch's [gate][size][n] as it is, or as Keras has it: [n][gate][size], and the first two gates
 * of a GRU in the other order. */
static void
append_matrix (Writer *writer, const char *place, const char *torch, const char *keras, int n_gates,
               int size, int n)
{
  int n_rows = n_gates * size;
  g_autofree double *values = g_new (double, n_rows *n), *turned = g_new (double, n_rows *n);

  for (int i = 0; i < n_rows * n; i++)
    values[i] = next_sine (writer);
  for (int row = 0; row < n_rows; row++)
    for (int i = 0; i < n; i++)
      {
        int gate = row / size, theirs = n_gates == 3 && gate < 2 ? 1 - gate : gate;

        turned[i * n_rows + theirs * size + row % size] = values[row * n + i];
      }
  if (writer->is_keras)
    append_tensor (writer, place, keras, n, n_rows, turned);
  else
    append_tensor (writer, place, torch, n_rows, n, values);
}

/* Both biases of PyTorch: only their sum counts, but for a GRU's candidate. */
static void
append_biases (Writer *writer, const char *place, int n_gates, int size)
{
  int n = n_gates * size;
  g_autofree double *both = g_new0 (double, 2 * n), *turned = g_new0 (double, 2 * n);

  for (int i = 0; i < n + (n_gates == 3 ? size : 0); i++)
    both[i < n ? i : i - n + 2 * n - size] = next_sine (writer);
  for (int i = 0; i < n; i++)
    {
      int gate = i / size, theirs = n_gates == 3 && gate < 2 ? 1 - gate : gate;

      /* A part of each sum goes to the other one; Keras has one bias in an LSTM. */
      if ((n_gates == 4 && !writer->is_keras) || (n_gates == 3 && gate < 2))
        {
          both[n + i] = 0.25 * i;
          both[i] -= both[n + i];
        }
      turned[theirs * size + i % size] = both[i];
      turned[n + theirs * size + i % size] = both[n + i];
    }
  if (writer->is_keras)
    append_tensor (writer, place, "bias", n_gates == 3 ? 2 : n, n_gates == 3 ? n : 0, turned);
  else
    {
      append_tensor (writer, place, "bias_ih", n, 0, both);
      append_tensor (writer, place, "bias_hh", n, 0, both + n);
    }
}

static void
append_dense (Writer *writer, const char *place, int size, int n)
{
  g_autofree double *biases = g_new (double, size);

  append_matrix (writer, place, "weight", "kernel", 1, size, n);
  for (int i = 0; i < size; i++)
    biases[i] = next_sine (writer);
  append_tensor (writer, place, "bias", size, 0, biases);
}

static void
append_layers (Writer *writer, const Vector *vector)
{
  int n = vector->n_inputs, n_gates = vector->kind == VESTIM_MODEL_GRU ? 3 : 4;

  for (int i = 0; i < vector->n_layers; i++)
    {
      g_autofree char *place = g_strdup_printf ("layer%d", i + 1);
      int size = vector->sizes[i];

      if (vector->kind == VESTIM_MODEL_FNN)
        append_dense (writer, place, size, n);
      else
        {
          append_matrix (writer, place, "weight_ih", "kernel", n_gates, size, n);
          append_matrix (writer, place, "weight_hh", "recurrent_kernel", n_gates, size, size);
          append_biases (writer, place, n_gates, size);
        }
      n = size;
    }
  append_dense (writer, "head", 1, n);
}

/* With `scaling` the members of all columns. `(transfer full)` */
static char *
format_file (const Vector *vector, bool is_keras, const char *scaling)
{
  Writer writer = { g_string_new (NULL), is_keras, 0 };

  g_string_append_printf (writer.json,
                          "{\"format\": \"vestim-weights\", \"version\": 1, \"model\": \"%s\", "
                          "\"order\": \"%s\", \"activation\": \"%s\", \"recurrent_activation\": "
                          "\"sigmoid\", \"reset_after\": true, \"lookback\": %d, \"training\": "
                          "\"windowed\", \"period_s\": 0.5, \"layers\": [",
                          kinds[vector->kind], is_keras ? "keras" : "torch",
                          vector->kind == VESTIM_MODEL_FNN ? "relu" : "tanh", vector->lookback);
  for (int i = 0; i < vector->n_layers; i++)
    g_string_append_printf (writer.json, "%s%d", i ? ", " : "", vector->sizes[i]);
  g_string_append (writer.json, "], \"inputs\": [");
  for (int i = 0; i < vector->n_inputs; i++)
    g_string_append_printf (writer.json, "%s{\"name\": \"x%d\", %s}", i ? ", " : "", i, scaling);
  g_string_append_printf (writer.json, "], \"target\": {\"name\": \"y\", %s}, \"tensors\": {",
                          scaling);
  append_layers (&writer, vector);
  g_string_append (writer.json, "}}");
  return g_string_free (writer.json, FALSE);
}

/* Estimates of the rows of the vectors, which the network got unscaled. */
static void
assert_outputs (const Model *model, const Vector *vector)
{
  int n_rows = N_WINDOWS + vector->lookback - 1, n = vector->n_inputs;
  g_autoptr (Network) network = network_new (model->kind, &model->shape);
  g_autofree float *rows = g_new (float, n_rows *n);
  NetworkWindow windows[N_WINDOWS];
  float outputs[N_WINDOWS];

  for (int i = 0; i < n_rows * n; i++)
    rows[i] = (float) scaling_scale (&model->scaling->inputs[i % n], sin (1.7 * i + 0.4));
  for (int i = 0; i < N_WINDOWS; i++)
    windows[i] = (NetworkWindow){ rows + i * n, 0 };
  network_predict (network, model->parameters, windows, N_WINDOWS, outputs);
  for (int i = 0; i < N_WINDOWS; i++)
    g_assert_cmpfloat_with_epsilon (scaling_unscale (&model->scaling->target, (double) outputs[i]),
                                    vector->outputs[i], 1e-5);
}

/* The proof that gates, matrices and biases are where PyTorch and Keras have them, and that both
 * kinds of scaling mean the same. */
static void
test_weights_compute_what_pytorch_does (gconstpointer user)
{
  static const char *const scalings[] = {
    "\"unit\": null, \"min\": 0, \"max\": 1",
    "\"unit\": null, \"min\": -3, \"max\": 5, \"mean\": 0, \"std\": 1",
    "\"unit\": \"V\", \"min\": -3, \"max\": 5, \"mean\": 0, \"std\": 1",
  };
  const Vector *vector = user;

  for (int i = 0; i < 6; i++)
    {
      g_autofree char *text = format_file (vector, i % 2, scalings[i / 2]);
      g_autoptr (GError) error = NULL;
      g_autoptr (Model) model = weights_file_parse ("w.json", text, strlen (text), &error);

      g_assert_no_error (error);
      g_assert_cmpfloat (model->period_s, ==, 0.5);
      g_assert_cmpint (model->shape.lookback, ==, vector->lookback);
      g_assert_cmpstr (model->inputs[1], ==, "x1");
      g_assert_cmpstr (model->target_unit, ==, i / 2 == 2 ? "V" : NULL);
      assert_outputs (model, vector);
    }
}

/* A network of millivolts is one of volts with another scaling. */
static void
test_units_are_converted (void)
{
  g_autofree char *text = format_file (&vectors[0], false,
                                       "\"unit\": \"mV\", \"min\": -3000, \"max\": 5000, \"mean\": "
                                       "0, \"std\": 1000");
  g_autoptr (GError) error = NULL;
  g_autoptr (Model) model = weights_file_parse ("w.json", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (model->units[0], ==, "V");
  g_assert_cmpfloat_with_epsilon (model->scaling->target.min, -3, 1e-12);
  assert_outputs (model, &vectors[0]);
}

/* The file is what --predict and the exports read. */
static void
test_the_model_file_keeps_it (void)
{
  g_autofree char *folder = scratch_new ();
  g_autofree char *path = g_build_filename (folder, "model.bin", NULL);
  g_autofree char *text =
      format_file (&vectors[2], false, "\"unit\": null, \"min\": 0, \"max\": 1");
  g_autoptr (GError) error = NULL;
  g_autoptr (Model) model = weights_file_parse ("w.json", text, strlen (text), &error);
  g_autoptr (Network) network = network_new (model->kind, &model->shape);

  g_assert_true (model_file_write (model, network, path, &error));
  g_autoptr (Model) read = model_file_read (path, &error);
  g_assert_no_error (error);
  g_assert_true (isnan (read->val_rmse));
  assert_outputs (read, &vectors[2]);
  scratch_free (g_steal_pointer (&folder));
}

static void
assert_refused (const Vector *vector, bool is_keras, const char *word, const char *other,
                const char *sentence)
{
  g_autofree char *text = format_file (vector, is_keras, "\"unit\": \"V\", \"min\": 0, \"max\": 1");
  g_auto (GStrv) parts = g_strsplit (text, word, 2);
  g_autofree char *changed = g_strjoinv (other, parts);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  g_assert_null (weights_file_parse ("w.json", changed, strlen (changed), &error));
  g_assert_true (g_str_has_prefix (error->message, "w.json"));
  if (!strstr (error->message, sentence))
    g_error ("\"%s\" does not say \"%s\"", error->message, sentence);
}

/* A wrong guess would be a wrong voltage. */
static void
test_what_is_unclear_is_refused (void)
{
  const Vector *lstm = &vectors[0], *gru = &vectors[2], *fnn = &vectors[4];

  assert_refused (gru, true, "\"reset_after\": true", "\"reset_after\": false",
                  "reset_after: is false");
  assert_refused (gru, true, "\"reset_after\": true, ", "", "reset_after: must be true or false");
  assert_refused (lstm, true, "\"sigmoid\"", "\"hard_sigmoid\"", "recurrent_activation");
  assert_refused (fnn, false, "\"relu\"", "\"tanh\"", "activation: must be \"relu\"");
  assert_refused (lstm, false, "\"order\": \"torch\", ", "", "order: is missing");
  assert_refused (lstm, false, "\"torch\"", "\"tensorflow\"", "order");
  assert_refused (lstm, false, "\"training\": \"windowed\", ", "", "training: is missing");
  assert_refused (lstm, false, "layer1.weight_hh", "layer1.weight_xx",
                  "tensors.layer1.weight_hh: is missing: give its shape, [20, 5]");
  assert_refused (lstm, false, "\"shape\": [20, 3]", "\"shape\": [3, 20]", "the shape [20, 3]");
  assert_refused (lstm, false, "\"head.bias\"", "\"layer2.bias\": 1, \"head.bias\"",
                  "tensors.layer2.bias: is no tensor of this network");
  assert_refused (lstm, false, "\"values\": [", "\"values\": [1, ", "as many finite numbers");
  assert_refused (lstm, false, "\"values\": [", "\"values\": [1e300, ", "as many finite numbers");
  assert_refused (lstm, false, "\"unit\": \"V\"", "\"unit\": \"furlong\"", "furlong");
  assert_refused (lstm, false, "\"unit\": \"V\", ", "", "inputs[0].unit: must be a unit");
  assert_refused (lstm, false, "\"max\": 1", "\"max\": 1, \"std\": 2", "mean: is missing");
  assert_refused (lstm, false, "\"min\": 0", "\"min\": 2", "is less than min");
  assert_refused (lstm, false, "x1", "x0", "is used twice");
  assert_refused (lstm, false, "\"period_s\"", "\"period\"", "period");
  assert_refused (lstm, false, "{\"format\"", "[{\"format\"", "w.json");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autofree char *path = g_strdup_printf (
          "/weights-file/%s of %d layers: imported weights compute what PyTorch does",
          kinds[vectors[i].kind], vectors[i].n_layers);

      g_test_add_data_func (path, &vectors[i], test_weights_compute_what_pytorch_does);
    }
  g_test_add_func ("/weights-file/units are converted", test_units_are_converted);
  g_test_add_func ("/weights-file/the model file keeps it", test_the_model_file_keeps_it);
  g_test_add_func ("/weights-file/what is unclear is refused", test_what_is_unclear_is_refused);
  return g_test_run ();
}
