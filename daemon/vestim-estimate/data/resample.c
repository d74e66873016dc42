/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/resample.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <math.h>

/* A file with one distant time must not use up the memory. */
#define MAX_ROWS_A_ROW 100

/* Times are decimal numbers, so that their differences have rounding errors: a row that is this
 * part of a period too early counts as being there. */
#define TOLERANCE 1e-6

/* One segment and the times of its new rows: start + i * period for i from `first_step`. */
typedef struct
{
  size_t begin, end; /* rows */
  double start;
  size_t first_step;
  size_t n; /* new rows */
} Plan;

static bool
check_times (const Frame *frame, double period, GError **error)
{
  double duration = 0;

  for (guint segment = 0; segment < frame->segments->len; segment++)
    {
      size_t begin = frame_segment_begin (frame, segment), end = frame_segment_end (frame, segment);

      for (size_t row = begin + 1; row < end; row++)
        if (!(frame->times[row] > frame->times[row - 1]))
          {
            failure_set (error,
                         "%s: in row %zu the time is %g after %g: resampling needs increasing "
                         "times; correct the file or leave out resample_s",
                         frame->path, row + 1, frame->times[row], frame->times[row - 1]);
            return false;
          }
      duration += frame->times[end - 1] - frame->times[begin];
    }

  double rows = duration / period + 1;
  if (rows >= 2 && rows <= (double) frame->n_rows * MAX_ROWS_A_ROW)
    return true;
  failure_set (error,
               "%s lasts %g s in %zu rows: with a period of %g s it would have %.0f rows; "
               "choose a %s period",
               frame->path, duration, frame->n_rows, period, floor (rows),
               rows < 2 ? "shorter" : "longer");
  return false;
}

/* A row of a mean is at the end of its period, and the first row of the file stands for the file's
 * period before it. */
static Plan
plan_segment (const Frame *frame, guint segment, double period, VestimResample how,
              double file_period)
{
  Plan plan = { .begin = frame_segment_begin (frame, segment),
                .end = frame_segment_end (frame, segment) };
  double first = frame->times[plan.begin], last = frame->times[plan.end - 1];
  bool is_mean = how == VESTIM_RESAMPLE_MEAN;

  plan.start = is_mean ? first - file_period : first;
  plan.first_step = is_mean ? 1 : 0;
  plan.n = (size_t) floor ((last - plan.start) / period + TOLERANCE) + 1 - plan.first_step;
  return plan;
}

/* By straight lines between the neighbouring rows. */
static void
fill_points (const Frame *frame, const Plan *plan, double period, const double *values,
             double *made)
{
  const double *times = frame->times;
  size_t row = plan->begin, last = plan->end - 1;

  for (size_t i = 0; i < plan->n; i++)
    {
      double time = plan->start + (double) i * period;

      while (row + 2 <= last && times[row + 1] <= time)
        row++;

      size_t next = MIN (row + 1, last);
      double step = times[next] - times[row];
      double part = step > 0 ? fmin (fmax ((time - times[row]) / step, 0), 1) : 0;
      made[i] = values[row] + part * (values[next] - values[row]);
    }
}

/* Each row stands for the time since the row before it. */
static void
fill_means (const Frame *frame, const Plan *plan, double period, const double *values, double *made)
{
  const double *times = frame->times;
  size_t row = plan->begin, last = plan->end - 1;
  double from = plan->start;

  for (size_t i = 0; i < plan->n; i++)
    {
      double begin = from, until = plan->start + (double) (i + 1) * period, sum = 0;

      /* The last row also stands for what rounding leaves of the last period. */
      for (; row < last && times[row] <= until; row++)
        {
          sum += values[row] * (times[row] - from);
          from = times[row];
        }
      sum += values[row] * (until - from);
      from = until;
      made[i] = sum / (until - begin);
    }
}

static double *
resample_column (const Frame *frame, const GArray *plans, size_t n, double period,
                 VestimResample how, const double *values)
{
  double *made = g_new (double, n), *at = made;

  for (guint i = 0; i < plans->len; i++)
    {
      const Plan *plan = &g_array_index (plans, Plan, i);

      if (how == VESTIM_RESAMPLE_MEAN)
        fill_means (frame, plan, period, values, at);
      else
        fill_points (frame, plan, period, values, at);
      at += plan->n;
    }
  return made;
}

static double *
make_times (const GArray *plans, size_t n, double period)
{
  double *times = g_new (double, n), *at = times;

  for (guint i = 0; i < plans->len; i++)
    {
      const Plan *plan = &g_array_index (plans, Plan, i);

      for (size_t step = 0; step < plan->n; step++)
        *at++ = plan->start + (double) (plan->first_step + step) * period;
    }
  return times;
}

static void
set_segments (Frame *frame, const GArray *plans)
{
  size_t first = 0;

  g_array_set_size (frame->segments, 0);
  for (guint i = 0; i < plans->len; i++)
    {
      size_t n = g_array_index (plans, Plan, i).n;

      if (n > 0)
        g_array_append_val (frame->segments, first);
      first += n;
    }
}

bool
resample_frame (Frame *frame, double period, VestimResample how, GError **error)
{
  g_autoptr (GArray) plans = g_array_new (FALSE, FALSE, sizeof (Plan));
  double file_period = frame_period (frame);
  size_t n = 0;

  if (!check_times (frame, period, error))
    return false;

  for (guint segment = 0; segment < frame->segments->len; segment++)
    {
      Plan plan = plan_segment (frame, segment, period, how, file_period);

      g_array_append_val (plans, plan);
      n += plan.n;
    }
  if (n < 2)
    {
      failure_set (error, "%s has %zu rows with a period of %g s; choose a shorter period",
                   frame->path, n, period);
      return false;
    }

  for (guint i = 0; i < frame->values->len; i++)
    {
      double *made = resample_column (frame, plans, n, period, how, frame->values->pdata[i]);

      g_free (frame->values->pdata[i]);
      frame->values->pdata[i] = made;
    }
  g_free (frame->times);
  frame->times = make_times (plans, n, period);
  frame->n_rows = n;
  set_segments (frame, plans);
  return true;
}
