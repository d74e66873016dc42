/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/estimation/vestim-hyperparameters.h"

/* The learning rate from epoch to epoch. Plain values, so that a copy is a checkpoint. */
typedef struct
{
  VestimScheduleKind kind;
  double first_rate;
  double factor;
  int patience;
  int period;
  int max_epochs;
  int n_epochs; /* done */
  double rate;  /* for the next epoch */
  double best;  /* validation error */
  int n_worse;  /* epochs since the best or the last change */
} Schedule;

void schedule_init (Schedule *schedule, const VestimHyperparameters *settings);

/* After each epoch. */
void schedule_step (Schedule *schedule, double validation_error);
