/* SPDX-License-Identifier: MIT */

/* The work of a network that several threads can share: a batch in parts of whole blocks of the
 * kernel. */

#include "daemon/vestim-estimate/network/network-private.h"

#include <string.h>

#define MAX_PARTS 16

/* Products of weights and values in a batch, below which waking another thread takes longer than
 * the work: some 0.2 ms. */
#define MIN_PRODUCTS 4e6

#define BLOCKS_OF_PREDICTION 8

typedef struct
{
  Network *network;
  const float *parameters;
  int n;
  int part_size;

  /* Windows, with targets for a gradient and outputs for a prediction; or else chunks. */
  const NetworkWindow *windows;
  const float *targets;
  float *outputs;
  const NetworkChunk *chunks;
  int n_rows;
  float *states;

  const NetworkDropout *dropout; /* (nullable) */
  double squares[MAX_PARTS];
} Batch;

static int
n_parts_of (const Batch *batch)
{
  return (batch->n + batch->part_size - 1) / batch->part_size;
}

static int
length_of (const Batch *batch, int part)
{
  return MIN (batch->part_size, batch->n - part * batch->part_size);
}

/* A batch of less than two blocks is cut into half blocks, which take a little longer in total. */
static int
size_of_parts (const Network *network, int n, int n_rows)
{
  int block = network->kernel->block;
  double products = (double) n * n_rows * (double) network->n_parameters;

  if (!network->team || products < MIN_PRODUCTS)
    return n;
  if (n < 2 * block)
    block /= 2;
  return (n + MAX_PARTS * block - 1) / (MAX_PARTS * block) * block;
}

static NetworkDropout
dropout_of (const Batch *batch, int part)
{
  NetworkDropout dropout = batch->dropout ? *batch->dropout : (NetworkDropout){ 0 };

  dropout.first += part * batch->part_size;
  return dropout;
}

static void
gradient_of_windows (int thread, int part, void *user)
{
  Batch *batch = user;
  Network *network = batch->network;
  int first = part * batch->part_size;
  const NetworkDropout dropout = dropout_of (batch, part);

  batch->squares[part] = network->kernel->gradient (
      &network->shape, batch->parameters, batch->windows + first, batch->targets + first,
      length_of (batch, part), &dropout, network->gradients + (size_t) part * network->n_parameters,
      network_workspace (network, thread, KERNEL_TRAINING));
}

static void
gradient_of_chunks (int thread, int part, void *user)
{
  Batch *batch = user;
  Network *network = batch->network;
  size_t first = (size_t) part * (size_t) batch->part_size;
  const NetworkDropout dropout = dropout_of (batch, part);

  batch->squares[part] = network->kernel->stream_gradient (
      &network->shape, batch->parameters, batch->chunks + first, length_of (batch, part),
      batch->n_rows, &dropout, batch->states + first * network_n_state (network),
      network->gradients + (size_t) part * network->n_parameters,
      network_workspace (network, thread, KERNEL_TRAINING));
}

/* The outputs that count in a part. */
static int64_t
count_outputs (const Batch *batch, int part)
{
  int n = length_of (batch, part);
  int64_t n_outputs = 0;

  if (!batch->chunks)
    return n;
  for (const NetworkChunk *chunk = batch->chunks + part * batch->part_size; n > 0; n--, chunk++)
    n_outputs += MAX (batch->n_rows - chunk->n_uncounted, 0);
  return n_outputs;
}

/* The mean of the parts' gradients, each with the weight of its outputs, in the order of the parts.
 */
static void
collect_gradient (const Batch *batch, int n_parts, float *gradient)
{
  size_t n_parameters = batch->network->n_parameters;
  double n_outputs = 0;

  for (int part = 0; part < n_parts; part++)
    n_outputs += (double) count_outputs (batch, part);
  memset (gradient, 0, n_parameters * sizeof (float));
  for (int part = 0; part < n_parts && n_outputs > 0; part++)
    {
      const float *added = batch->network->gradients + (size_t) part * n_parameters;
      float weight = (float) ((double) count_outputs (batch, part) / n_outputs);

      for (size_t i = 0; i < n_parameters; i++)
        gradient[i] += weight * added[i];
    }
}

static double
run_gradient (Batch *batch, TeamPart do_part, float *gradient)
{
  Network *network = batch->network;
  int n_parts = n_parts_of (batch);
  double squares = 0;

  if (!network->gradients)
    network->gradients = g_new (float, MAX_PARTS * network->n_parameters);
  team_run (network->team, network->thread, n_parts, do_part, batch);
  collect_gradient (batch, n_parts, gradient);
  for (int part = 0; part < n_parts; part++)
    squares += batch->squares[part];
  return squares;
}

double
network_gradient (Network *network, const float *parameters, const NetworkWindow *windows,
                  const float *targets, int n, const NetworkDropout *dropout, float *gradient)
{
  Batch batch = {
    .network = network,
    .parameters = parameters,
    .n = n,
    .part_size = size_of_parts (network, n, network->shape.lookback),
    .windows = windows,
    .targets = targets,
    .dropout = dropout,
  };

  if (batch.part_size < n)
    return run_gradient (&batch, gradient_of_windows, gradient);
  return network->kernel->gradient (&network->shape, parameters, windows, targets, n, dropout,
                                    gradient,
                                    network_workspace (network, network->thread, KERNEL_TRAINING));
}

double
network_stream_gradient (Network *network, const float *parameters, const NetworkChunk *chunks,
                         int n, int n_rows, const NetworkDropout *dropout, float *states,
                         float *gradient)
{
  Batch batch = {
    .network = network,
    .parameters = parameters,
    .n = n,
    .part_size = size_of_parts (network, n, n_rows),
    .chunks = chunks,
    .n_rows = n_rows,
    .states = states,
    .dropout = dropout,
  };

  if (batch.part_size < n)
    return run_gradient (&batch, gradient_of_chunks, gradient);
  return network->kernel->stream_gradient (
      &network->shape, parameters, chunks, n, n_rows, dropout, states, gradient,
      network_workspace (network, network->thread, KERNEL_TRAINING));
}

static void
predict_part (int thread, int part, void *user)
{
  const Batch *batch = user;
  Network *network = batch->network;
  int first = part * batch->part_size;

  network->kernel->predict (&network->shape, batch->parameters, batch->windows + first,
                            length_of (batch, part), batch->outputs + first,
                            network_workspace (network, thread, KERNEL_PREDICTION));
}

/* The output of a window is the same in whatever part it is. */
void
network_predict (Network *network, const float *parameters, const NetworkWindow *windows, int n,
                 float *outputs)
{
  Batch batch = {
    .network = network,
    .parameters = parameters,
    .n = n,
    .part_size = network->team ? BLOCKS_OF_PREDICTION * network->kernel->block : n,
    .windows = windows,
    .outputs = outputs,
  };

  if (batch.part_size < n)
    team_run (network->team, network->thread, n_parts_of (&batch), predict_part, &batch);
  else
    predict_part (network->thread, 0, &batch);
}
