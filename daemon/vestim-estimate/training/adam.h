/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/estimation/vestim-hyperparameters.h"

/* Adam (Kingma and Ba 2015) with its usual constants 0.9, 0.999, 1e-8; weight decay as a part of
 * the gradient, or decoupled from it as AdamW has it (Loshchilov and Hutter 2019). Its state is the
 * two arrays and the number of steps: who restores them goes on with the same bits. */
typedef struct
{
  size_t n;
  double weight_decay;
  bool is_decoupled;
  double clip;      /* largest norm of a gradient, longer ones are shortened to it; 0: none */
  float *mean;      /* of the gradient */
  float *square;    /* mean of its square */
  uint64_t n_steps; /* done */
} Adam;

/* For `n` parameters, with the optimizer, weight decay and gradient clip of the settings. */
Adam *adam_new (size_t n, const VestimHyperparameters *settings);
void adam_reset (Adam *adam); /* as it was when it was new */
void adam_free (Adam *adam);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Adam, adam_free)

/* False, nothing changed, when the gradient is not finite. */
bool adam_step (Adam *adam, double learning_rate, const float *gradient, float *parameters);
