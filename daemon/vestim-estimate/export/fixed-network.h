/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/vestim-estimate/results/model-file.h"

/* A model with weights of 16 or 8 bits that computes with integers alone; docs/estimation.md has
 * the formulas. It runs the same code that is exported (the folder text). */

#define FIXED_SUM_BITS 20  /* of sums and biases, after the point */
#define FIXED_HEAD_BITS 22 /* of the head's output */
#define FIXED_INPUT_BITS 14
#define FIXED_OUTPUT_BITS 15 /* of the output of an LSTM or GRU */

/* Rows of weights: each of its own scale. */
typedef struct
{
  int n_rows;
  int n_columns;
  int16_t *weights;
  int8_t *shifts; /* of a row's sum to the bits of sums */
} FixedMatrix;

typedef struct
{
  FixedMatrix input;
  FixedMatrix recurrent;   /* n_rows is 0 in an FNN */
  int32_t *biases;         /* one for each row */
  int32_t *recurrent_bias; /* of a GRU's candidate */
  int output_shift;        /* of an FNN: from the bits of sums to those of outputs */
} FixedLayer;

/* How a value is an integer: `per_unit` times the value, a power of ten. */
typedef struct
{
  int32_t per_unit;
  int32_t min;
  int32_t factor; /* scaled = (value - min) factor / 2^bits */
  int bits;
} FixedInput;

typedef struct
{
  const Model *model;
  int weight_bits; /* 16 or 8 */
  int n_layers;
  FixedLayer *layers;
  FixedMatrix head;
  int32_t head_bias;
  FixedInput *inputs; /* one for each input of the network */
  int32_t target_per_unit;
  int32_t target_min;
  int32_t target_width;
} FixedNetwork;

/* `(transfer full)`; NULL with `error` when weights or ranges are too large. `per_unit` has the
 * integer that is 1 for each input; NULL: as fixed_per_unit() has it for the input's range. The
 * model must outlive it. */
FixedNetwork *fixed_network_new (const Model *model, int weight_bits, const int32_t *per_unit,
                                 GError **error);
void fixed_network_free (FixedNetwork *network);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixedNetwork, fixed_network_free)

/* The power of ten that makes integers of values with this range: the least of 1, 10^3, 10^6, 10^9
 * that gives 10^5 steps. 0: none does. */
int32_t fixed_per_unit (const ScalingRange *range);

/* The estimates of the calls for the rows of a scaled series, in the target's unit.
 * `(transfer full)` */
float *fixed_network_predict (const FixedNetwork *network, VestimTestMode mode,
                              const Series *series);

/* The bytes of its constants. */
size_t fixed_network_flash (const FixedNetwork *network);
