/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/export/c-inputs.h"

/* Appends rows of inputs, the estimates of this program for them, and the function
 * vestim_self_test(), which compares. */
void c_self_test_append (CCode *code, const CInputs *inputs);
