/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "estimator/kernel-lstm.h"
#include "estimator/network.h"
#include "estimator/random.h"

#define N_ROWS 64

/* A shape, random weights, and windows of random rows with random targets, in both precisions. */
typedef struct
{
  NetworkShape shape;
  size_t n_parameters;
  int n;
  double *parameters, *rows, *targets;
  float *parameters_f, *rows_f, *targets_f;
  NetworkWindow *windows, *windows_f;
} Fixture;

static void
fill (Random *random, double scale, double *values, float *singles, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      singles[i] = (float) (scale * (random_uniform (random) - 0.5));
      values[i] = singles[i];
    }
}

static void
fixture_init (Fixture *fixture, int n_inputs, int n_layers, const int *sizes, int lookback, int n)
{
  size_t n_values = (size_t) (N_ROWS * n_inputs);
  Random random;

  random_init (&random, 5);
  fixture->shape = (NetworkShape){ n_inputs, n_layers, sizes, lookback };
  fixture->n = n;
  fixture->n_parameters = lstm_n_parameters (&fixture->shape);
  fixture->parameters = g_new (double, fixture->n_parameters);
  fixture->parameters_f = g_new (float, fixture->n_parameters);
  fixture->rows = g_new (double, n_values);
  fixture->rows_f = g_new (float, n_values);
  fixture->targets = g_new (double, n);
  fixture->targets_f = g_new (float, n);
  fill (&random, 1.4, fixture->parameters, fixture->parameters_f, fixture->n_parameters);
  fill (&random, 2, fixture->rows, fixture->rows_f, n_values);
  fill (&random, 2, fixture->targets, fixture->targets_f, (size_t) n);

  fixture->windows = g_new (NetworkWindow, n);
  fixture->windows_f = g_new (NetworkWindow, n);
  for (int i = 0; i < n; i++)
    {
      int first = (int) random_below (&random, (uint32_t) (N_ROWS - lookback + 1));
      int repeats = i % 3 == 0 ? (int) random_below (&random, (uint32_t) lookback) : 0;

      fixture->windows[i] = (NetworkWindow){ fixture->rows + first * n_inputs, repeats };
      fixture->windows_f[i] = (NetworkWindow){ fixture->rows_f + first * n_inputs, repeats };
    }
}

static void
fixture_deinit (Fixture *fixture)
{
  void *const blocks[] = { fixture->parameters, fixture->parameters_f, fixture->rows,
                           fixture->rows_f,     fixture->targets,      fixture->targets_f,
                           fixture->windows,    fixture->windows_f };

  for (size_t i = 0; i < G_N_ELEMENTS (blocks); i++)
    g_free (blocks[i]);
}

/* The workspace is filled with bytes that are no numbers: nothing may depend on what was there. */
static void *
new_workspace (const LstmKernel *kernel, const NetworkShape *shape, bool training)
{
  size_t size = kernel->workspace_size (shape, training);
  void *workspace = NULL;

  g_assert_cmpint (posix_memalign (&workspace, KERNEL_ALIGNMENT, size), ==, 0);
  memset (workspace, 0xff, size);
  return workspace;
}

static double
gradient_double (const Fixture *fixture, double *gradient)
{
  void *workspace = new_workspace (&lstm_kernel_double, &fixture->shape, true);
  double squares =
      lstm_kernel_double.gradient (&fixture->shape, fixture->parameters, fixture->windows,
                                   fixture->targets, fixture->n, gradient, workspace);

  free (workspace);
  return squares;
}

static double
largest_of (const double *values, size_t n)
{
  double largest = 0;

  for (size_t i = 0; i < n; i++)
    largest = fmax (largest, fabs (values[i]));
  return largest;
}

static void
assert_gradient_is_the_slope (int n_inputs, int n_layers, const int *sizes, int lookback, int n)
{
  Fixture fixture;
  const double step = 1e-5;

  fixture_init (&fixture, n_inputs, n_layers, sizes, lookback, n);
  g_autofree double *gradient = g_new (double, fixture.n_parameters);
  g_autofree double *ignored = g_new (double, fixture.n_parameters);
  gradient_double (&fixture, gradient);
  double tolerance = 1e-7 * largest_of (gradient, fixture.n_parameters);

  for (size_t i = 0; i < fixture.n_parameters; i++)
    {
      double at = fixture.parameters[i];

      fixture.parameters[i] = at + step;
      double above = gradient_double (&fixture, ignored);
      fixture.parameters[i] = at - step;
      double below = gradient_double (&fixture, ignored);
      fixture.parameters[i] = at;
      g_assert_cmpfloat_with_epsilon (gradient[i], (above - below) / (2 * step * n), tolerance);
    }
  fixture_deinit (&fixture);
}

