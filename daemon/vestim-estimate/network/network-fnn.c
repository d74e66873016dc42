/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/network/network-init.h"
#include "daemon/vestim-estimate/network/network.h"

#include <string.h>

static GArray *
fnn_tensors (const NetworkShape *shape)
{
  GArray *tensors = g_array_new (FALSE, FALSE, sizeof (NetworkTensor));

  for (int i = 0; i < shape->n_layers; i++)
    {
      g_autofree char *place = g_strdup_printf ("layer%d", i + 1);

      network_add_tensor (tensors, place, "weights", shape->sizes[i],
                          network_layer_inputs (shape, i));
      network_add_tensor (tensors, place, "biases", shape->sizes[i], 1);
    }
  network_add_tensor (tensors, "head", "weights", 1, shape->sizes[shape->n_layers - 1]);
  network_add_tensor (tensors, "head", "bias", 1, 1);
  return tensors;
}

static void
fnn_initialise (const NetworkShape *shape, Random *random, float *parameters)
{
  int n_last = shape->sizes[shape->n_layers - 1];

  for (int i = 0; i < shape->n_layers; i++)
    {
      int size = shape->sizes[i], n_inputs = network_layer_inputs (shape, i);

      network_init_xavier (random, parameters, size, n_inputs);
      parameters += size * n_inputs;
      memset (parameters, 0, (size_t) size * sizeof (float));
      parameters += size;
    }
  network_init_xavier (random, parameters, 1, n_last);
  parameters[n_last] = 0;
}

const NetworkType network_fnn_type = {
  .tensors = fnn_tensors,
  .initialise = fnn_initialise,
};
