/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/estimation/vestim-hyperparameters.h"
#include "daemon/vestim-estimate/base/network-shape.h"
#include "daemon/vestim-estimate/base/random.h"
#include "daemon/vestim-estimate/base/team.h"

/* A network of any kind, in single precision, as trainer, tester and model file see it. The caller
 * owns the parameters: one array, which optimiser, file and copies treat as a whole. */
typedef struct Network Network;

/* A named part of the parameters. */
typedef struct
{
  char *name;
  int n_rows;
  int n_columns; /* 1 for a vector */
} NetworkTensor;

/* The functions of one kind of network. */
typedef struct
{
  /* NetworkTensor, in the order of the parameters. */
  GArray *(*tensors) (const NetworkShape *shape);
  void (*initialise) (const NetworkShape *shape, Random *random, float *parameters);
} NetworkType;

extern const NetworkType network_lstm_type;
extern const NetworkType network_gru_type;
extern const NetworkType network_fnn_type;

void network_add_tensor (GArray *tensors, const char *place, const char *what, int n_rows,
                         int n_columns);

/* The shape is copied. A network that sees one row gets a lookback of 1, whatever `shape` says.
 * `(transfer full)` */
Network *network_new (VestimModelKind kind, const NetworkShape *shape);
void network_free (Network *network);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Network, network_free)

/* Lets the threads of the team (nullable) help with gradients and predictions of windows. `thread`
 * is the number of the thread that uses the network. The gradient of a batch is then summed over
 * parts, whose size depends on network, kernel and batch alone: the result is the same, bit for
 * bit, for each team of two or more threads, but is rounded otherwise than without a team. */
void network_set_team (Network *network, Team *team, int thread);

const NetworkShape *network_shape (const Network *network);
size_t network_n_parameters (const Network *network);
const char *network_name (const Network *network);
const char *network_kernel_name (const Network *network);
const GArray *network_tensors (const Network *network); /* NetworkTensor */

void network_initialise (const Network *network, Random *random, float *parameters);

/* Sets `gradient` to the gradient of the mean squared error over the windows, with dropout unless
 * `dropout` is NULL. Returns the sum of the squared errors, which is not finite when training has
 * diverged. */
double network_gradient (Network *network, const float *parameters, const NetworkWindow *windows,
                         const float *targets, int n, const NetworkDropout *dropout,
                         float *gradient);

/* One output for each window. */
void network_predict (Network *network, const float *parameters, const NetworkWindow *windows,
                      int n, float *outputs);

/* For a network with a state: the number of values of the state of one stream. */
size_t network_n_state (const Network *network);

/* The same as network_gradient() for the next `n_rows` rows (at most the lookback) of `n` streams,
 * over all their outputs that count. Replaces the states [n][n_state] by those after these rows. */
double network_stream_gradient (Network *network, const float *parameters,
                                const NetworkChunk *chunks, int n, int n_rows,
                                const NetworkDropout *dropout, float *states, float *gradient);

/* The outputs [n_rows][n] (nullable) and states after these rows. */
void network_run_streams (Network *network, const float *parameters, const NetworkChunk *chunks,
                          int n, int n_rows, float *states, float *outputs);

/* One output for each of a file's scaled rows [n_rows][n_inputs]; the state goes from row to row.
 * It starts as a window does: from zero, with the first row repeated `lookback` - 1 times in front.
 */
void network_forward_stateful (Network *network, const float *parameters, const float *rows,
                               size_t n_rows, float *outputs);

/* The same for the next rows of that file, after the last call of one of these two, with no other
 * use of the network in between. */
void network_go_on_stateful (Network *network, const float *parameters, const float *rows,
                             size_t n_rows, float *outputs);
