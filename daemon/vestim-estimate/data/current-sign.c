/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/current-sign.h"

#include <math.h>

#define SMALLEST_STEP 0.1 /* of the largest one */

static double
step_of (const double *values, size_t stride, size_t row)
{
  return values[row * stride] - values[(row - 1) * stride];
}

CurrentSign
current_sign_find (const double *current, size_t current_stride, const double *voltage,
                   size_t voltage_stride, size_t n_rows)
{
  CurrentSign found = { VESTIM_SIGN_AS_WRITTEN, 0, 0 };
  double largest = 0, products = 0, currents = 0, voltages = 0;

  for (size_t row = 1; row < n_rows; row++)
    largest = fmax (largest, fabs (step_of (current, current_stride, row)));
  for (size_t row = 1; row < n_rows && largest > 0; row++)
    {
      double di = step_of (current, current_stride, row);
      double dv = step_of (voltage, voltage_stride, row);

      if (fabs (di) < SMALLEST_STEP * largest || isnan (dv))
        continue;
      found.n_steps++;
      products += di * dv;
      currents += di * di;
      voltages += dv * dv;
    }

  if (currents > 0 && voltages > 0)
    found.correlation = products / sqrt (currents * voltages);
  if (found.n_steps >= CURRENT_SIGN_STEPS && fabs (found.correlation) >= CURRENT_SIGN_CORRELATION)
    found.sign =
        found.correlation > 0 ? VESTIM_SIGN_DISCHARGE_NEGATIVE : VESTIM_SIGN_DISCHARGE_POSITIVE;
  return found;
}

char *
current_sign_explain (const CurrentSign *sign)
{
  bool rises = sign->correlation > 0;

  return g_strdup_printf ("in %zu steps of the current the voltage %s when the current rises "
                          "(correlation %.2f), so a discharge is %s",
                          sign->n_steps, rises ? "rises" : "falls", sign->correlation,
                          rises ? "negative" : "positive");
}
