/* SPDX-License-Identifier: MIT */
#include "estimator/kernel-lstm.h"
#include "estimator/network-init.h"
#include "estimator/network.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  const LstmKernel *kernel;
  const NetworkShape *shape;
  void *workspace; /* for training, which is also enough for predictions; made when first needed */
  size_t workspace_size;
} Lstm;

static void *
lstm_open (const NetworkShape *shape)
{
  const LstmKernel *kernels[LSTM_MAX_KERNELS];
  Lstm *lstm = g_new0 (Lstm, 1);

  lstm->kernel = kernels[lstm_kernels_get (kernels) - 1];
  lstm->shape = shape;
  return lstm;
}

static void
lstm_close (void *self)
{
  Lstm *lstm = self;

  free (lstm->workspace);
  g_free (lstm);
}

static const char *
lstm_kernel_name (const void *self)
{
  return ((const Lstm *) self)->kernel->name;
}

static void
add_tensor (GArray *tensors, const char *place, const char *what, int n_rows, int n_columns)
{
  NetworkTensor tensor = {
    .name = g_strconcat (place, ".", what, NULL),
    .n_rows = n_rows,
    .n_columns = n_columns,
  };

  g_array_append_val (tensors, tensor);
}

static GArray *
lstm_tensors (const NetworkShape *shape)
{
  GArray *tensors = g_array_new (FALSE, FALSE, sizeof (NetworkTensor));

  for (int i = 0; i < shape->n_layers; i++)
    {
      g_autofree char *place = g_strdup_printf ("layer%d", i + 1);
      int size = shape->sizes[i];

      add_tensor (tensors, place, "input_weights", 4 * size, lstm_layer_inputs (shape, i));
      add_tensor (tensors, place, "recurrent_weights", 4 * size, size);
      add_tensor (tensors, place, "biases", 4 * size, 1);
    }
  add_tensor (tensors, "head", "weights", 1, shape->sizes[shape->n_layers - 1]);
  add_tensor (tensors, "head", "bias", 1, 1);
  return tensors;
}

/* Each gate's matrices are drawn on their own, as if the gates were four layers side by side. */
static void
lstm_initialise (const NetworkShape *shape, Random *random, float *parameters)
{
  int n_last = shape->sizes[shape->n_layers - 1];

  for (int i = 0; i < shape->n_layers; i++)
    {
      int size = shape->sizes[i], n_inputs = lstm_layer_inputs (shape, i);

      for (int gate = 0; gate < 4; gate++, parameters += size * n_inputs)
        network_init_xavier (random, parameters, size, n_inputs);
      for (int gate = 0; gate < 4; gate++, parameters += size * size)
        network_init_orthogonal (random, parameters, size);
      memset (parameters, 0, (size_t) size * 4 * sizeof (float));
      parameters += 4 * size;
    }
  network_init_xavier (random, parameters, 1, n_last);
  parameters[n_last] = 0;
}

static void *
get_workspace (Lstm *lstm, bool training)
{
  size_t size = lstm->kernel->workspace_size (lstm->shape, training);

  if (size > lstm->workspace_size)
    {
      free (lstm->workspace);
      lstm->workspace = NULL;
      if (posix_memalign (&lstm->workspace, KERNEL_ALIGNMENT, size) != 0)
        g_error ("no memory for a workspace of %zu bytes", size);
      lstm->workspace_size = size;
    }
  return lstm->workspace;
}

static double
lstm_gradient (void *self, const float *parameters, const NetworkWindow *windows,
               const float *targets, int n, float *gradient)
{
  Lstm *lstm = self;

  return lstm->kernel->gradient (lstm->shape, parameters, windows, targets, n, gradient,
                                 get_workspace (lstm, true));
}

static void
lstm_predict (void *self, const float *parameters, const NetworkWindow *windows, int n,
              float *outputs)
{
  Lstm *lstm = self;

  lstm->kernel->predict (lstm->shape, parameters, windows, n, outputs, get_workspace (lstm, false));
}

const NetworkType network_lstm_type = {
  .kind = VESTIM_MODEL_LSTM,
  .name = "LSTM",
  .open = lstm_open,
  .close = lstm_close,
  .kernel_name = lstm_kernel_name,
  .tensors = lstm_tensors,
  .initialise = lstm_initialise,
  .gradient = lstm_gradient,
  .predict = lstm_predict,
};
