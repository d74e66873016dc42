/* SPDX-License-Identifier: MIT */

/* Parameters of the LSTM and the GRU: for each layer the weights of its inputs, those of its own
 * past output and the biases of all gates, then the head. The gates are in PyTorch's order. LSTM:
 * input, forget, candidate, output. GRU: reset, update, candidate. */

#include "daemon/vestim-estimate/network/network-init.h"
#include "daemon/vestim-estimate/network/network.h"

#include <string.h>

#define LSTM_GATES 4
#define GRU_GATES 3

/* The GRU's candidate has a second bias, inside the product with the reset gate. */
static GArray *
recurrent_tensors (const NetworkShape *shape, int n_gates, bool has_recurrent_bias)
{
  GArray *tensors = g_array_new (FALSE, FALSE, sizeof (NetworkTensor));

  for (int i = 0; i < shape->n_layers; i++)
    {
      g_autofree char *place = g_strdup_printf ("layer%d", i + 1);
      int size = shape->sizes[i];

      network_add_tensor (tensors, place, "input_weights", n_gates * size,
                          network_layer_inputs (shape, i));
      network_add_tensor (tensors, place, "recurrent_weights", n_gates * size, size);
      network_add_tensor (tensors, place, "biases", n_gates * size, 1);
      if (has_recurrent_bias)
        network_add_tensor (tensors, place, "recurrent_bias", size, 1);
    }
  network_add_tensor (tensors, "head", "weights", 1, shape->sizes[shape->n_layers - 1]);
  network_add_tensor (tensors, "head", "bias", 1, 1);
  return tensors;
}

/* Each gate's matrices are drawn separately, as if the gates were layers side by side. There are
 * four biases for each unit. */
static void
initialise (const NetworkShape *shape, int n_gates, Random *random, float *parameters)
{
  int n_last = shape->sizes[shape->n_layers - 1];

  for (int i = 0; i < shape->n_layers; i++)
    {
      int size = shape->sizes[i], n_inputs = network_layer_inputs (shape, i);

      for (int gate = 0; gate < n_gates; gate++, parameters += size * n_inputs)
        network_init_xavier (random, parameters, size, n_inputs);
      for (int gate = 0; gate < n_gates; gate++, parameters += size * size)
        network_init_orthogonal (random, parameters, size);
      memset (parameters, 0, (size_t) size * 4 * sizeof (float));
      parameters += 4 * size;
    }
  network_init_xavier (random, parameters, 1, n_last);
  parameters[n_last] = 0;
}

static GArray *
lstm_tensors (const NetworkShape *shape)
{
  return recurrent_tensors (shape, LSTM_GATES, false);
}

static void
lstm_initialise (const NetworkShape *shape, Random *random, float *parameters)
{
  initialise (shape, LSTM_GATES, random, parameters);
}

static GArray *
gru_tensors (const NetworkShape *shape)
{
  return recurrent_tensors (shape, GRU_GATES, true);
}

static void
gru_initialise (const NetworkShape *shape, Random *random, float *parameters)
{
  initialise (shape, GRU_GATES, random, parameters);
}

const NetworkType network_lstm_type = {
  .tensors = lstm_tensors,
  .initialise = lstm_initialise,
};

const NetworkType network_gru_type = {
  .tensors = gru_tensors,
  .initialise = gru_initialise,
};
