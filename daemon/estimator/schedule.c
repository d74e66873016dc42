/* SPDX-License-Identifier: MIT */
#include "estimator/schedule.h"

#include <math.h>

void
schedule_init (Schedule *schedule, const VestimEstimation *settings)
{
  *schedule = (Schedule){
    .kind = settings->schedule,
    .factor = settings->schedule_factor,
    .patience = settings->schedule_patience,
    .rate = settings->learning_rate,
    .best = INFINITY,
  };
}

static void
step_plateau (Schedule *schedule, double validation_error)
{
  if (validation_error < schedule->best)
    {
      schedule->best = validation_error;
      schedule->n_worse = 0;
    }
  else if (++schedule->n_worse > schedule->patience)
    {
      schedule->rate *= schedule->factor;
      schedule->n_worse = 0;
    }
}

void
schedule_step (Schedule *schedule, double validation_error)
{
  if (schedule->kind == VESTIM_SCHEDULE_PLATEAU)
    step_plateau (schedule, validation_error);
}
