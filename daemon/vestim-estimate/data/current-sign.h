/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>

#include "common/estimation/vestim-data-settings.h"

/* Whether a discharge current is positive or negative, by the response of the voltage: in a cell
 * with the resistance R, a step dI of the charging current changes the voltage by about R dI. */
typedef struct
{
  VestimCurrentSign sign; /* VESTIM_SIGN_AS_WRITTEN: there is too little evidence */
  size_t n_steps;         /* of the current that were looked at */
  double correlation;     /* of the steps of voltage and current, about zero: -1 to 1 */
} CurrentSign;

/* At least this many steps of at least a tenth of the largest one, and this correlation. */
#define CURRENT_SIGN_STEPS 10
#define CURRENT_SIGN_CORRELATION 0.5

/* The values of row i are at i * stride. */
CurrentSign current_sign_find (const double *current, size_t current_stride, const double *voltage,
                               size_t voltage_stride, size_t n_rows);

/* `(transfer full)` "in 881 steps of the current the voltage rises with it (correlation 0.99), so a
 * discharge is negative" */
char *current_sign_explain (const CurrentSign *sign);
