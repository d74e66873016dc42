/* SPDX-License-Identifier: MIT */
#include "tests/support/network-fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/vestim-estimate/base/random.h"

static void
fill (Random *random, double scale, double *values, float *singles, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      singles[i] = (float) (scale * (random_uniform (random) - 0.5));
      values[i] = singles[i];
    }
}

/* Keeps rounding errors of large layers small. */
static double
scale_of_weights (const NetworkShape *shape)
{
  int widest = 10;

  for (int i = 0; i < shape->n_layers; i++)
    widest = MAX (widest, shape->sizes[i]);
  return 1.4 * sqrt (10.0 / widest);
}

static void
fill_windows (NetworkFixture *fixture, Random *random)
{
  int lookback = fixture->shape.lookback, n_inputs = fixture->shape.n_inputs;

  fixture->windows = g_new (NetworkWindow, fixture->n);
  fixture->windows_f = g_new (NetworkWindow, fixture->n);
  for (int i = 0; i < fixture->n; i++)
    {
      int first = (int) random_below (random, (uint32_t) (NETWORK_FIXTURE_ROWS - lookback + 1));
      int repeats = i % 3 == 0 ? (int) random_below (random, (uint32_t) lookback) : 0;

      fixture->windows[i] = (NetworkWindow){ fixture->rows + first * n_inputs, repeats };
      fixture->windows_f[i] = (NetworkWindow){ fixture->rows_f + first * n_inputs, repeats };
    }
}

void
network_fixture_init (NetworkFixture *fixture, VestimModelKind kind, int n_inputs, int n_layers,
                      const int *sizes, int lookback, int n)
{
  size_t n_values = (size_t) (NETWORK_FIXTURE_ROWS * n_inputs);
  const NetworkShape shape = { n_inputs, n_layers, sizes, lookback };
  g_autoptr (Network) network = network_new (kind, &shape);
  Random random;

  random_init (&random, 5);
  *fixture = (NetworkFixture){
    .kind = kind,
    .shape = shape,
    .n_parameters = network_n_parameters (network),
    .n = n,
  };
  fixture->shape.lookback = network_shape (network)->lookback;
  fixture->parameters = g_new (double, fixture->n_parameters);
  fixture->parameters_f = g_new (float, fixture->n_parameters);
  fixture->rows = g_new (double, n_values);
  fixture->rows_f = g_new (float, n_values);
  fixture->targets = g_new (double, n);
  fixture->targets_f = g_new (float, n);
  fill (&random, scale_of_weights (&shape), fixture->parameters, fixture->parameters_f,
        fixture->n_parameters);
  fill (&random, 2, fixture->rows, fixture->rows_f, n_values);
  fill (&random, 2, fixture->targets, fixture->targets_f, (size_t) n);
  for (int i = 0; i < n; i++)
    fixture->targets[i] = fixture->targets_f[i] += 4;
  fill_windows (fixture, &random);
}

void
network_fixture_deinit (NetworkFixture *fixture)
{
  void *const blocks[] = { fixture->parameters, fixture->parameters_f, fixture->rows,
                           fixture->rows_f,     fixture->targets,      fixture->targets_f,
                           fixture->windows,    fixture->windows_f };

  for (size_t i = 0; i < G_N_ELEMENTS (blocks); i++)
    g_free (blocks[i]);
}

void *
network_fixture_workspace (const NetworkFixture *fixture, const Kernel *kernel, KernelUse use)
{
  size_t size = kernel->workspace_size (&fixture->shape, use);
  void *workspace = NULL;

  g_assert_cmpint (posix_memalign (&workspace, KERNEL_ALIGNMENT, size), ==, 0);
  memset (workspace, 0xff, size);
  return workspace;
}

double
network_fixture_gradient (const NetworkFixture *fixture, double *gradient)
{
  const Kernel *kernel = kernel_get_double (fixture->kind);
  void *workspace = network_fixture_workspace (fixture, kernel, KERNEL_TRAINING);
  double squares =
      kernel->gradient (&fixture->shape, fixture->parameters, fixture->windows, fixture->targets,
                        fixture->n, &fixture->dropout, gradient, workspace);

  free (workspace);
  return squares;
}

double
network_fixture_gradient_f (const NetworkFixture *fixture, const Kernel *kernel, float *gradient)
{
  void *workspace = network_fixture_workspace (fixture, kernel, KERNEL_TRAINING);
  double squares =
      kernel->gradient (&fixture->shape, fixture->parameters_f, fixture->windows_f,
                        fixture->targets_f, fixture->n, &fixture->dropout, gradient, workspace);

  free (workspace);
  return squares;
}

double
network_fixture_largest (const double *values, size_t n)
{
  double largest = 0;

  for (size_t i = 0; i < n; i++)
    largest = fmax (largest, fabs (values[i]));
  return largest;
}
