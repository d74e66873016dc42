/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/training/error-stats.h"

#include <math.h>

/* Mean and spread by Welford's recurrence: a difference of large sums would lose the spread of a
 * nearly constant voltage. */
void
error_stats_add (ErrorStats *stats, double measured, double predicted)
{
  double error = predicted - measured, distance = measured - stats->mean;

  stats->n++;
  stats->squares += error * error;
  stats->absolutes += fabs (error);
  stats->largest = fmax (stats->largest, fabs (error));
  stats->mean += distance / (double) stats->n;
  stats->spread += distance * (measured - stats->mean);
}

void
error_stats_merge (ErrorStats *stats, const ErrorStats *other)
{
  double n = (double) stats->n, m = (double) other->n, distance = other->mean - stats->mean;

  if (other->n == 0)
    return;

  stats->n += other->n;
  stats->squares += other->squares;
  stats->absolutes += other->absolutes;
  stats->largest = fmax (stats->largest, other->largest);
  stats->mean += distance * m / (n + m);
  stats->spread += other->spread + distance * distance * n * m / (n + m);
}

double
error_stats_rmse (const ErrorStats *stats)
{
  return sqrt (stats->squares / (double) stats->n);
}

double
error_stats_mae (const ErrorStats *stats)
{
  return stats->absolutes / (double) stats->n;
}

double
error_stats_r2 (const ErrorStats *stats)
{
  return stats->spread > 0 ? 1 - stats->squares / stats->spread : NAN;
}
