/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestim-estimate/data/scaling.h"

/* Rows outside the range of the training files: a network has never seen their like. */

/* `(transfer full)` a sentence for each input, and for the target if it was measured, of which at
 * least 1 % of the rows of the scaled series are below or above the range, by more than 1 % of it.
 * The names are for the sentences. */
GPtrArray *outside_explain (const GPtrArray *series, char *const *inputs, const char *target,
                            const Scaling *scaling);
