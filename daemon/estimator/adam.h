/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Adam (Kingma and Ba 2015) with its usual constants: 0.9, 0.999, 1e-8. */
typedef struct
{
  size_t n;
  float *mean;   /* of the gradient */
  float *square; /* mean of its square */
  double decay1; /* 0.9 and 0.999 to the number of steps done */
  double decay2;
} Adam;

Adam *adam_new (size_t n);
void adam_free (Adam *adam);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Adam, adam_free)

/* False, nothing changed, when the gradient is not finite. */
bool adam_step (Adam *adam, double learning_rate, const float *gradient, float *parameters);
