/* SPDX-License-Identifier: MIT */

/* Training on streams: chunks of rows with an output at each row, and states that go from chunk to
 * chunk. */

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/vestim-estimate/base/random.h"
#include "tests/support/network-fixture.h"

static const VestimModelKind kinds[] = { VESTIM_MODEL_LSTM, VESTIM_MODEL_GRU };

#define MAX_STREAMS 100

/* A network, `n` streams at random rows of its series, their targets and states. */
typedef struct
{
  NetworkFixture network;
  int n;
  int n_rows; /* of a chunk */
  NetworkChunk chunks[MAX_STREAMS];
  NetworkChunk chunks_f[MAX_STREAMS];
  double targets[NETWORK_FIXTURE_ROWS];
  float targets_f[NETWORK_FIXTURE_ROWS];
  size_t n_state;
  double *states;
  float *states_f;
} Streams;

static void
streams_init (Streams *streams, VestimModelKind kind, int n_inputs, int n_layers, const int *sizes,
              int n_rows, int n)
{
  const Kernel *kernel = kernel_get_double (kind);
  Random random;

  *streams = (Streams){ .n = n, .n_rows = n_rows };
  network_fixture_init (&streams->network, kind, n_inputs, n_layers, sizes, n_rows, 1);
  random_init (&random, 11);
  for (int row = 0; row < NETWORK_FIXTURE_ROWS; row++)
    streams->targets[row] = streams->targets_f[row] = (float) (3 + 2 * random_uniform (&random));
  for (int i = 0; i < n; i++)
    {
      int first = (int) random_below (&random, (uint32_t) (NETWORK_FIXTURE_ROWS - 2 * n_rows + 1));
      int repeats = i % 4 == 1 ? (int) random_below (&random, (uint32_t) n_rows) : 0;
      int n_uncounted = i % 3 == 0 ? (int) random_below (&random, (uint32_t) n_rows) : 0;

      streams->chunks[i] = (NetworkChunk){ { streams->network.rows + first * n_inputs, repeats },
                                           streams->targets + first,
                                           n_uncounted };
      streams->chunks_f[i] =
          (NetworkChunk){ { streams->network.rows_f + first * n_inputs, repeats },
                          streams->targets_f + first,
                          n_uncounted };
    }
  streams->n_state = kernel->state_size (&streams->network.shape) / sizeof (double);
  streams->states = g_new (double, (size_t) n * streams->n_state);
  streams->states_f = g_new (float, (size_t) n * streams->n_state);
  for (size_t i = 0; i < (size_t) n * streams->n_state; i++)
    streams->states[i] = streams->states_f[i] = (float) (random_uniform (&random) - 0.5);
}

static void
streams_deinit (Streams *streams)
{
  network_fixture_deinit (&streams->network);
  g_free (streams->states);
  g_free (streams->states_f);
}

/* `states` (nullable) gets those after the chunk. */
static double
gradient_of (const Streams *streams, double *gradient, double *states)
{
  const Kernel *kernel = kernel_get_double (streams->network.kind);
  void *workspace = network_fixture_workspace (&streams->network, kernel, KERNEL_TRAINING);
  size_t size = (size_t) streams->n * streams->n_state * sizeof (double);
  g_autofree double *after = g_memdup2 (streams->states, size);
  double squares = kernel->stream_gradient (&streams->network.shape, streams->network.parameters,
                                            streams->chunks, streams->n, streams->n_rows,
                                            &streams->network.dropout, after, gradient, workspace);

  free (workspace);
  if (states)
    memcpy (states, after, size);
  return squares;
}

static double
gradient_of_single (const Streams *streams, const Kernel *kernel, float *gradient, float *states)
{
  void *workspace = network_fixture_workspace (&streams->network, kernel, KERNEL_TRAINING);
  double squares = 0;

  memcpy (states, streams->states_f, (size_t) streams->n * streams->n_state * sizeof (float));
  squares = kernel->stream_gradient (&streams->network.shape, streams->network.parameters_f,
                                     streams->chunks_f, streams->n, streams->n_rows,
                                     &streams->network.dropout, states, gradient, workspace);
  free (workspace);
  return squares;
}

static int
count_outputs (const Streams *streams)
{
  int n = 0;

  for (int i = 0; i < streams->n; i++)
    n += streams->n_rows - streams->chunks[i].n_uncounted;
  return n;
}

static void
assert_gradient_is_the_slope (VestimModelKind kind, int n_layers, const int *sizes, int n_rows,
                              int n, double dropout)
{
  const double step = 1e-5;
  Streams streams;

  streams_init (&streams, kind, 3, n_layers, sizes, n_rows, n);
  streams.network.dropout = (NetworkDropout){ .rate = dropout, .key = 99 };
  g_autofree double *gradient = g_new (double, streams.network.n_parameters);
  g_autofree double *ignored = g_new (double, streams.network.n_parameters);
  gradient_of (&streams, gradient, NULL);
  double tolerance = 1e-7 * network_fixture_largest (gradient, streams.network.n_parameters);

  for (size_t i = 0; i < streams.network.n_parameters; i++)
    {
      double at = streams.network.parameters[i];

      streams.network.parameters[i] = at + step;
      double above = gradient_of (&streams, ignored, NULL);
      streams.network.parameters[i] = at - step;
      double below = gradient_of (&streams, ignored, NULL);
      streams.network.parameters[i] = at;
      g_assert_cmpfloat_with_epsilon (
          gradient[i], (above - below) / (2 * step * count_outputs (&streams)), tolerance);
    }
  streams_deinit (&streams);
}

