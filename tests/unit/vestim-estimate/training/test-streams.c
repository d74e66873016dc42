/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-estimate/training/streams.h"

#define LOOKBACK 10
#define N_STREAMS 6
#define LONG_ROWS 1000
#define SHORT_ROWS 13

/* Two series of one input that has the number of the row, and a network. */
typedef struct
{
  Dataset *dataset;
  Network *network;
  float *parameters;
  Random random;
  Streams *streams;
} Fixture;

static Series *
new_series (size_t n)
{
  Series *series = g_new0 (Series, 1);

  series->n_rows = n;
  series->n_inputs = 1;
  series->scaled_inputs = g_new (float, n);
  series->scaled_target = g_new (float, n);
  for (size_t i = 0; i < n; i++)
    series->scaled_inputs[i] = series->scaled_target[i] = (float) i / LONG_ROWS;
  return series;
}

static void
set_up (Fixture *fixture, gconstpointer user)
{
  const NetworkShape shape = { 1, 1, (int[]){ 3 }, LOOKBACK };
  static const uint32_t firsts[] = { 0, LONG_ROWS, LONG_ROWS + SHORT_ROWS };

  fixture->dataset = g_new0 (Dataset, 1);
  fixture->dataset->series = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);
  g_ptr_array_add (fixture->dataset->series, new_series (LONG_ROWS));
  g_ptr_array_add (fixture->dataset->series, new_series (SHORT_ROWS));
  fixture->dataset->firsts = g_memdup2 (firsts, sizeof firsts);
  fixture->dataset->n_rows = firsts[2];
  random_init (&fixture->random, 3);
  fixture->network = network_new (VESTIM_MODEL_GRU, &shape);
  fixture->parameters = g_new0 (float, network_n_parameters (fixture->network));
  network_initialise (fixture->network, &fixture->random, fixture->parameters);
  fixture->streams = streams_new (fixture->network, fixture->dataset, N_STREAMS);
}

static void
tear_down (Fixture *fixture, gconstpointer user)
{
  streams_free (fixture->streams);
  g_free (fixture->parameters);
  network_free (fixture->network);
  dataset_free (fixture->dataset);
}

static const NetworkChunk *
next (Fixture *fixture)
{
  return streams_next (fixture->streams, &fixture->random, fixture->parameters);
}

static const Series *
series_of (const Fixture *fixture, const NetworkChunk *chunk, size_t *row)
{
  const float *at = chunk->window.rows;

  for (guint i = 0; i < fixture->dataset->series->len; i++)
    {
      const Series *series = fixture->dataset->series->pdata[i];

      if (at >= series->scaled_inputs && at < series->scaled_inputs + series->n_rows)
        {
          *row = (size_t) (at - series->scaled_inputs);
          return series;
        }
    }
  g_assert_not_reached ();
}

static void
count_rows (const Fixture *fixture, const NetworkChunk *chunk, int visits[2][LONG_ROWS])
{
  size_t row = 0;
  const Series *series = series_of (fixture, chunk, &row);
  size_t n = (size_t) (LOOKBACK - chunk->window.repeats);

  g_assert_true (chunk->targets == series->scaled_target + row);
  g_assert_cmpint (chunk->n_uncounted, ==, chunk->window.repeats);
  g_assert_cmpuint (row + n, <=, series->n_rows);
  for (size_t i = row; i < row + n; i++)
    visits[series == fixture->dataset->series->pdata[1]][i]++;
}

/* Files begin with a full cell and end with an empty one: these rows matter as much as others. */
static void
test_training_sees_every_row_about_as_often (Fixture *fixture, gconstpointer user)
{
  static int visits[2][LONG_ROWS];
  const int n_steps = 20000, mean = n_steps * N_STREAMS * LOOKBACK / (LONG_ROWS + SHORT_ROWS);

  for (int step = 0; step < n_steps; step++)
    {
      const NetworkChunk *chunks = next (fixture);

      for (int i = 0; i < N_STREAMS; i++)
        count_rows (fixture, &chunks[i], visits);
    }
  for (int row = 0; row < LONG_ROWS; row++)
    {
      g_assert_cmpint (visits[0][row], >, mean / 2);
      g_assert_cmpint (visits[0][row], <, mean * 3);
    }
  for (int row = 0; row < SHORT_ROWS; row++)
    {
      g_assert_cmpint (visits[1][row], >, mean / 2);
      g_assert_cmpint (visits[1][row], <, mean * 3);
    }
}

/* The state is the one after the last chunk, so the rows must follow that chunk's. */
static void
test_a_chunk_follows_the_last_one (Fixture *fixture, gconstpointer user)
{
  NetworkChunk before[N_STREAMS];
  int n_continued = 0;

  memcpy (before, next (fixture), sizeof before);
  for (int step = 0; step < 200; step++)
    {
      const NetworkChunk *chunks = next (fixture);

      for (int i = 0; i < N_STREAMS; i++)
        {
          const float *end = before[i].window.rows;

          n_continued += chunks[i].window.rows == end + LOOKBACK - before[i].window.repeats;
        }
      memcpy (before, chunks, sizeof before);
    }
  g_assert_cmpint (n_continued, >, 200 * N_STREAMS * 3 / 4);
  g_assert_cmpint (n_continued, <, 200 * N_STREAMS);
}

/* As in validation and on a controller: after the rows before the first one, or repeats of it. */
static void
test_a_stream_starts_with_the_state_of_the_rows_before (Fixture *fixture, gconstpointer user)
{
  const NetworkChunk *chunks = next (fixture);
  size_t n_state = network_n_state (fixture->network);

  for (int i = 0; i < N_STREAMS; i++)
    {
      size_t row = 0;
      const Series *series = series_of (fixture, &chunks[i], &row);
      g_autofree float *state = g_new0 (float, n_state);
      NetworkChunk warm_up = { .window = { series->scaled_inputs, LOOKBACK } };

      if (row > 0)
        warm_up.window = series_window (series, row - 1, LOOKBACK - 1);
      network_run_streams (fixture->network, fixture->parameters, &warm_up, 1, LOOKBACK - 1, state,
                           NULL);
      for (size_t value = 0; value < n_state; value++)
        g_assert_cmpfloat_with_epsilon (
            state[value], streams_states (fixture->streams)[(size_t) i * n_state + value], 1e-6);
    }
}

/* A checkpoint contains no streams. */
static void
test_after_a_restart_only_the_random_numbers_count (Fixture *fixture, gconstpointer user)
{
  NetworkChunk first[N_STREAMS];

  for (int step = 0; step < 7; step++)
    next (fixture);
  random_init (&fixture->random, 5);
  streams_restart (fixture->streams);
  memcpy (first, next (fixture), sizeof first);

  g_autoptr (Streams) other = streams_new (fixture->network, fixture->dataset, N_STREAMS);
  random_init (&fixture->random, 5);
  const NetworkChunk *chunks = streams_next (other, &fixture->random, fixture->parameters);
  for (int i = 0; i < N_STREAMS; i++)
    g_assert_true (chunks[i].window.rows == first[i].window.rows);
}

#define ADD(name, function) \
  g_test_add ("/streams/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("training sees every row about as often", test_training_sees_every_row_about_as_often);
  ADD ("a chunk follows the last one", test_a_chunk_follows_the_last_one);
  ADD ("a stream starts with the state of the rows before",
       test_a_stream_starts_with_the_state_of_the_rows_before);
  ADD ("after a restart only the random numbers count",
       test_after_a_restart_only_the_random_numbers_count);
  return g_test_run ();
}
