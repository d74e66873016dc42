/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/estimation/vestim-derived.h"
#include "daemon/vestim-estimate/data/frame.h"

/* Adds the column, whose sources the frame has. Each segment starts without the rows before it.
 * vestim-derived.h has the formulas; `period_s` is the time between rows, which does not matter for
 * a product. */
void derive_column (Frame *frame, const VestimDerived *derived, double period_s);

/* The mean of the last `n` rows, the first row standing for the rows before it: n values to `means`
 * from the `n_values` values. */
void derive_means (const double *values, size_t n_values, size_t n, double *means);
