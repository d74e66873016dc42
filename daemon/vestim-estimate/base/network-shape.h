/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* What decides the number of a network's parameters and the rows it reads. */
typedef struct
{
  int n_inputs;
  int n_layers;
  const int *sizes; /* of the hidden layers */
  int lookback;     /* rows a window has; 1 for a network that sees one row */
} NetworkShape;

/* Rows of `n_inputs` scaled values each; the first row counts `repeats` more times in front. */
typedef struct
{
  const void *rows;
  int repeats;
} NetworkWindow;

/* What is left out in a step of training: each value with probability `rate`, those that stay being
 * divided by 1 - `rate`. Which ones follows from the key alone, whatever the kernel. */
typedef struct
{
  double rate; /* 0 to less than 1 */
  uint64_t key;
} NetworkDropout;

static inline int
network_layer_inputs (const NetworkShape *shape, int layer)
{
  return layer == 0 ? shape->n_inputs : shape->sizes[layer - 1];
}
