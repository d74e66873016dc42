/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Every failure of the estimator is a sentence for the user that says what to do. No caller needs a
 * code. */

#define ESTIMATOR_ERROR (estimator_error_quark ())
GQuark estimator_error_quark (void);

typedef enum
{
  ESTIMATOR_ERROR_FAILED,
} EstimatorError;

void failure_set (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
