/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/data/dataset.h"
#include "daemon/vestim-estimate/training/error-stats.h"
#include "daemon/vestim-estimate/network/network.h"

/* A prediction for every row of a series, in the target's unit: each from a window of its own that
 * starts from the zero state, as in training, or with the state carried from row to row.
 * `(transfer full)`, n_rows values. */
float *tester_predict (Network *network, const float *parameters, const ScalingRange *target,
                       VestimTestMode mode, const Series *series);

/* The errors of such predictions. */
ErrorStats tester_compare (const Series *series, const float *predicted);

/* Over all rows of all series, each from a window of its own. */
ErrorStats tester_evaluate (Network *network, const float *parameters, const ScalingRange *target,
                            const Dataset *dataset);
