/* SPDX-License-Identifier: MIT */
#include "estimator/adam.h"

#include <math.h>

#define BETA1 0.9f
#define BETA2 0.999f
#define EPSILON 1e-8f

Adam *
adam_new (size_t n)
{
  Adam *adam = g_new0 (Adam, 1);

  adam->n = n;
  adam->mean = g_new0 (float, n);
  adam->square = g_new0 (float, n);
  adam->decay1 = 1;
  adam->decay2 = 1;
  return adam;
}

void
adam_free (Adam *adam)
{
  if (!adam)
    return;

  g_free (adam->mean);
  g_free (adam->square);
  g_free (adam);
}

/* A sum of squares is finite only if all are; in double precision it can't overflow by itself. */
static bool
is_finite (const float *values, size_t n)
{
  double squares = 0;

  for (size_t i = 0; i < n; i++)
    squares += (double) values[i] * (double) values[i];
  return isfinite (squares);
}

bool
adam_step (Adam *adam, double learning_rate, const float *gradient, float *parameters)
{
  if (!is_finite (gradient, adam->n))
    return false;

  adam->decay1 *= BETA1;
  adam->decay2 *= BETA2;

  float step = (float) (learning_rate / (1 - adam->decay1));
  float correction = (float) (1 / (1 - adam->decay2));

  for (size_t i = 0; i < adam->n; i++)
    {
      adam->mean[i] = BETA1 * adam->mean[i] + (1 - BETA1) * gradient[i];
      adam->square[i] = BETA2 * adam->square[i] + (1 - BETA2) * gradient[i] * gradient[i];
      parameters[i] -= step * adam->mean[i] / (sqrtf (adam->square[i] * correction) + EPSILON);
    }
  return true;
}
