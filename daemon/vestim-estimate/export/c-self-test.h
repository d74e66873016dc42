/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/export/c-inputs.h"
#include "daemon/vestim-estimate/export/fixed-network.h"

/* Appends rows of inputs, the estimates of this program for them, and the function
 * vestim_self_test(), which compares. `fixed` is nullable. */
void c_self_test_append (CCode *code, const CInputs *inputs, const FixedNetwork *fixed);