/* Finite differences know nothing of how the gradient is computed. */
static void
test_gradients_are_the_slopes_of_the_loss (void)
{
  assert_gradient_is_the_slope (3, 1, (int[]){ 10 }, 9, 5);
  assert_gradient_is_the_slope (1, 1, (int[]){ 1 }, 1, 1);
  assert_gradient_is_the_slope (2, 2, (int[]){ 7, 3 }, 5, 4);
  assert_gradient_is_the_slope (4, 3, (int[]){ 3, 1, 5 }, 6, 7);
}

static void
assert_single_agrees (const LstmKernel *kernel, const Fixture *fixture)
{
  g_autofree double *expected = g_new (double, fixture->n_parameters);
  g_autofree float *gradient = g_new (float, fixture->n_parameters);
  double squares = gradient_double (fixture, expected);
  double largest = largest_of (expected, fixture->n_parameters);
  void *workspace = new_workspace (kernel, &fixture->shape, true);
  double got = kernel->gradient (&fixture->shape, fixture->parameters_f, fixture->windows_f,
                                 fixture->targets_f, fixture->n, gradient, workspace);

  g_assert_cmpfloat_with_epsilon (got, squares, 2e-6 * squares);
  for (size_t i = 0; i < fixture->n_parameters; i++)
    g_assert_cmpfloat_with_epsilon (gradient[i], expected[i], 2e-6 * largest);
  free (workspace);
}

/* Odd sizes leave rests in every tile, odd numbers of windows in every vector and pair of vectors.
 */
static void
test_every_kernel_agrees_with_double_precision (void)
{
  static const int counts[] = { 1, 3, 4, 5, 8, 15, 16, 17, 31, 32, 33, 47, 48, 100 };
  const LstmKernel *kernels[LSTM_MAX_KERNELS];
  int n_kernels = lstm_kernels_get (kernels);
  int first_size = 1;

  for (size_t c = 0; c < G_N_ELEMENTS (counts); c++, first_size++)
    {
      Fixture fixture;

      fixture_init (&fixture, 1 + (int) c % 5, 1 + (int) c % 3, (int[]){ first_size, 5, 8 }, 12,
                    counts[c]);
      for (int k = 0; k < n_kernels; k++)
        assert_single_agrees (kernels[k], &fixture);
      fixture_deinit (&fixture);
    }
}

/* Validation and test must see the very network that was trained. */
static void
test_predictions_are_those_of_training (void)
{
  const LstmKernel *kernels[LSTM_MAX_KERNELS];
  int n_kernels = lstm_kernels_get (kernels);
  Fixture fixture;

  fixture_init (&fixture, 3, 2, (int[]){ 10, 6 }, 20, 77);
  for (int k = 0; k < n_kernels; k++)
    {
      g_autofree float *outputs = g_new (float, fixture.n);
      g_autofree double *ignored = g_new (double, fixture.n_parameters);
      void *workspace = new_workspace (kernels[k], &fixture.shape, false);
      double squares = 0;

      kernels[k]->predict (&fixture.shape, fixture.parameters_f, fixture.windows_f, fixture.n,
                           outputs, workspace);
      for (int i = 0; i < fixture.n; i++)
        squares += pow (outputs[i] - fixture.targets[i], 2);
      g_assert_cmpfloat_with_epsilon (squares, gradient_double (&fixture, ignored), 2e-6 * squares);
      free (workspace);
    }
  fixture_deinit (&fixture);
}

/* A network of one unit and one row, whose parameters are: input weights and recurrent weights of
 * the four gates, their biases, the head's weight and bias. Checks its output for many inputs. */
static void
assert_outputs (const float parameters[14], double (*expected) (double), double largest_x)
{
  const LstmKernel *kernels[LSTM_MAX_KERNELS];
  int n_kernels = lstm_kernels_get (kernels);
  const NetworkShape one = { .n_inputs = 1, .n_layers = 1, .sizes = &(int){ 1 }, .lookback = 1 };
  enum
  {
    N = 400
  };
  float x[N], outputs[N];
  NetworkWindow windows[N];

  for (int i = 0; i < N; i++)
    {
      x[i] = (float) (copysign (largest_x, i % 2 ? 1 : -1) * pow (1e-9, i / (double) N));
      windows[i] = (NetworkWindow){ &x[i], 0 };
    }
  for (int k = 0; k < n_kernels; k++)
    {
      void *workspace = new_workspace (kernels[k], &one, false);

      kernels[k]->predict (&one, parameters, windows, N, outputs, workspace);
      for (int i = 0; i < N; i++)
        {
          double wanted = expected (x[i]);

          /* Rounding x itself costs as many units of the exponential as x is large. */
          g_assert_cmpfloat (fabs (outputs[i] - wanted), <=,
                             (6 + fabs (x[i])) * 1e-7 * fabs (wanted));
        }
      free (workspace);
    }
}

