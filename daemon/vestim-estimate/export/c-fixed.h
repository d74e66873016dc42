/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/export/c-inputs.h"
#include "daemon/vestim-estimate/export/c-network.h"
#include "daemon/vestim-estimate/export/fixed-network.h"

/* The network in integers. */

/* False with `error`: the values that the model computes from its inputs don't fit into integers.
 */
bool c_fixed_check (const CInputs *inputs, const FixedNetwork *network, GError **error);

/* The integer that stands for 1 in a column. */
int32_t c_fixed_per_unit (const Model *model, const char *column);

/* Lines of a comment: how values are integers. */
void c_fixed_append_comment (CCode *code, const CInputs *inputs, const FixedNetwork *network);

/* Appends scaling, weights and all functions. */
void c_fixed_append (CCode *code, const CInputs *inputs, const FixedNetwork *network);

/* As c_network_cost(). */
CCost c_fixed_cost (const CInputs *inputs, const FixedNetwork *network);
CCost c_fixed_window_cost (const CInputs *inputs, const FixedNetwork *network);
