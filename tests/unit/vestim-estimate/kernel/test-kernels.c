/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/network-fixture.h"

static const VestimModelKind kinds[] = { VESTIM_MODEL_LSTM, VESTIM_MODEL_GRU, VESTIM_MODEL_FNN };

static void
assert_gradient_is_the_slope (VestimModelKind kind, int n_inputs, int n_layers, const int *sizes,
                              int lookback, int n, double dropout)
{
  NetworkFixture fixture;
  const double step = 1e-5;

  network_fixture_init (&fixture, kind, n_inputs, n_layers, sizes, lookback, n);
  fixture.dropout = (NetworkDropout){ .rate = dropout, .key = 99 };
  g_autofree double *gradient = g_new (double, fixture.n_parameters);
  g_autofree double *ignored = g_new (double, fixture.n_parameters);
  network_fixture_gradient (&fixture, gradient);
  double tolerance = 1e-7 * network_fixture_largest (gradient, fixture.n_parameters);

  for (size_t i = 0; i < fixture.n_parameters; i++)
    {
      double at = fixture.parameters[i];

      fixture.parameters[i] = at + step;
      double above = network_fixture_gradient (&fixture, ignored);
      fixture.parameters[i] = at - step;
      double below = network_fixture_gradient (&fixture, ignored);
      fixture.parameters[i] = at;
      g_assert_cmpfloat_with_epsilon (gradient[i], (above - below) / (2 * step * n), tolerance);
    }
  network_fixture_deinit (&fixture);
}

/* Finite differences are independent of the computation of the gradient. */
static void
test_gradients_are_the_slopes_of_the_loss (void)
{
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      assert_gradient_is_the_slope (kinds[k], 3, 1, (int[]){ 10 }, 9, 5, 0);
      assert_gradient_is_the_slope (kinds[k], 1, 1, (int[]){ 1 }, 1, 1, 0);
      assert_gradient_is_the_slope (kinds[k], 2, 2, (int[]){ 7, 3 }, 5, 4, 0);
      assert_gradient_is_the_slope (kinds[k], 4, 3, (int[]){ 3, 1, 5 }, 6, 7, 0);
      assert_gradient_is_the_slope (kinds[k], 1, 3, (int[]){ 1, 4, 6 }, 7, 3, 0);
    }
}

/* The backward pass must leave out exactly the values that the forward pass left out. */
static void
test_gradients_are_the_slopes_with_dropout (void)
{
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      assert_gradient_is_the_slope (kinds[k], 2, 2, (int[]){ 7, 3 }, 5, 4, 0.4);
      assert_gradient_is_the_slope (kinds[k], 4, 3, (int[]){ 3, 4, 5 }, 6, 7, 0.2);
    }
}

static void
assert_single_agrees (const Kernel *kernel, const NetworkFixture *fixture)
{
  g_autofree double *expected = g_new (double, fixture->n_parameters);
  g_autofree float *gradient = g_new (float, fixture->n_parameters);
  double squares = network_fixture_gradient (fixture, expected);
  double largest = network_fixture_largest (expected, fixture->n_parameters);
  double got = network_fixture_gradient_f (fixture, kernel, gradient);

  g_assert_cmpfloat_with_epsilon (got, squares, 1e-6 * (squares + fixture->n));
  for (size_t i = 0; i < fixture->n_parameters; i++)
    g_assert_cmpfloat_with_epsilon (gradient[i], expected[i], 1e-6 * largest);
}

static void
assert_every_kernel_agrees (VestimModelKind kind, int n_inputs, int n_layers, const int *sizes,
                            int n, double dropout)
{
  const Kernel *kernels[KERNEL_MAX_VARIANTS];
  int n_kernels = kernels_get (kind, kernels);
  NetworkFixture fixture;

  network_fixture_init (&fixture, kind, n_inputs, n_layers, sizes, 12, n);
  fixture.dropout = (NetworkDropout){ .rate = dropout, .key = 0x123456789abcdef };
  for (int k = 0; k < n_kernels; k++)
    assert_single_agrees (kernels[k], &fixture);
  network_fixture_deinit (&fixture);
}

/* Odd sizes leave remainders in every tile, and odd numbers of windows in every vector and pair of
 * vectors. */
