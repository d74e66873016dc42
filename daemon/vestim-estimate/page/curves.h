/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/results/error-unit.h"

/* Appends what the files of predictions in `folder` show of the tests in `metrics`: a histogram of
 * the errors, predicted against measured values, and the curves of the files with the largest
 * errors. Files that are gone are left out. */
void curves_append (GString *html, const VestimJsonNode *metrics, const char *folder,
                    const char *target, const ErrorUnit *unit);
