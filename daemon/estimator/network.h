/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/vestim-estimation.h"
#include "estimator/network-shape.h"
#include "estimator/random.h"

/* A network of any kind, in single precision: what trainer, tester and model file know of it. The
 * parameters are the caller's, one array, so that optimiser, file and copies need no more. */
typedef struct Network Network;

/* A named part of the parameters. */
typedef struct
{
  char *name;
  int n_rows;
  int n_columns; /* 1 for a vector */
} NetworkTensor;

/* What a kind of network brings. */
typedef struct
{
  VestimModelKind kind;
  const char *name; /* as in the settings */
  void *(*open) (const NetworkShape *shape);
  void (*close) (void *self);
  const char *(*kernel_name) (const void *self);
  GArray *(*tensors) (
      const NetworkShape *shape); /* NetworkTensor, in the order of the parameters */
  void (*initialise) (const NetworkShape *shape, Random *random, float *parameters);
  double (*gradient) (void *self, const float *parameters, const NetworkWindow *windows,
                      const float *targets, int n, float *gradient);
  void (*predict) (void *self, const float *parameters, const NetworkWindow *windows, int n,
                   float *outputs);
} NetworkType;

extern const NetworkType network_lstm_type;

/* Whether this version has networks of the kind. */
bool network_has_kind (VestimModelKind kind);

/* The shape is copied; the kind must be there. `(transfer full)` */
Network *network_new (VestimModelKind kind, const NetworkShape *shape);
void network_free (Network *network);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Network, network_free)

const NetworkShape *network_shape (const Network *network);
size_t network_n_parameters (const Network *network);
const char *network_name (const Network *network);
const char *network_kernel_name (const Network *network);
const GArray *network_tensors (const Network *network); /* NetworkTensor */

void network_initialise (const Network *network, Random *random, float *parameters);

/* Sets `gradient` to that of the mean squared error over the windows; returns the sum of the
 * squared errors, not finite when training has gone astray. */
double network_gradient (Network *network, const float *parameters, const NetworkWindow *windows,
                         const float *targets, int n, float *gradient);

void network_predict (Network *network, const float *parameters, const NetworkWindow *windows,
                      int n, float *outputs);
