/* SPDX-License-Identifier: MIT */
#pragma once

#include "estimator/dataset.h"
#include "estimator/error-stats.h"
#include "estimator/network.h"

/* A prediction for every row of a series, in the target's unit: each row's window starts from the
 * zero state, as in training. `(transfer full)`, n_rows values. */
float *tester_predict (Network *network, const float *parameters, const ScalingRange *target,
                       const Series *series);

/* The errors of such predictions. */
ErrorStats tester_compare (const Series *series, const float *predicted);

/* Over all rows of all series. */
ErrorStats tester_evaluate (Network *network, const float *parameters, const ScalingRange *target,
                            const Dataset *dataset);
