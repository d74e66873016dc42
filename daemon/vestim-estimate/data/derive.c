/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/derive.h"

/* The sum is computed again from its rows after each `n` rows, so that rounding errors do not
 * accumulate. */
void
derive_means (const double *values, size_t n_values, size_t n, double *means)
{
  double sum = 0;

  for (size_t row = 0; row < n_values; row++)
    {
      size_t first = row + 1 > n ? row + 1 - n : 0;

      if (row % n == 0)
        {
          sum = values[0] * (double) (n - (row - first + 1));
          for (size_t i = first; i <= row; i++)
            sum += values[i];
        }
      else
        sum += values[row] - (row >= n ? values[row - n] : values[0]);
      means[row] = sum / (double) n;
    }
}

static void
low_pass (const double *values, size_t n_values, double share, double *passed)
{
  double state = values[0];

  for (size_t row = 0; row < n_values; row++)
    {
      state += share * (values[row] - state);
      passed[row] = state;
    }
}

static void
multiply (const double *values, const double *others, size_t n_values, double *products)
{
  for (size_t row = 0; row < n_values; row++)
    products[row] = values[row] * others[row];
}

void
derive_column (Frame *frame, const VestimDerived *derived, double period_s)
{
  const double *values = frame_column (frame, derived->of);
  double *made = g_new (double, frame->n_rows);

  for (guint segment = 0; segment < frame->segments->len; segment++)
    {
      size_t begin = frame_segment_begin (frame, segment);
      size_t n = frame_segment_end (frame, segment) - begin;

      switch (derived->kind)
        {
        case VESTIM_DERIVED_MEAN:
          derive_means (values + begin, n, (size_t) vestim_derived_mean_rows (derived, period_s),
                        made + begin);
          break;
        case VESTIM_DERIVED_LOW_PASS:
          low_pass (values + begin, n, vestim_derived_low_pass_share (derived, period_s),
                    made + begin);
          break;
        case VESTIM_DERIVED_PRODUCT:
          multiply (values + begin, frame_column (frame, derived->by) + begin, n, made + begin);
          break;
        }
    }
  frame_set_column (frame, derived->name, made);
}
