/* SPDX-License-Identifier: MIT */
#pragma once

/* What decides the number of a network's parameters and the rows it reads. */
typedef struct
{
  int n_inputs;
  int n_layers;
  const int *sizes; /* of the hidden layers */
  int lookback;     /* rows a window has */
} NetworkShape;

/* Rows of `n_inputs` scaled values each; the first row counts `repeats` more times in front. */
typedef struct
{
  const void *rows;
  int repeats;
} NetworkWindow;
