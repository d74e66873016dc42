/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/estimation/vestim-hyperparameters.h"

#define N_WINDOWS 7

/* The outputs and gradients of PyTorch for networks and rows made of sines, see
 * tests/support/torch-vectors.py. */
typedef struct
{
  VestimModelKind kind;
  int n_inputs;
  int n_layers;
  int sizes[3];
  int lookback;
  double outputs[N_WINDOWS];
  double gradient[256];
} Vector;

static const Vector vectors[] = {
#include "tests/unit/vestim-estimate/network/torch-vectors.inc"
};
