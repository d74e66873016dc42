/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

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

/* Goes on after this many epochs with the rate that was saved. The rate of a cosine follows from
 * the number alone. The other values are the caller's to restore. */
void schedule_go_on (Schedule *schedule, int n_epochs, double rate);

/* Whether it could have given this rate after so many epochs. Only a cosine tells: another
 * max_epochs has other rates. */
bool schedule_could_give (const Schedule *schedule, int n_epochs, double rate);
