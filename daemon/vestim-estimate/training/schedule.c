/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/training/schedule.h"

#include <math.h>

void
schedule_init (Schedule *schedule, const VestimHyperparameters *settings)
{
  *schedule = (Schedule){
    .kind = settings->schedule,
    .first_rate = settings->learning_rate,
    .factor = settings->schedule_factor,
    .patience = settings->schedule_patience,
    .period = settings->schedule_period,
    .max_epochs = settings->max_epochs,
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

/* Half a cosine from the first rate to 0, which the epoch after the last one would have. */
static double
cosine_rate (const Schedule *schedule, int n_epochs)
{
  double part = (double) n_epochs / schedule->max_epochs;

  return schedule->first_rate * (1 + cos (M_PI * part)) / 2;
}

void
schedule_step (Schedule *schedule, double validation_error)
{
  schedule->n_epochs++;
  switch (schedule->kind)
    {
    case VESTIM_SCHEDULE_PLATEAU:
      step_plateau (schedule, validation_error);
      break;
    case VESTIM_SCHEDULE_STEP:
      if (schedule->n_epochs % schedule->period == 0)
        schedule->rate *= schedule->factor;
      break;
    case VESTIM_SCHEDULE_COSINE:
      schedule->rate = cosine_rate (schedule, schedule->n_epochs);
      break;
    case VESTIM_SCHEDULE_NONE:
      break;
    }
}

void
schedule_go_on (Schedule *schedule, int n_epochs, double rate)
{
  schedule->n_epochs = n_epochs;
  schedule->rate =
      schedule->kind == VESTIM_SCHEDULE_COSINE ? cosine_rate (schedule, n_epochs) : rate;
}

bool
schedule_could_give (const Schedule *schedule, int n_epochs, double rate)
{
  return schedule->kind != VESTIM_SCHEDULE_COSINE || rate == cosine_rate (schedule, n_epochs);
}
