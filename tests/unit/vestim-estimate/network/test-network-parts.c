/* SPDX-License-Identifier: MIT */

/* A batch that several threads share gives the same bits for each number of threads. */

#include <glib.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "tests/support/network-fixture.h"

#define LOOKBACK 40
#define MAX_THREADS 4

static const int sizes[] = { 48, 24 };

typedef struct
{
  Network *network;
  Team *team; /* NULL: one thread */
  pthread_t helpers[MAX_THREADS];
} Shared;

typedef struct
{
  Team *team;
  int number;
} Helper;

static void *
help (void *user)
{
  g_autofree Helper *helper = user;

  team_help (helper->team, helper->number);
  return NULL;
}

static void
shared_init (Shared *shared, const NetworkFixture *fixture, int n_threads)
{
  shared->network = network_new (fixture->kind, &fixture->shape);
  shared->team = n_threads > 0 ? team_new (n_threads) : NULL;
  network_set_team (shared->network, shared->team, 0);
  for (int i = 1; i < n_threads; i++)
    {
      Helper *helper = g_memdup2 (&(Helper){ shared->team, i }, sizeof (Helper));
      pthread_create (&shared->helpers[i], NULL, help, helper);
    }
}

static void
shared_deinit (Shared *shared, int n_threads)
{
  if (shared->team)
    team_end (shared->team);
  for (int i = 1; i < n_threads; i++)
    pthread_join (shared->helpers[i], NULL);
  network_free (shared->network);
  team_free (shared->team);
}

/* Of windows; or of chunks that end at the windows' last rows, from states of 0. Returns the sum of
 * the squared errors. */
typedef double (*Step) (Network *network, const NetworkFixture *fixture, float *gradient,
                        float *states);

static double
step_windows (Network *network, const NetworkFixture *fixture, float *gradient, float *states)
{
  return network_gradient (network, fixture->parameters_f, fixture->windows_f, fixture->targets_f,
                           fixture->n, &fixture->dropout, gradient);
}

static double
step_chunks (Network *network, const NetworkFixture *fixture, float *gradient, float *states)
{
  g_autofree NetworkChunk *chunks = g_new0 (NetworkChunk, fixture->n);

  for (int i = 0; i < fixture->n; i++)
    chunks[i] = (NetworkChunk){
      .window = fixture->windows_f[i],
      .targets = fixture->rows_f, /* any LOOKBACK numbers */
      .n_uncounted = i % 5 == 0 ? i % LOOKBACK : 0,
    };
  return network_stream_gradient (network, fixture->parameters_f, chunks, fixture->n, LOOKBACK,
                                  &fixture->dropout, states, gradient);
}

typedef struct
{
  double squares;
  float *gradient;
  float *states;
} Result;

static Result
result_of (const NetworkFixture *fixture, Step step, int n_threads)
{
  Shared shared = { 0 };
  Result result = { 0 };

  shared_init (&shared, fixture, n_threads);
  result.gradient = g_new (float, fixture->n_parameters);
  result.states = g_new0 (float, (size_t) fixture->n *network_n_state (shared.network));
  result.squares = step (shared.network, fixture, result.gradient, result.states);
  shared_deinit (&shared, n_threads);
  return result;
}

static void
result_clear (Result *result)
{
  g_free (result->gradient);
  g_free (result->states);
}

/* As far as single precision allows. */
static void
assert_near (const Result *result, const Result *alone, size_t n)
{
  float largest = 0;

  for (size_t i = 0; i < n; i++)
    largest = MAX (largest, fabsf (alone->gradient[i]));
  for (size_t i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (result->gradient[i], alone->gradient[i], 1e-5 * largest);
  g_assert_cmpfloat_with_epsilon (result->squares, alone->squares, 1e-5 * alone->squares);
}

static void
check_step (VestimModelKind kind, Step step, int n, double dropout)
{
  NetworkFixture fixture;

  network_fixture_init (&fixture, kind, 3, 2, sizes, LOOKBACK, n);
  fixture.dropout = (NetworkDropout){ .rate = dropout, .key = 77 };
  Result alone = result_of (&fixture, step, 0), first = result_of (&fixture, step, 1);
  size_t size = fixture.n_parameters * sizeof (float);

  assert_near (&first, &alone, fixture.n_parameters);
  for (int n_threads = 2; n_threads <= MAX_THREADS; n_threads++)
    {
      Result result = result_of (&fixture, step, n_threads);

      g_assert_cmpmem (result.gradient, size, first.gradient, size);
      g_assert_cmpfloat (result.squares, ==, first.squares);
      result_clear (&result);
    }
  /* The test would be empty if the batch were too small to be shared. */
  g_assert_cmpint (memcmp (first.gradient, alone.gradient, size), !=, 0);
  result_clear (&alone);
  result_clear (&first);
  network_fixture_deinit (&fixture);
}

static void
test_windows_give_the_same_bits (void)
{
  check_step (VESTIM_MODEL_LSTM, step_windows, 24, 0);
  check_step (VESTIM_MODEL_LSTM, step_windows, 200, 0.3);
  check_step (VESTIM_MODEL_GRU, step_windows, 77, 0);
}

static void
test_streams_give_the_same_bits (void)
{
  check_step (VESTIM_MODEL_LSTM, step_chunks, 32, 0);
  check_step (VESTIM_MODEL_LSTM, step_chunks, 47, 0.3);
  check_step (VESTIM_MODEL_GRU, step_chunks, 100, 0);
}

/* States and predictions belong to one stream or window each, so they don't even depend on the
 * parts. */
static void
test_states_are_those_of_one_thread (void)
{
  NetworkFixture fixture;

  network_fixture_init (&fixture, VESTIM_MODEL_GRU, 3, 2, sizes, LOOKBACK, 60);
  Result alone = result_of (&fixture, step_chunks, 0),
         shared = result_of (&fixture, step_chunks, 3);
  size_t size = 60 * (48 + 24) * sizeof (float);

  g_assert_cmpmem (shared.states, size, alone.states, size);
  result_clear (&alone);
  result_clear (&shared);
  network_fixture_deinit (&fixture);
}

static void
test_predictions_are_those_of_one_thread (void)
{
  NetworkFixture fixture;
  float alone[1500], shared[1500];

  network_fixture_init (&fixture, VESTIM_MODEL_LSTM, 3, 2, sizes, LOOKBACK, 1500);
  for (int n_threads = 0; n_threads <= 3; n_threads += 3)
    {
      Shared work = { 0 };

      shared_init (&work, &fixture, n_threads);
      network_predict (work.network, fixture.parameters_f, fixture.windows_f, fixture.n,
                       n_threads ? shared : alone);
      shared_deinit (&work, n_threads);
    }
  g_assert_cmpmem (shared, sizeof shared, alone, sizeof alone);
  network_fixture_deinit (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parts/windows give the same bits", test_windows_give_the_same_bits);
  g_test_add_func ("/parts/streams give the same bits", test_streams_give_the_same_bits);
  g_test_add_func ("/parts/states are those of one thread", test_states_are_those_of_one_thread);
  g_test_add_func ("/parts/predictions are those of one thread",
                   test_predictions_are_those_of_one_thread);
  return g_test_run ();
}
