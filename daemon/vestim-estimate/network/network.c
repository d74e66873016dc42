/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/network/network-private.h"

#include <stdlib.h>

static const NetworkType *const types[] = {
  [VESTIM_MODEL_LSTM] = &network_lstm_type,
  [VESTIM_MODEL_GRU] = &network_gru_type,
  [VESTIM_MODEL_FNN] = &network_fnn_type,
};

void
network_add_tensor (GArray *tensors, const char *place, const char *what, int n_rows, int n_columns)
{
  NetworkTensor tensor = {
    .name = g_strconcat (place, ".", what, NULL),
    .n_rows = n_rows,
    .n_columns = n_columns,
  };

  g_array_append_val (tensors, tensor);
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
  const Kernel *kernels[KERNEL_MAX_VARIANTS];

  network->kind = kind;
  network->type = types[kind];
  network->kernel = kernels[kernels_get (kind, kernels) - 1];
  network->shape = *shape;
  if (!vestim_model_sees_windows (kind))
    network->shape.lookback = 1;
  network->shape.sizes = g_memdup2 (shape->sizes, (size_t) shape->n_layers * sizeof (int));
  network->n_threads = 1;
  network->workspaces = g_new0 (Workspace, 1);
  network->tensors = network->type->tensors (&network->shape);
  g_array_set_clear_func (network->tensors, clear_tensor);
  for (guint i = 0; i < network->tensors->len; i++)
    {
      const NetworkTensor *tensor = &g_array_index (network->tensors, NetworkTensor, i);
      network->n_parameters += (size_t) tensor->n_rows * (size_t) tensor->n_columns;
    }
  return network;
}

static void
free_workspaces (Network *network)
{
  for (int i = 0; i < network->n_threads; i++)
    free (network->workspaces[i].memory);
  g_free (network->workspaces);
}

void
network_free (Network *network)
{
  if (!network)
    return;

  free_workspaces (network);
  g_free (network->gradients);
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
  return vestim_setting_word ("model", (int) network->kind);
}

const char *
network_kernel_name (const Network *network)
{
  return network->kernel->name;
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

void
network_set_team (Network *network, Team *team, int thread)
{
  free_workspaces (network);
  network->n_threads = team ? team_size (team) : 1;
  network->workspaces = g_new0 (Workspace, network->n_threads);
  network->team = team;
  network->thread = team ? thread : 0;
}

void *
network_workspace (Network *network, int thread, KernelUse use)
{
  Workspace *workspace = &network->workspaces[thread];
  size_t size = network->kernel->workspace_size (&network->shape, use);

  if (size > workspace->size)
    {
      g_clear_pointer (&workspace->memory, free);
      if (posix_memalign (&workspace->memory, KERNEL_ALIGNMENT, size) != 0)
        g_error ("no memory for a workspace of %zu bytes", size);
      workspace->size = size;
    }
  return workspace->memory;
}

size_t
network_n_state (const Network *network)
{
  return network->kernel->state_size (&network->shape) / sizeof (float);
}

void
network_run_streams (Network *network, const float *parameters, const NetworkChunk *chunks, int n,
                     int n_rows, float *states, float *outputs)
{
  network->kernel->run_streams (&network->shape, parameters, chunks, n, n_rows, states, outputs,
                                network_workspace (network, network->thread, KERNEL_PREDICTION));
}

static void
forward_stateful (Network *network, const float *parameters, const float *rows, size_t n_rows,
                  int repeats, float *outputs)
{
  network->kernel->run_stateful (&network->shape, parameters, rows, n_rows, repeats, outputs,
                                 network_workspace (network, network->thread, KERNEL_STATEFUL));
}

void
network_forward_stateful (Network *network, const float *parameters, const float *rows,
                          size_t n_rows, float *outputs)
{
  forward_stateful (network, parameters, rows, n_rows, network->shape.lookback - 1, outputs);
}

void
network_go_on_stateful (Network *network, const float *parameters, const float *rows, size_t n_rows,
                        float *outputs)
{
  forward_stateful (network, parameters, rows, n_rows, KERNEL_GO_ON, outputs);
}
