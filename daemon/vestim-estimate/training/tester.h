/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/data/dataset.h"
#include "daemon/vestim-estimate/training/error-stats.h"
#include "daemon/vestim-estimate/network/network.h"

/* A prediction for every row of a series, in the target's unit. Windowed: each from its own window
 * that starts with the zero state, as in training. Stateful: the state goes from row to row.
 * `(transfer full)`, n_rows values. */
float *tester_predict (Network *network, const float *parameters, const ScalingRange *target,
                       VestimTestMode mode, const Series *series);

/* From scaled outputs to the target's unit, in place. */
void tester_unscale (const ScalingRange *target, float *values, size_t n);

/* The errors of these predictions. */
ErrorStats tester_compare (const Series *series, const float *predicted);

/* Adds them to others. */
void tester_add_errors (ErrorStats *stats, const Series *series, const float *predicted);

/* The error over all rows of all series. */
ErrorStats tester_evaluate (Network *network, const float *parameters, const ScalingRange *target,
                            VestimTestMode mode, const Dataset *dataset);
