/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "common/estimation/vestim-hyperparameters.h"
#include "daemon/vestim-estimate/base/network-shape.h"

/* Forward and backward pass of a network of one kind. The same source (kernel-lstm.c, -gru.c,
 * -fnn.c) is compiled once for each instruction set and, for the tests, in double precision; the
 * pointers to numbers are void here since their type is `real_size` wide. */

typedef enum
{
  KERNEL_TRAINING, /* also enough for predictions */
  KERNEL_PREDICTION,
  KERNEL_CARRIED,
} KernelUse;

typedef struct
{
  const char *name;
  size_t real_size; /* of float or double */

  /* Bytes, to be aligned to KERNEL_ALIGNMENT. What is in it need not be kept between calls. */
  size_t (*workspace_size) (const NetworkShape *shape, KernelUse use);

  /* Sets `gradient` to that of the mean squared error over `n` windows; returns the sum of the
   * squared errors, not a number when the parameters have gone astray. */
  double (*gradient) (const NetworkShape *shape, const void *parameters,
                      const NetworkWindow *windows, const void *targets, int n,
                      const NetworkDropout *dropout, void *gradient, void *workspace);

  void (*predict) (const NetworkShape *shape, const void *parameters, const NetworkWindow *windows,
                   int n, void *outputs, void *workspace);

  /* One output for each of `n_rows` rows, the state going from row to row; the first row is seen
   * `repeats` more times before. */
  void (*run_stateful) (const NetworkShape *shape, const void *parameters, const void *rows,
                        size_t n_rows, int repeats, void *outputs, void *workspace);
} Kernel;

#define KERNEL_ALIGNMENT 64
#define KERNEL_MAX_VARIANTS 3

/* Those in single precision that this machine can run, the fastest last; returns how many. */
int kernels_get (VestimModelKind kind, const Kernel *kernels[KERNEL_MAX_VARIANTS]);

/* In double precision: the reference of the tests. */
const Kernel *kernel_get_double (VestimModelKind kind);
