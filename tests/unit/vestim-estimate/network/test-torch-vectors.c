/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/network-fixture.h"
#include "tests/support/torch-vectors.h"

static void
fill_sines (float *values, size_t n, double scale, double step, double start)
{
  for (size_t i = 0; i < n; i++)
    values[i] = (float) (scale * sin (step * (double) i + start));
}

static void
assert_outputs (const Kernel *kernel, const NetworkFixture *fixture, const Vector *vector)
{
  void *workspace = network_fixture_workspace (fixture, kernel, KERNEL_PREDICTION);
  float outputs[N_WINDOWS];

  kernel->predict (&fixture->shape, fixture->parameters_f, fixture->windows_f, N_WINDOWS, outputs,
                   workspace);
  for (int i = 0; i < N_WINDOWS; i++)
    g_assert_cmpfloat_with_epsilon (outputs[i], vector->outputs[i], 1e-6);
  free (workspace);
}

static void
assert_gradient (const Kernel *kernel, const NetworkFixture *fixture, const Vector *vector)
{
  g_autofree float *gradient = g_new (float, fixture->n_parameters);
  double largest = network_fixture_largest (vector->gradient, fixture->n_parameters);

  network_fixture_gradient_f (fixture, kernel, gradient);
  for (size_t i = 0; i < fixture->n_parameters; i++)
    g_assert_cmpfloat_with_epsilon (gradient[i], vector->gradient[i], 1e-6 * largest);
}

/* No other test finds an error that forward and backward pass share, or a wrong order of the
 * weights. */
static void
test_every_kernel_computes_what_pytorch_does (gconstpointer user)
{
  const Vector *vector = user;
  const Kernel *kernels[KERNEL_MAX_VARIANTS];
  int n_kernels = kernels_get (vector->kind, kernels);
  int n_rows = N_WINDOWS + vector->lookback - 1;
  NetworkFixture fixture;

  network_fixture_init (&fixture, vector->kind, vector->n_inputs, vector->n_layers, vector->sizes,
                        vector->lookback, N_WINDOWS);
  g_assert_cmpuint (fixture.n_parameters, <=, G_N_ELEMENTS (vector->gradient));
  fill_sines (fixture.parameters_f, fixture.n_parameters, 0.8, 2.3, 0.7);
  fill_sines (fixture.rows_f, (size_t) (n_rows * vector->n_inputs), 1, 1.7, 0.4);
  fill_sines (fixture.targets_f, N_WINDOWS, 2, 0.9, 0.1);
  for (int i = 0; i < N_WINDOWS; i++)
    fixture.windows_f[i] = (NetworkWindow){ fixture.rows_f + i * vector->n_inputs, 0 };

  for (int k = 0; k < n_kernels; k++)
    {
      assert_outputs (kernels[k], &fixture, vector);
      assert_gradient (kernels[k], &fixture, vector);
    }
  network_fixture_deinit (&fixture);
}

int
main (int argc, char **argv)
{
  static const char *const words[] = { "LSTM", "GRU", "FNN" };

  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autofree char *path = g_strdup_printf (
          "/torch-vectors/%s of %d layers: every kernel computes what PyTorch does",
          words[vectors[i].kind], vectors[i].n_layers);

      g_test_add_data_func (path, &vectors[i], test_every_kernel_computes_what_pytorch_does);
    }
  return g_test_run ();
}
