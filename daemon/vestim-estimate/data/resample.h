/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/estimation/vestim-preprocessing.h"
#include "daemon/vestim-estimate/data/frame.h"

/* Brings all columns to rows of the period. docs/estimation.md has the formulas. Each segment is
 * resampled by itself; one that is shorter than a period has no rows afterwards. False with
 * `error`, a sentence, when the times, which the frame must have, don't rise, or when there would
 * be too few rows or too many. */
bool resample_frame (Frame *frame, double period, VestimResample how, GError **error);
