/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/estimation/vestim-data-settings.h"
#include "common/estimation/vestim-soc.h"
#include "daemon/vestim-estimate/data/frame.h"

/* Adds the column "SOC", computed from "Current" or "Capacity". docs/estimation.md has the
 * formulas.
 * `*n_clipped` is the number of rows in which the count was below 0 or above 1. False with `error`
 * when something that the count needs is not known. The frame must have times. */
bool soc_compute (Frame *frame, const VestimSoc *soc, VestimCurrentSign sign, size_t *n_clipped,
                  GError **error);
