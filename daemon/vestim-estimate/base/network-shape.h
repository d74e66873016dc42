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

/* Rows of `n_inputs` scaled values each. The first row is repeated `repeats` more times in front.
 */
typedef struct
{
  const void *rows;
  int repeats;
} NetworkWindow;

/* The next rows of a stream: a series that a network with a state goes through row by row, chunk
 * after chunk. */
typedef struct
{
  NetworkWindow window;
  const void *targets; /* of the rows, the first repeated as the row is; only for training */
  int n_uncounted;     /* so many first rows have no error that counts */
} NetworkChunk;

/* Dropout in one step of training: each value is left out with probability `rate`, and the others
 * are divided by 1 - `rate`. The key and a window's number in the batch alone decide which ones, in
 * every kernel. */
typedef struct
{
  double rate; /* 0 to less than 1 */
  uint64_t key;
  int first; /* number of the first window, where a call gets only a part of the batch */
} NetworkDropout;

static inline int
network_layer_inputs (const NetworkShape *shape, int layer)
{
  return layer == 0 ? shape->n_inputs : shape->sizes[layer - 1];
}
