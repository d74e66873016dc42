/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "estimator/network-shape.h"

/* Forward and backward pass of a stack of LSTM layers with a linear head, over a batch of windows.
 * The same source (kernel-lstm-template.inc) is compiled once for each instruction set and, for the
 * tests, in double precision; the pointers to numbers are void here since their type is `real_size`
 * wide. */

typedef struct
{
  const char *name;
  size_t real_size; /* of float or double */

  /* Bytes, to be aligned to KERNEL_ALIGNMENT. What is in it need not be kept between calls. */
  size_t (*workspace_size) (const NetworkShape *shape, bool training);

  /* Sets `gradient` to that of the mean squared error over `n` windows; returns the sum of the
   * squared errors, not a number when the parameters have gone astray. */
  double (*gradient) (const NetworkShape *shape, const void *parameters,
                      const NetworkWindow *windows, const void *targets, int n, void *gradient,
                      void *workspace);

  void (*predict) (const NetworkShape *shape, const void *parameters, const NetworkWindow *windows,
                   int n, void *outputs, void *workspace);
} LstmKernel;

#define KERNEL_ALIGNMENT 64

/* Parameters lie layer after layer: input weights [4 * size][inputs], recurrent weights
 * [4 * size][size], biases [4 * size], the gates in the order input, forget, cell, output; then the
 * head's weights [size of the last layer] and its bias. */
static inline int
lstm_layer_inputs (const NetworkShape *shape, int layer)
{
  return layer == 0 ? shape->n_inputs : shape->sizes[layer - 1];
}

static inline size_t
lstm_layer_parameters (const NetworkShape *shape, int layer)
{
  size_t size = (size_t) shape->sizes[layer];

  return 4 * size * ((size_t) lstm_layer_inputs (shape, layer) + size + 1);
}

static inline size_t
lstm_n_parameters (const NetworkShape *shape)
{
  size_t n = (size_t) shape->sizes[shape->n_layers - 1] + 1;

  for (int layer = 0; layer < shape->n_layers; layer++)
    n += lstm_layer_parameters (shape, layer);
  return n;
}

/* Of these only the plain one and the double one are on every processor. */
extern const LstmKernel lstm_kernel_plain;
extern const LstmKernel lstm_kernel_avx2;
extern const LstmKernel lstm_kernel_avx512;
extern const LstmKernel lstm_kernel_double; /* the reference of the tests */

#define LSTM_MAX_KERNELS 3

/* Those in single precision that this machine can run, the fastest last; returns how many. */
int lstm_kernels_get (const LstmKernel *kernels[LSTM_MAX_KERNELS]);
