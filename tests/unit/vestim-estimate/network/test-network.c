/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/network-fixture.h"

static const VestimModelKind kinds[] = { VESTIM_MODEL_LSTM, VESTIM_MODEL_GRU, VESTIM_MODEL_FNN };

/* A network of one unit and one row, whose parameters are: input weights and recurrent weights of
 * the four gates, their biases, the head's weight and bias. Checks its output for many inputs. */
static void
assert_outputs (const float parameters[14], double (*expected) (double), double largest_x)
{
  const Kernel *kernels[KERNEL_MAX_VARIANTS];
  int n_kernels = kernels_get (VESTIM_MODEL_LSTM, kernels);
  const NetworkFixture one = { .shape = { 1, 1, &(int){ 1 }, 1 } };
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
      void *workspace = network_fixture_workspace (&one, kernels[k], KERNEL_PREDICTION);

      kernels[k]->predict (&one.shape, parameters, windows, N, outputs, workspace);
      for (int i = 0; i < N; i++)
        {
          double wanted = expected (x[i]);

          /* Rounding x alone changes the exponential by about x units in the last place. */
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

/* Relative to the value itself: values near 0 must not be lost in the rounding of 1. */
static void
test_activations_are_accurate_near_zero_and_far_out (void)
{
  assert_outputs ((float[14]){ 0, 0, 1, 0, [12] = 1 }, of_candidate, 60);
  assert_outputs ((float[14]){ 0, 0, 0, 1, [10] = 9, [12] = 1 }, of_output_gate, 60);
}

static void
assert_orthogonal (const float *matrix, int size)
{
  for (int a = 0; a < size; a++)
    for (int b = 0; b < size; b++)
      {
        double dot = 0;

        for (int i = 0; i < size; i++)
          dot += matrix[a * size + i] * matrix[b * size + i];
        g_assert_cmpfloat_with_epsilon (dot, a == b, 1e-6);
      }
}

/* Without it the first epochs of deep or long networks would not learn. */
static void
test_recurrent_weights_start_orthogonal (void)
{
  const int size = 9, n_inputs = 3, n_gates[] = { 4, 3 };

  for (int k = 0; k < 2; k++)
    {
      const NetworkShape shape = { n_inputs, 1, &size, 4 };
      g_autoptr (Network) network = network_new (kinds[k], &shape);
      g_autofree float *parameters = g_new (float, network_n_parameters (network));
      const float *recurrent = parameters + n_gates[k] * size * n_inputs;
      Random random;

      random_init (&random, 1);
      network_initialise (network, &random, parameters);
      for (int gate = 0; gate < n_gates[k]; gate++, recurrent += size * size)
        assert_orthogonal (recurrent, size);
      for (int i = 0; i < 4 * size; i++)
        g_assert_cmpfloat (recurrent[i], ==, 0);
    }
}

/* The kept outputs of a unit that always gives 1 are scaled so that their mean stays 1. Each window
 * and each key leaves out other units. */
static double
mean_square_with_dropout (uint64_t key)
{
  enum
  {
    SIZE = 512,
    N = 500
  };
  const NetworkShape shape = { 1, 1, &(int){ SIZE }, 1 };
  const NetworkDropout dropout = { .rate = 0.3, .key = key };
  g_autoptr (Network) network = network_new (VESTIM_MODEL_FNN, &shape);
  g_autofree float *parameters = g_new0 (float, network_n_parameters (network));
  g_autofree float *gradient = g_new0 (float, network_n_parameters (network));
  const float row = 0;
  float targets[N];
  NetworkWindow windows[N];

  for (int unit = 0; unit < SIZE; unit++)
    {
      parameters[SIZE + unit] = 1;
      parameters[2 * SIZE + unit] = 1.0f / SIZE;
    }
  for (int i = 0; i < N; i++)
    {
      windows[i] = (NetworkWindow){ &row, 0 };
      targets[i] = 1;
    }
  return network_gradient (network, parameters, windows, targets, N, &dropout, gradient) / N;
}

/* The variance of a mean of 512 values, each of variance rate / (1 - rate). */
static void
test_dropout_leaves_out_at_its_rate (void)
{
  double expected = 0.3 / 0.7 / 512;

  g_assert_cmpfloat_with_epsilon (mean_square_with_dropout (1), expected, 0.25 * expected);
  g_assert_cmpfloat_with_epsilon (mean_square_with_dropout (2), expected, 0.25 * expected);
  g_assert_cmpfloat (mean_square_with_dropout (1), ==, mean_square_with_dropout (1));
  g_assert_cmpfloat (mean_square_with_dropout (1), !=, mean_square_with_dropout (2));
}

/* The state after a row equals that of a window from the beginning of the series to this row. */
static void
test_carried_is_one_window_that_grows (gconstpointer user)
{
  VestimModelKind kind = *(const VestimModelKind *) user;
  const int sizes[] = { 17, 3 }, lookback = 5;
  NetworkFixture fixture;
  float carried[30], expected = 0;

  network_fixture_init (&fixture, kind, 3, 2, sizes, lookback, 1);
  g_autoptr (Network) network = network_new (kind, &(NetworkShape){ 3, 2, sizes, lookback });
  network_forward_stateful (network, fixture.parameters_f, fixture.rows_f, 30, carried);
  for (int row = 0; row < 30; row++)
    {
      bool is_window = kind != VESTIM_MODEL_FNN;
      const NetworkShape grown = { 3, 2, sizes, lookback + row };
      const NetworkWindow window = { fixture.rows_f + (is_window ? 0 : 3 * row),
                                     is_window ? lookback - 1 : 0 };
      g_autoptr (Network) longer = network_new (kind, &grown);

      network_predict (longer, fixture.parameters_f, &window, 1, &expected);
      g_assert_cmpfloat_with_epsilon (carried[row], expected, 2e-6);
    }
  network_fixture_deinit (&fixture);
}

/* Long files are predicted piece by piece. */
static void
test_carried_goes_on_with_the_same_bits (gconstpointer user)
{
  VestimModelKind kind = *(const VestimModelKind *) user;
  const int sizes[] = { 17, 3 };
  NetworkFixture fixture;
  float whole[NETWORK_FIXTURE_ROWS], pieces[NETWORK_FIXTURE_ROWS];

  network_fixture_init (&fixture, kind, 3, 2, sizes, 5, 1);
  g_autoptr (Network) network = network_new (kind, &fixture.shape);
  network_forward_stateful (network, fixture.parameters_f, fixture.rows_f, NETWORK_FIXTURE_ROWS,
                            whole);
  network_forward_stateful (network, fixture.parameters_f, fixture.rows_f, 7, pieces);
  for (int row = 7, n = 1; row < NETWORK_FIXTURE_ROWS;
       row += n, n = MIN (n + 3, NETWORK_FIXTURE_ROWS - row))
    network_go_on_stateful (network, fixture.parameters_f, fixture.rows_f + 3 * row, (size_t) n,
                            pieces + row);
  g_assert_cmpmem (pieces, sizeof pieces, whole, sizeof whole);
  network_fixture_deinit (&fixture);
}

static void
assert_carried_agrees (const Kernel *kernel, const NetworkFixture *fixture, const double *expected)
{
  g_autofree float *outputs = g_new (float, NETWORK_FIXTURE_ROWS);
  void *workspace = network_fixture_workspace (fixture, kernel, KERNEL_STATEFUL);

  kernel->run_stateful (&fixture->shape, fixture->parameters_f, fixture->rows_f,
                        NETWORK_FIXTURE_ROWS, 6, outputs, workspace);
  for (int i = 0; i < NETWORK_FIXTURE_ROWS; i++)
    g_assert_cmpfloat_with_epsilon (outputs[i], expected[i], 1e-5);
  free (workspace);
}

/* The lanes are units: sizes smaller than a vector and sizes of several vectors. */
static void
test_carried_agrees_with_double_precision (gconstpointer user)
{
  VestimModelKind kind = *(const VestimModelKind *) user;
  static const int sizes[] = { 1, 3, 7, 10, 17, 33 };
  const Kernel *kernels[KERNEL_MAX_VARIANTS], *reference = kernel_get_double (kind);
  int n_kernels = kernels_get (kind, kernels);
  double expected[NETWORK_FIXTURE_ROWS];

  for (int s = 0; s < 4; s++)
    {
      NetworkFixture fixture;

      network_fixture_init (&fixture, kind, 1 + s, 3, sizes + s, 7, 1);
      void *workspace = network_fixture_workspace (&fixture, reference, KERNEL_STATEFUL);
      reference->run_stateful (&fixture.shape, fixture.parameters, fixture.rows,
                               NETWORK_FIXTURE_ROWS, 6, expected, workspace);
      for (int k = 0; k < n_kernels; k++)
        assert_carried_agrees (kernels[k], &fixture, expected);
      free (workspace);
      network_fixture_deinit (&fixture);
    }
}

static void
add (const char *name, const VestimModelKind *kind, GTestDataFunc test)
{
  static const char *const words[] = { "LSTM", "GRU", "FNN" };
  g_autofree char *path = g_strdup_printf ("/network/%s: %s", words[*kind], name);

  g_test_add_data_func (path, kind, test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/activations are accurate near zero and far out",
                   test_activations_are_accurate_near_zero_and_far_out);
  g_test_add_func ("/network/recurrent weights start orthogonal",
                   test_recurrent_weights_start_orthogonal);
  g_test_add_func ("/network/dropout leaves out values at its rate",
                   test_dropout_leaves_out_at_its_rate);
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      add ("carried is one window that grows", &kinds[k], test_carried_is_one_window_that_grows);
      add ("carried goes on with the same bits", &kinds[k],
           test_carried_goes_on_with_the_same_bits);
      add ("carried agrees with double precision", &kinds[k],
           test_carried_agrees_with_double_precision);
    }
  return g_test_run ();
}
