/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/export/c-inputs.h"
#include "daemon/vestim-estimate/export/c-network.h"
#include "daemon/vestim-estimate/export/fixed-network.h"

/* The network in integers. */

/* `(transfer full)` the network in integers, for the values that calls get and compute. NULL with
 * `error` when something does not fit. */
FixedNetwork *c_fixed_network_new (const CInputs *inputs, int weight_bits, GError **error);

/* The integer that stands for 1 in each of the columns of a call. `(transfer full)` */
int32_t *c_fixed_per_unit (const CInputs *inputs);

/* Lines of a comment: how values are integers. */
void c_fixed_append_comment (CCode *code, const CInputs *inputs, const FixedNetwork *network);

/* Appends scaling, weights and all functions. */
void c_fixed_append (CCode *code, const CInputs *inputs, const FixedNetwork *network);

/* As c_network_cost(). */
CCost c_fixed_cost (const CInputs *inputs, const FixedNetwork *network);
CCost c_fixed_window_cost (const CInputs *inputs, const FixedNetwork *network);
