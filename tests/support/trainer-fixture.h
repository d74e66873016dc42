/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/training/trainer.h"

/* Trains on series made here. The clock is a counter, so that the time limit is exact. */
typedef struct
{
  VestimHyperparameters settings;
  int size;
  Scaling *scaling;
  Dataset *train;
  Dataset *validation;
  Network *network;
  double now;
  double second_per_look; /* added each time the clock is read */
  int n_epochs;
  int n_looks; /* for the test */
  TrainerConfig config;
  Trainer *trainer;
  GPtrArray *states; /* (nullable) GByteArray: after each epoch */
} TrainerFixture;

void trainer_fixture_set_up (TrainerFixture *fixture, gconstpointer user);
void trainer_fixture_set_up_stateful (TrainerFixture *fixture, gconstpointer user);
void trainer_fixture_tear_down (TrainerFixture *fixture, gconstpointer user);

/* A trainer with the settings. `(transfer full)` */
Trainer *trainer_fixture_open (TrainerFixture *fixture);

/* `(transfer full)` a copy of the result so far. */
Training *trainer_fixture_copy (const TrainerFixture *fixture);
void trainer_fixture_result_free (Training *training);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Training, trainer_fixture_result_free)

/* (transfer full) a copy of the result; NULL with `error`. */
Training *trainer_fixture_run (TrainerFixture *fixture, GError **error);

const EpochRecord *trainer_fixture_record (const Training *training, guint index);
