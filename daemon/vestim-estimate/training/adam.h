/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/estimation/vestim-hyperparameters.h"

/* Adam (Kingma and Ba 2015) with its usual constants 0.9, 0.999, 1e-8; weight decay is a part of
 * the gradient, or decoupled from it as in AdamW (Loshchilov and Hutter 2019). Its state is the two
 * arrays and the number of steps: restoring them resumes the training bit for bit. */
typedef struct
{
  size_t n;
  double weight_decay;
  bool is_decoupled;
  double clip;   /* largest norm of a gradient; longer gradients are shortened to it; 0: no limit */
  float *mean;   /* of the gradient */
  float *square; /* mean of its square */
  uint64_t n_steps; /* done */
} Adam;

/* For `n` parameters, with the optimizer, weight decay and gradient clip of the settings. */
Adam *adam_new (size_t n, const VestimHyperparameters *settings);
void adam_reset (Adam *adam); /* Back to the state of a new one. */
void adam_free (Adam *adam);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Adam, adam_free)

/* False, nothing changed, when the gradient is not finite. */
bool adam_step (Adam *adam, double learning_rate, const float *gradient, float *parameters);