static void
test_every_kernel_agrees_with_double_precision (gconstpointer user)
{
  static const int counts[] = { 1, 3, 4, 5, 8, 15, 16, 17, 31, 32, 33, 47, 48, 100 };
  static const int sizes[] = { 1, 3, 7, 10, 17, 33 };
  VestimModelKind kind = *(const VestimModelKind *) user;

  for (size_t s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (int n_layers = 1; n_layers <= 3; n_layers++)
      for (size_t c = s % 2; c < G_N_ELEMENTS (counts); c += 4)
        assert_every_kernel_agrees (kind, 1 + (int) (c + s) % 5, n_layers,
                                    (int[]){ sizes[s], sizes[(s + 1) % 6], sizes[(s + 4) % 6] },
                                    counts[c], 0);
}

/* Dropout must not depend on the number of windows in a vector. */
static void
test_every_kernel_leaves_out_the_same (gconstpointer user)
{
  VestimModelKind kind = *(const VestimModelKind *) user;

  assert_every_kernel_agrees (kind, 3, 2, (int[]){ 10, 7 }, 100, 0.5);
  assert_every_kernel_agrees (kind, 3, 3, (int[]){ 17, 3, 10 }, 33, 0.1);
}

/* Sums of gradients larger than the cache use other code. */
static void
test_large_layers_agree_with_double_precision (gconstpointer user)
{
  VestimModelKind kind = *(const VestimModelKind *) user;

  assert_every_kernel_agrees (kind, 3, 1, (int[]){ 64 }, 33, 0);
  assert_every_kernel_agrees (kind, 5, 2, (int[]){ 130, 65 }, 17, 0);
}

static void
assert_predictions_are_those_of_training (VestimModelKind kind)
{
  const Kernel *kernels[KERNEL_MAX_VARIANTS];
  int n_kernels = kernels_get (kind, kernels);
  NetworkFixture fixture;

  network_fixture_init (&fixture, kind, 3, 2, (int[]){ 10, 6 }, 20, 77);
  for (int k = 0; k < n_kernels; k++)
    {
      g_autofree float *outputs = g_new (float, fixture.n);
      g_autofree double *ignored = g_new (double, fixture.n_parameters);
      void *workspace = network_fixture_workspace (&fixture, kernels[k], KERNEL_PREDICTION);
      double squares = 0;

      kernels[k]->predict (&fixture.shape, fixture.parameters_f, fixture.windows_f, fixture.n,
                           outputs, workspace);
      for (int i = 0; i < fixture.n; i++)
        squares += pow (outputs[i] - fixture.targets[i], 2);
      g_assert_cmpfloat_with_epsilon (squares, network_fixture_gradient (&fixture, ignored),
                                      2e-6 * squares);
      free (workspace);
    }
  network_fixture_deinit (&fixture);
}

/* Validation and test must use exactly the network that was trained. */
static void
test_predictions_are_those_of_training (void)
{
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    assert_predictions_are_those_of_training (kinds[k]);
}

/* A result that can't be reproduced can't be checked. */
static void
test_the_same_call_gives_the_same_bits (gconstpointer user)
{
  VestimModelKind kind = *(const VestimModelKind *) user;
  const Kernel *kernels[KERNEL_MAX_VARIANTS];
  int n_kernels = kernels_get (kind, kernels);
  NetworkFixture fixture;

  network_fixture_init (&fixture, kind, 3, 2, (int[]){ 10, 7 }, 12, 77);
  fixture.dropout = (NetworkDropout){ .rate = 0.3, .key = 7 };
  g_autofree float *first = g_new (float, fixture.n_parameters);
  g_autofree float *second = g_new (float, fixture.n_parameters);
  size_t size = fixture.n_parameters * sizeof (float);

  for (int k = 0; k < n_kernels; k++)
    {
      double squares = network_fixture_gradient_f (&fixture, kernels[k], first);

      g_assert_cmpfloat (network_fixture_gradient_f (&fixture, kernels[k], second), ==, squares);
      g_assert_cmpmem (first, size, second, size);
    }
  network_fixture_deinit (&fixture);
}

/* A saturated or a dead unit must give its limit, not overflow. */
static void
test_huge_weights_saturate (gconstpointer user)
{
  VestimModelKind kind = *(const VestimModelKind *) user;
  const Kernel *kernels[KERNEL_MAX_VARIANTS];
  int n_kernels = kernels_get (kind, kernels);
  NetworkFixture fixture;

  network_fixture_init (&fixture, kind, 3, 1, (int[]){ 4 }, 8, 9);
  for (size_t i = 0; i < fixture.n_parameters; i++)
    fixture.parameters[i] = fixture.parameters_f[i] *= 1e5f;
  for (int k = 0; k < n_kernels; k++)
    assert_single_agrees (kernels[k], &fixture);
  network_fixture_deinit (&fixture);
}

/* The loss shows that training has diverged. */
static void
test_not_a_number_is_not_hidden (gconstpointer user)
{
  VestimModelKind kind = *(const VestimModelKind *) user;
  const Kernel *kernels[KERNEL_MAX_VARIANTS];
  int n_kernels = kernels_get (kind, kernels);
  NetworkFixture fixture;

  network_fixture_init (&fixture, kind, 3, 1, (int[]){ 4 }, 8, 9);
  g_autofree float *gradient = g_new (float, fixture.n_parameters);
  fixture.parameters_f[0] = NAN;
  for (int k = 0; k < n_kernels; k++)
    g_assert_true (isnan (network_fixture_gradient_f (&fixture, kernels[k], gradient)));
  network_fixture_deinit (&fixture);
}

static void
add (const char *name, const VestimModelKind *kind, GTestDataFunc test)
{
  static const char *const words[] = { "LSTM", "GRU", "FNN" };
  g_autofree char *path = g_strdup_printf ("/kernels/%s: %s", words[*kind], name);

  g_test_add_data_func (path, kind, test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernels/gradients are the slopes of the loss",
                   test_gradients_are_the_slopes_of_the_loss);
  g_test_add_func ("/kernels/gradients are the slopes with dropout",
                   test_gradients_are_the_slopes_with_dropout);
  g_test_add_func ("/kernels/predictions are the same as in training",
                   test_predictions_are_those_of_training);
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      add ("every kernel agrees with double precision", &kinds[k],
           test_every_kernel_agrees_with_double_precision);
      add ("every kernel leaves out the same", &kinds[k], test_every_kernel_leaves_out_the_same);
      add ("large layers agree with double precision", &kinds[k],
           test_large_layers_agree_with_double_precision);
      add ("the same call gives the same bits", &kinds[k], test_the_same_call_gives_the_same_bits);
      add ("huge weights saturate", &kinds[k], test_huge_weights_saturate);
      add ("not a number is not hidden", &kinds[k], test_not_a_number_is_not_hidden);
    }
  return g_test_run ();
}
