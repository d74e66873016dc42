/* SPDX-License-Identifier: MIT */
#include "estimator/network.h"

#include <assert.h>

struct Network
{
  const NetworkType *type;
  NetworkShape shape;
  GArray *tensors;
  size_t n_parameters;
  void *self; /* the type's */
};

static const NetworkType *const types[] = { &network_lstm_type };

static const NetworkType *
find_type (VestimModelKind kind)
{
  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i]->kind == kind)
      return types[i];
  return NULL;
}

bool
network_has_kind (VestimModelKind kind)
{
  return find_type (kind) != NULL;
}

static void
clear_tensor (void *tensor)
{
  g_free (((NetworkTensor *) tensor)->name);
}

Network *
network_new (VestimModelKind kind, const NetworkShape *shape)
{
  Network *network = g_new0 (Network, 1);

  network->type = find_type (kind);
  assert (network->type);
  network->shape = *shape;
  network->shape.sizes = g_memdup2 (shape->sizes, (size_t) shape->n_layers * sizeof (int));
  network->tensors = network->type->tensors (&network->shape);
  g_array_set_clear_func (network->tensors, clear_tensor);
  for (guint i = 0; i < network->tensors->len; i++)
    {
      const NetworkTensor *tensor = &g_array_index (network->tensors, NetworkTensor, i);
      network->n_parameters += (size_t) tensor->n_rows * (size_t) tensor->n_columns;
    }
  network->self = network->type->open (&network->shape);
  return network;
}

void
network_free (Network *network)
{
  if (!network)
    return;

  network->type->close (network->self);
  g_array_unref (network->tensors);
  g_free ((int *) network->shape.sizes);
  g_free (network);
}

const NetworkShape *
network_shape (const Network *network)
{
  return &network->shape;
}

size_t
network_n_parameters (const Network *network)
{
  return network->n_parameters;
}

const char *
network_name (const Network *network)
{
  return network->type->name;
}

const char *
network_kernel_name (const Network *network)
{
  return network->type->kernel_name (network->self);
}

const GArray *
network_tensors (const Network *network)
{
  return network->tensors;
}

void
network_initialise (const Network *network, Random *random, float *parameters)
{
  network->type->initialise (&network->shape, random, parameters);
}

double
network_gradient (Network *network, const float *parameters, const NetworkWindow *windows,
                  const float *targets, int n, float *gradient)
{
  return network->type->gradient (network->self, parameters, windows, targets, n, gradient);
}

void
network_predict (Network *network, const float *parameters, const NetworkWindow *windows, int n,
                 float *outputs)
{
  network->type->predict (network->self, parameters, windows, n, outputs);
}