/* Finite differences know nothing of how the gradient is computed. The states at the start stay, as
 * the gradient does not go back beyond a chunk. */
static void
test_gradients_are_the_slopes_of_the_loss (void)
{
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      assert_gradient_is_the_slope (kinds[k], 1, (int[]){ 10 }, 9, 5, 0);
      assert_gradient_is_the_slope (kinds[k], 1, (int[]){ 1 }, 1, 1, 0);
      assert_gradient_is_the_slope (kinds[k], 2, (int[]){ 7, 3 }, 5, 4, 0);
      assert_gradient_is_the_slope (kinds[k], 3, (int[]){ 3, 1, 5 }, 17, 7, 0);
      assert_gradient_is_the_slope (kinds[k], 2, (int[]){ 7, 3 }, 5, 4, 0.4);
    }
}

static void
assert_single_agrees (const Kernel *kernel, const Streams *streams)
{
  size_t n_parameters = streams->network.n_parameters;
  size_t n_states = (size_t) streams->n * streams->n_state;
  g_autofree double *expected = g_new (double, n_parameters);
  g_autofree double *states = g_new (double, n_states);
  g_autofree float *gradient = g_new (float, n_parameters);
  g_autofree float *states_f = g_new (float, n_states);
  double squares = gradient_of (streams, expected, states);
  double largest = network_fixture_largest (expected, n_parameters);
  double got = gradient_of_single (streams, kernel, gradient, states_f);

  g_assert_cmpfloat_with_epsilon (got, squares, 2e-6 * squares);
  for (size_t i = 0; i < n_parameters; i++)
    g_assert_cmpfloat_with_epsilon (gradient[i], expected[i], 2e-6 * largest);
  for (size_t i = 0; i < n_states; i++)
    g_assert_cmpfloat_with_epsilon (states_f[i], states[i], 3e-6);
}

static void
assert_every_kernel_agrees (VestimModelKind kind, int n_layers, const int *sizes, int n_rows, int n,
                            double dropout)
{
  const Kernel *kernels[KERNEL_MAX_VARIANTS];
  int n_kernels = kernels_get (kind, kernels);
  Streams streams;

  streams_init (&streams, kind, 1 + n % 5, n_layers, sizes, n_rows, n);
  streams.network.dropout = (NetworkDropout){ .rate = dropout, .key = 0x123456789abcdef };
  for (int k = 0; k < n_kernels; k++)
    assert_single_agrees (kernels[k], &streams);
  streams_deinit (&streams);
}

/* Odd sizes leave rests in every tile, odd numbers of streams in every vector and pair of vectors.
 */
static void
test_every_kernel_agrees_with_double_precision (void)
{
  static const int counts[] = { 1, 3, 4, 5, 8, 15, 16, 17, 31, 32, 33, 47, 48, 100 };

  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      for (size_t c = 0; c < G_N_ELEMENTS (counts); c++)
        assert_every_kernel_agrees (kinds[k], 1 + (int) c % 3, (int[]){ 10, 7, 3 }, 12, counts[c],
                                    0);
      assert_every_kernel_agrees (kinds[k], 1, (int[]){ 64 }, 10, 33, 0);
      assert_every_kernel_agrees (kinds[k], 3, (int[]){ 17, 3, 10 }, 7, 33, 0.3);
    }
}

/* The outputs of one stream after `n_rows` rows, in chunks of `chunk` rows, from the zero state. */
static void
run_one (const Kernel *kernel, const NetworkFixture *fixture, int n_rows, int chunk, float *outputs)
{
  void *workspace = network_fixture_workspace (fixture, kernel, KERNEL_PREDICTION);
  g_autofree float *state = g_malloc0 (kernel->state_size (&fixture->shape));

  for (int first = 0; first < n_rows; first += chunk)
    {
      const NetworkChunk next = { { fixture->rows_f + first * fixture->shape.n_inputs, 0 },
                                  NULL,
                                  0 };

      kernel->run_streams (&fixture->shape, fixture->parameters_f, &next, 1,
                           MIN (chunk, n_rows - first), state, outputs + first, workspace);
    }
  free (workspace);
}

