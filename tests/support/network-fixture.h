/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestim-estimate/kernel/kernel.h"
#include "daemon/vestim-estimate/network/network.h"

/* A shape, random weights, and windows of random rows with random targets, in both precisions. The
 * targets differ clearly from the outputs: the difference of two nearly equal numbers has few
 * digits left in single precision. */
typedef struct
{
  VestimModelKind kind;
  NetworkShape shape;
  size_t n_parameters;
  int n; /* windows */
  NetworkDropout dropout;
  double *parameters, *rows, *targets;
  float *parameters_f, *rows_f, *targets_f;
  NetworkWindow *windows, *windows_f;
} NetworkFixture;

#define NETWORK_FIXTURE_ROWS 64

/* `sizes` must live as long as the fixture. */
void network_fixture_init (NetworkFixture *fixture, VestimModelKind kind, int n_inputs,
                           int n_layers, const int *sizes, int lookback, int n);
void network_fixture_deinit (NetworkFixture *fixture);

/* Filled with NaN bytes: no result may depend on the old content. Free it with free (). */
void *network_fixture_workspace (const NetworkFixture *fixture, const Kernel *kernel,
                                 KernelUse use);

/* The sum of the squared errors, and its gradient, in double precision. */
double network_fixture_gradient (const NetworkFixture *fixture, double *gradient);

/* The same by a kernel in single precision. */
double network_fixture_gradient_f (const NetworkFixture *fixture, const Kernel *kernel,
                                   float *gradient);

double network_fixture_largest (const double *values, size_t n);
