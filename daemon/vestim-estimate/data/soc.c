/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/soc.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <math.h>

#define SECONDS_PER_HOUR 3600.0

/* At a cut the current must be at most this share of the capacity in an hour, so that no charge is
 * lost: a rest. */
#define REST_SHARE 0.01

/* How much a counter may differ from the charge that the current carried. */
#define MAX_COUNTER_ERROR 0.1

/* The charge in Ah that has flowed into the cell since the first row, without the time of cuts. */
static double *
count_current (const Frame *frame, VestimCurrentSign sign)
{
  const double *current = frame_column (frame, VESTIM_SOC_CURRENT), *times = frame->times;
  double *charge = g_new (double, frame->n_rows);
  double sum = 0, factor = sign == VESTIM_SIGN_DISCHARGE_POSITIVE ? -0.5 : 0.5;

  for (guint segment = 0; segment < frame->segments->len; segment++)
    {
      size_t begin = frame_segment_begin (frame, segment), end = frame_segment_end (frame, segment);

      charge[begin] = sum;
      for (size_t row = begin + 1; row < end; row++)
        {
          sum += factor * (current[row - 1] + current[row]) * (times[row] - times[row - 1])
                 / SECONDS_PER_HOUR;
          charge[row] = sum;
        }
    }
  return charge;
}

static bool
check_sign (const Frame *frame, VestimCurrentSign sign, GError **error)
{
  if (sign != VESTIM_SIGN_AS_WRITTEN)
    return true;
  failure_set (
      error,
      "%s: soc needs the sign of the current: give current_sign, \"discharge_negative\" or "
      "\"discharge_positive\"",
      frame->path);
  return false;
}

/* What flowed during a cut is unknown unless the cell rested. */
static bool
check_cuts (const Frame *frame, const VestimSoc *soc, GError **error)
{
  const double *current = frame_column (frame, VESTIM_SOC_CURRENT);

  for (guint segment = 1; segment < frame->segments->len; segment++)
    {
      size_t row = frame_segment_begin (frame, segment);
      double before = current[row - 1], after = current[row];

      if (fmax (fabs (before), fabs (after)) <= REST_SHARE * soc->capacity_ah)
        continue;
      failure_set (error,
                   "%s: before row %zu there is a gap of %g s with a current of %g A before and %g "
                   "A after it, so the charge that flowed is unknown: count the cycler's column "
                   "(\"from\": \"counter\"), or divide the file there",
                   frame->path, row + 1, frame->times[row] - frame->times[row - 1], before, after);
      return false;
    }
  return true;
}

/* Compares the counter with the charge from the current, segment by segment, because a gap is
 * missing in one of them: sums of counter times charge, of charge squared, and of counter squared.
 */
static void
compare (const Frame *frame, const double *counter, const double *charge, double sums[3])
{
  for (guint segment = 0; segment < frame->segments->len; segment++)
    {
      size_t begin = frame_segment_begin (frame, segment), end = frame_segment_end (frame, segment);

      for (size_t row = begin + 1; row < end; row++)
        {
          double counted = counter[row] - counter[begin], flowed = charge[row] - charge[begin];

          sums[0] += counted * flowed;
          sums[1] += flowed * flowed;
          sums[2] += counted * counted;
        }
    }
}

/* Replaces the charge with the cycler's count of it. The sign of the count follows from the
 * current; a counter that starts again with each step, or that counts only one direction, doesn't
 * fit. */
static bool
use_counter (const Frame *frame, double *charge, GError **error)
{
  const double *counter = frame_column (frame, VESTIM_SOC_COUNTER);
  double sums[3] = { 0 };

  compare (frame, counter, charge, sums);

  double slope = sums[1] > 0 ? sums[0] / sums[1] : sums[2] > 0 ? NAN : 1;
  if (!(fabs (fabs (slope) - 1) <= MAX_COUNTER_ERROR)
      || sums[2] > sums[1] * pow (1 + MAX_COUNTER_ERROR, 2) * 1.0001)
    {
      failure_set (error,
                   "%s: \"" VESTIM_SOC_COUNTER
                   "\" does not follow the current: its changes are %.3g times the charge that "
                   "flowed. It may start again with each step, or count one direction only: use "
                   "\"from\": \"current\"",
                   frame->path, slope);
      return false;
    }
  for (size_t row = 0; row < frame->n_rows; row++)
    charge[row] = copysign (1, slope) * (counter[row] - counter[0]);
  return true;
}

bool
soc_compute (Frame *frame, const VestimSoc *soc, VestimCurrentSign sign, size_t *n_clipped,
             GError **error)
{
  bool is_counted = soc->from == VESTIM_SOC_FROM_COUNTER;

  if (!check_sign (frame, sign, error) || (!is_counted && !check_cuts (frame, soc, error)))
    return false;

  g_autofree double *values = count_current (frame, sign);
  if (is_counted && !use_counter (frame, values, error))
    return false;

  *n_clipped = 0;
  for (size_t row = 0; row < frame->n_rows; row++)
    {
      double share = soc->initial + values[row] / soc->capacity_ah;

      values[row] = fmin (fmax (share, 0), 1);
      *n_clipped += values[row] != share;
    }
  frame_set_column (frame, VESTIM_SOC_COLUMN, g_steal_pointer (&values));
  return true;
}
