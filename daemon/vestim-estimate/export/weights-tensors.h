/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/json/vestim-field-reader.h"
#include "common/estimation/vestim-hyperparameters.h"
#include "daemon/vestim-estimate/base/network-shape.h"

/* The weights of a network of another program. */

typedef enum
{
  WEIGHTS_TORCH,
  WEIGHTS_KERAS,
} WeightsOrder;

typedef struct
{
  VestimModelKind kind;
  NetworkShape shape;
  WeightsOrder order;
  bool is_reset_after; /* of a GRU of Keras: the reset gate acts on the product */
} WeightsLayout;

/* `(transfer full)` the parameters in our order, from the member "tensors" of the reader's object;
 * NULL if it has faults, which are then added. */
float *weights_tensors_read (const VestimFieldReader *reader, const WeightsLayout *layout,
                             size_t n_parameters);
