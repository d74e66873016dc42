/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/export/c-inputs.h"

/* The network in single precision. */

/* Appends scaling, weights and all functions up to the calls. */
void c_network_append (CCode *code, const CInputs *inputs);

/* Appends the numbers of units and rows. */
void c_network_append_macros (CCode *code, const Model *model);

/* Appends the type of the state: that of a layer's outputs, and that of an LSTM's cells. */
void c_network_append_state (CCode *code, const CInputs *inputs, const char *output,
                             const char *cell);

/* Appends the calls, which are the same for all types of numbers. */
void c_network_append_calls (CCode *code, const CInputs *inputs);

/* The cost of an estimate on the target machine. */
typedef struct
{
  size_t flash;       /* bytes of constants; the code comes on top */
  size_t ram;         /* bytes that stay: the state, or the rows of the window */
  size_t stack;       /* bytes of arrays during an estimate */
  size_t multiplies;  /* multiplications, each with an addition */
  size_t activations; /* calls of sigmoid and tanh */
} CCost;

/* Of a step with the state; of a window of rows from the zero state, which an FNN does not have. */
CCost c_network_cost (const CInputs *inputs);
CCost c_network_window_cost (const CInputs *inputs);

/* Of what stays in moving means and filters. */
size_t c_network_filter_bytes (const CInputs *inputs);

int c_network_n_gates (VestimModelKind kind); /* with weights of their own */
int c_network_largest_layer (const NetworkShape *shape);
int c_network_n_units (const NetworkShape *shape);

/* A tensor's name in C. `(transfer full)` */
char *c_network_tensor_name (const NetworkTensor *tensor);