static void
assert_chunks_are_one_pass (VestimModelKind kind)
{
  const Kernel *kernels[KERNEL_MAX_VARIANTS];
  int n_kernels = kernels_get (kind, kernels);
  NetworkFixture fixture;
  float whole[60], parts[60], stepped[60];

  network_fixture_init (&fixture, kind, 3, 2, (int[]){ 10, 6 }, 60, 1);
  for (int k = 0; k < n_kernels; k++)
    {
      void *workspace = network_fixture_workspace (&fixture, kernels[k], KERNEL_STATEFUL);

      run_one (kernels[k], &fixture, 60, 60, whole);
      run_one (kernels[k], &fixture, 60, 7, parts);
      g_assert_cmpmem (parts, sizeof parts, whole, sizeof whole);
      kernels[k]->run_stateful (&fixture.shape, fixture.parameters_f, fixture.rows_f, 60, 0,
                                stepped, workspace);
      for (int row = 0; row < 60; row++)
        g_assert_cmpfloat_with_epsilon (stepped[row], whole[row], 3e-6);
      free (workspace);
    }
  network_fixture_deinit (&fixture);
}

/* A state lost or mixed up between two chunks would spoil all rows after them. */
static void
test_chunks_are_one_long_pass (void)
{
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    assert_chunks_are_one_pass (kinds[k]);
}

/* The first target repeats as the first row does. */
static float
target_of (const NetworkChunk *chunk, int row)
{
  return ((const float *) chunk->targets)[MAX (row - chunk->window.repeats, 0)];
}

static void
assert_training_and_running_agree (VestimModelKind kind, int n)
{
  const Kernel *kernels[KERNEL_MAX_VARIANTS];
  int n_kernels = kernels_get (kind, kernels);
  Streams streams;

  streams_init (&streams, kind, 3, 2, (int[]){ 10, 6 }, 20, n);
  size_t n_states = (size_t) n * streams.n_state;
  g_autofree float *gradient = g_new (float, streams.network.n_parameters);
  g_autofree float *outputs = g_new (float, n * 20);
  g_autofree float *trained = g_new (float, n_states);

  for (int k = 0; k < n_kernels; k++)
    {
      g_autofree float *run = g_memdup2 (streams.states_f, n_states * sizeof (float));
      void *workspace = network_fixture_workspace (&streams.network, kernels[k], KERNEL_PREDICTION);
      double squares = 0;

      kernels[k]->run_streams (&streams.network.shape, streams.network.parameters_f,
                               streams.chunks_f, n, 20, run, outputs, workspace);
      for (int i = 0; i < n; i++)
        for (int row = streams.chunks_f[i].n_uncounted; row < 20; row++)
          squares += pow (outputs[row * n + i] - target_of (&streams.chunks_f[i], row), 2);
      g_assert_cmpfloat_with_epsilon (gradient_of_single (&streams, kernels[k], gradient, trained),
                                      squares, 2e-6 * squares);
      for (size_t i = 0; i < n_states; i++)
        g_assert_cmpfloat_with_epsilon (trained[i], run[i], 1e-6);
      free (workspace);
    }
  streams_deinit (&streams);
}

/* Warm-up and validation must see the very network that is trained. */
static void
test_training_and_running_agree (void)
{
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      assert_training_and_running_agree (kinds[k], 3);
      assert_training_and_running_agree (kinds[k], 77);
    }
}

static void
assert_same_bits (VestimModelKind kind)
{
  const Kernel *kernels[KERNEL_MAX_VARIANTS];
  int n_kernels = kernels_get (kind, kernels);
  Streams streams;

  streams_init (&streams, kind, 3, 2, (int[]){ 10, 7 }, 12, 77);
  size_t n_states = (size_t) streams.n * streams.n_state, n = streams.network.n_parameters;
  g_autofree float *first = g_new (float, n + n_states);
  g_autofree float *second = g_new (float, n + n_states);

  for (int k = 0; k < n_kernels; k++)
    {
      double squares = gradient_of_single (&streams, kernels[k], first, first + n);

      g_assert_cmpfloat (gradient_of_single (&streams, kernels[k], second, second + n), ==,
                         squares);
      g_assert_cmpmem (first, (n + n_states) * sizeof (float), second,
                       (n + n_states) * sizeof (float));
    }
  streams_deinit (&streams);
}

/* A result that can't be had again can't be checked. */
static void
test_the_same_call_gives_the_same_bits (void)
{
  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    assert_same_bits (kinds[k]);
}

/* A run gone astray is known by its loss. */
static void
test_not_a_number_is_not_hidden (void)
{
  Streams streams;

  streams_init (&streams, VESTIM_MODEL_LSTM, 3, 1, (int[]){ 4 }, 8, 9);
  g_autofree double *gradient = g_new (double, streams.network.n_parameters);
  streams.network.parameters[0] = NAN;
  g_assert_true (isnan (gradient_of (&streams, gradient, NULL)));
  streams_deinit (&streams);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernel-streams/gradients are the slopes of the loss",
                   test_gradients_are_the_slopes_of_the_loss);
  g_test_add_func ("/kernel-streams/every kernel agrees with double precision",
                   test_every_kernel_agrees_with_double_precision);
  g_test_add_func ("/kernel-streams/chunks are one long pass", test_chunks_are_one_long_pass);
  g_test_add_func ("/kernel-streams/training and running agree", test_training_and_running_agree);
  g_test_add_func ("/kernel-streams/the same call gives the same bits",
                   test_the_same_call_gives_the_same_bits);
  g_test_add_func ("/kernel-streams/not a number is not hidden", test_not_a_number_is_not_hidden);
  return g_test_run ();
}
