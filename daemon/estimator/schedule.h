/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/vestim-estimation.h"

/* The learning rate from epoch to epoch. */
typedef struct
{
  VestimScheduleKind kind;
  double factor;
  int patience;
  double rate; /* for the next epoch */
  double best; /* validation error */
  int n_worse; /* epochs since the best or the last change */
} Schedule;

void schedule_init (Schedule *schedule, const VestimEstimation *settings);

/* After each epoch. */
void schedule_step (Schedule *schedule, double validation_error);
