/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/training/adam.h"
#include "daemon/vestim-estimate/training/schedule.h"
#include "daemon/vestim-estimate/training/streams.h"
#include "daemon/vestim-estimate/training/trainer.h"

struct Trainer
{
  const TrainerConfig *config;
  Training *training;
  Random random;
  Schedule schedule;
  Adam *adam;
  size_t n_parameters;
  float *parameters; /* as they are now; the best are the training's */
  float *gradient;
  Streams *streams; /* NULL: the training is windowed, and has no average, but the next four */
  float *average;   /* of the parameters, the last ones with the largest weights */
  uint32_t *order;  /* the windows of the training files, shuffled again each epoch */
  int batch_size;
  NetworkWindow *windows; /* of a batch */
  float *targets;
  double started;
  double limit_s; /* INFINITY: none */
  bool is_asked;  /* must_end() was true */
};
