/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "common/estimation/vestim-hyperparameters.h"
#include "daemon/vestim-estimate/base/network-shape.h"

/* Forward and backward pass of a network of one kind. The same source (kernel-lstm.c, -gru.c,
 * -fnn.c) is compiled once for each instruction set and, for the tests, in double precision. So
 * pointers to numbers are void here; a number has `real_size` bytes. */

typedef enum
{
  KERNEL_TRAINING, /* also enough for predictions */
  KERNEL_PREDICTION,
  KERNEL_STATEFUL,
} KernelUse;

typedef struct
{
  const char *name;
  size_t real_size; /* of float or double */
  int block;        /* windows or streams that go through the network together */

  /* Bytes, aligned to KERNEL_ALIGNMENT. Its content need not be kept between calls. */
  size_t (*workspace_size) (const NetworkShape *shape, KernelUse use);

  /* Sets `gradient` to the gradient of the mean squared error over `n` windows. Returns the sum of
   * the squared errors, which is NaN when the parameters have diverged. */
  double (*gradient) (const NetworkShape *shape, const void *parameters,
                      const NetworkWindow *windows, const void *targets, int n,
                      const NetworkDropout *dropout, void *gradient, void *workspace);

  void (*predict) (const NetworkShape *shape, const void *parameters, const NetworkWindow *windows,
                   int n, void *outputs, void *workspace);

  /* One output for each of `n_rows` rows; the state goes from row to row. The first row is repeated
   * `repeats` more times in front. With KERNEL_GO_ON the state is that of the last call with this
   * workspace, which nothing else may have used since. */
  void (*run_stateful) (const NetworkShape *shape, const void *parameters, const void *rows,
                        size_t n_rows, int repeats, void *outputs, void *workspace);

  /* The next three are NULL for a network without a state. */

  /* Bytes of the state of one stream. All zero is the state at the start. */
  size_t (*state_size) (const NetworkShape *shape);

  /* The same as gradient() for the next `n_rows` rows (at most the lookback) of `n` streams, over
   * all outputs that count. It replaces the streams' states by those after the chunk; the gradient
   * does not go back beyond the chunk. */
  double (*stream_gradient) (const NetworkShape *shape, const void *parameters,
                             const NetworkChunk *chunks, int n, int n_rows,
                             const NetworkDropout *dropout, void *states, void *gradient,
                             void *workspace);

  /* The outputs [n_rows][n] (nullable) and the states after these rows. For a workspace of
   * KERNEL_PREDICTION. */
  void (*run_streams) (const NetworkShape *shape, const void *parameters,
                       const NetworkChunk *chunks, int n, int n_rows, void *states, void *outputs,
                       void *workspace);
} Kernel;

#define KERNEL_ALIGNMENT 64
#define KERNEL_GO_ON (-1)
#define KERNEL_MAX_VARIANTS 3

/* The kernels in single precision that this machine can run, the fastest last. Returns their
 * number. */
int kernels_get (VestimModelKind kind, const Kernel *kernels[KERNEL_MAX_VARIANTS]);

/* In double precision: the reference of the tests. */
const Kernel *kernel_get_double (VestimModelKind kind);