static double
of_candidate (double x)
{
  return 0.5 * tanh (0.5 * tanh (x));
}

static double
of_output_gate (double x)
{
  return tanh (0.5 * tanh (9)) / (1 + exp (-x));
}

/* Relative to the value itself: what is near 0 must not drown in the rounding of 1. */
static void
test_activations_are_accurate_near_zero_and_far_out (void)
{
  assert_outputs ((float[14]){ 0, 0, 1, 0, [12] = 1 }, of_candidate, 60);
  assert_outputs ((float[14]){ 0, 0, 0, 1, [10] = 9, [12] = 1 }, of_output_gate, 60);
}

/* A saturated or a dead unit must give its limit, not overflow. */
static void
test_huge_weights_saturate (void)
{
  const LstmKernel *kernels[LSTM_MAX_KERNELS];
  int n_kernels = lstm_kernels_get (kernels);
  Fixture fixture;

  fixture_init (&fixture, 3, 1, (int[]){ 4 }, 8, 9);
  for (size_t i = 0; i < fixture.n_parameters; i++)
    fixture.parameters[i] = fixture.parameters_f[i] *= 1e5f;
  for (int k = 0; k < n_kernels; k++)
    assert_single_agrees (kernels[k], &fixture);
  fixture_deinit (&fixture);
}

/* A run gone astray is known by its loss. */
static void
test_not_a_number_is_not_hidden (void)
{
  const LstmKernel *kernels[LSTM_MAX_KERNELS];
  int n_kernels = lstm_kernels_get (kernels);
  Fixture fixture;

  fixture_init (&fixture, 3, 1, (int[]){ 4 }, 8, 9);
  g_autofree float *gradient = g_new (float, fixture.n_parameters);
  fixture.parameters_f[0] = NAN;
  for (int k = 0; k < n_kernels; k++)
    {
      void *workspace = new_workspace (kernels[k], &fixture.shape, true);

      g_assert_true (
          isnan (kernels[k]->gradient (&fixture.shape, fixture.parameters_f, fixture.windows_f,
                                       fixture.targets_f, fixture.n, gradient, workspace)));
      free (workspace);
    }
  fixture_deinit (&fixture);
}

/* Without it the first epochs of deep or long networks would not learn. */
static void
test_recurrent_weights_start_orthogonal (void)
{
  const int size = 9, n_inputs = 3;
  g_autoptr (Network) network =
      network_new (VESTIM_MODEL_LSTM, &(NetworkShape){ n_inputs, 1, &size, 4 });
  g_autofree float *parameters = g_new (float, network_n_parameters (network));
  Random random;

  random_init (&random, 1);
  network_initialise (network, &random, parameters);
  const float *recurrent = parameters + 4 * size * n_inputs;
  for (int gate = 0; gate < 4; gate++, recurrent += size * size)
    for (int a = 0; a < size; a++)
      for (int b = 0; b < size; b++)
        {
          double dot = 0;

          for (int i = 0; i < size; i++)
            dot += recurrent[a * size + i] * recurrent[b * size + i];
          g_assert_cmpfloat_with_epsilon (dot, a == b, 1e-6);
        }
  for (int i = 0; i < 4 * size; i++)
    g_assert_cmpfloat (recurrent[i], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-lstm/gradients are the slopes of the loss",
                   test_gradients_are_the_slopes_of_the_loss);
  g_test_add_func ("/network-lstm/every kernel agrees with double precision",
                   test_every_kernel_agrees_with_double_precision);
  g_test_add_func ("/network-lstm/predictions are those of training",
                   test_predictions_are_those_of_training);
  g_test_add_func ("/network-lstm/activations are accurate near zero and far out",
                   test_activations_are_accurate_near_zero_and_far_out);
  g_test_add_func ("/network-lstm/huge weights saturate", test_huge_weights_saturate);
  g_test_add_func ("/network-lstm/not a number is not hidden", test_not_a_number_is_not_hidden);
  g_test_add_func ("/network-lstm/recurrent weights start orthogonal",
                   test_recurrent_weights_start_orthogonal);
  return g_test_run ();
}
