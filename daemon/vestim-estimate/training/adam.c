/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/training/adam.h"

#include <math.h>
#include <string.h>

#define BETA1 0.9f
#define BETA2 0.999f
#define EPSILON 1e-8f

Adam *
adam_new (size_t n, const VestimHyperparameters *settings)
{
  Adam *adam = g_new0 (Adam, 1);

  adam->n = n;
  adam->weight_decay = settings->weight_decay;
  adam->is_decoupled = settings->optimizer == VESTIM_OPTIMIZER_ADAMW;
  adam->clip = settings->gradient_clip;
  adam->mean = g_new0 (float, n);
  adam->square = g_new0 (float, n);
  return adam;
}

void
adam_reset (Adam *adam)
{
  memset (adam->mean, 0, adam->n * sizeof (float));
  memset (adam->square, 0, adam->n * sizeof (float));
  adam->n_steps = 0;
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

/* Finite only if all values are: in double precision the sum can't overflow. */
static double
norm (const float *values, size_t n)
{
  double squares = 0;

  for (size_t i = 0; i < n; i++)
    squares += (double) values[i] * (double) values[i];
  return sqrt (squares);
}

bool
adam_step (Adam *adam, double learning_rate, const float *gradient, float *parameters)
{
  double length = norm (gradient, adam->n);

  if (!isfinite (length))
    return false;

  double n_steps = (double) ++adam->n_steps;
  float step = (float) (learning_rate / (1 - pow (BETA1, n_steps)));
  float correction = (float) (1 / (1 - pow (BETA2, n_steps)));
  float shorten = adam->clip > 0 && length > adam->clip ? (float) (adam->clip / length) : 1;
  float decay = adam->is_decoupled ? 0 : (float) adam->weight_decay;
  float keep = adam->is_decoupled ? (float) (1 - learning_rate * adam->weight_decay) : 1;

  for (size_t i = 0; i < adam->n; i++)
    {
      float slope = shorten * gradient[i] + decay * parameters[i];

      adam->mean[i] = BETA1 * adam->mean[i] + (1 - BETA1) * slope;
      adam->square[i] = BETA2 * adam->square[i] + (1 - BETA2) * slope * slope;
      parameters[i] = keep * parameters[i]
                      - step * adam->mean[i] / (sqrtf (adam->square[i] * correction) + EPSILON);
    }
  return true;
}
