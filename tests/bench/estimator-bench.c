/* SPDX-License-Identifier: MIT */

/* The partner of tests/bench/estimator.py, which names a file with a network, rows and batches.
 * Each line of standard input names work, a batch and the number of threads, 1 or 2; the answer is
 * its time in seconds and a sum for comparing the results. Numbers in the file have 32 bits, in the
 * machine's byte order. */

#include <glib.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/vestim-estimate/network/network.h"
#include "daemon/vestim-estimate/training/trainer.h"

typedef struct
{
  int32_t kind, n_inputs, n_layers, lookback, batch_size, n_rows, n_batches;
} Head;

typedef struct
{
  Head head;
  Network *network;
  Network *alone; /* the network for one thread */
  Network *aided; /* and that for two */
  const float *parameters;
  const float *rows;
  const float *targets;
  const uint32_t *order; /* the last rows of the windows, batch after batch */
  NetworkWindow *windows;
  NetworkChunk *chunks;
  float *states;
  float *batch_targets;
  float *gradient;
  float *outputs;
} Bench;

static NetworkWindow
window_of (const Bench *bench, uint32_t row)
{
  uint32_t before = (uint32_t) bench->head.lookback - 1;
  uint32_t first = row > before ? row - before : 0;

  return (NetworkWindow){ bench->rows + (size_t) first * (size_t) bench->head.n_inputs,
                          (int) (before - (row - first)) };
}

static double
run_gradient (Bench *bench, int batch)
{
  int n = bench->head.batch_size;
  const uint32_t *order = bench->order + (size_t) batch * (size_t) n;

  for (int i = 0; i < n; i++)
    {
      bench->windows[i] = window_of (bench, order[i]);
      bench->batch_targets[i] = bench->targets[order[i]];
    }
  return network_gradient (bench->network, bench->parameters, bench->windows, bench->batch_targets,
                           n, NULL, bench->gradient);
}

/* A step of stateful training: the windows are chunks of streams that start with a zero state. */
static double
run_chunks (Bench *bench, int batch)
{
  int n = bench->head.batch_size;
  const uint32_t *order = bench->order + (size_t) batch * (size_t) n;

  for (int i = 0; i < n; i++)
    {
      NetworkWindow window = window_of (bench, order[i]);
      size_t first = (size_t) ((const float *) window.rows - bench->rows);

      bench->chunks[i] = (NetworkChunk){
        .window = window,
        .targets = bench->targets + first / (size_t) bench->head.n_inputs,
      };
    }
  memset (bench->states, 0, (size_t) n * network_n_state (bench->network) * sizeof (float));
  return network_stream_gradient (bench->network, bench->parameters, bench->chunks, n,
                                  bench->head.lookback, NULL, bench->states, bench->gradient);
}

static double
sum_of_outputs (const Bench *bench)
{
  double sum = 0;

  for (int row = 0; row < bench->head.n_rows; row++)
    sum += bench->outputs[row];
  return sum;
}

static double
run_windowed (Bench *bench)
{
  enum
  {
    AT_ONCE = 4096
  };
  NetworkWindow windows[AT_ONCE];

  for (int first = 0; first < bench->head.n_rows; first += AT_ONCE)
    {
      int n = MIN (bench->head.n_rows - first, AT_ONCE);

      for (int i = 0; i < n; i++)
        windows[i] = window_of (bench, (uint32_t) (first + i));
      network_predict (bench->network, bench->parameters, windows, n, bench->outputs + first);
    }
  return sum_of_outputs (bench);
}

static double
run_carried (Bench *bench)
{
  network_forward_stateful (bench->network, bench->parameters, bench->rows,
                            (size_t) bench->head.n_rows, bench->outputs);
  return sum_of_outputs (bench);
}

static double
run (Bench *bench, const char *work, int batch)
{
  if (strcmp (work, "gradient") == 0)
    return run_gradient (bench, batch);
  if (strcmp (work, "chunks") == 0)
    return run_chunks (bench, batch);
  if (strcmp (work, "windowed") == 0)
    return run_windowed (bench);
  return run_carried (bench);
}

static void
serve (Bench *bench)
{
  char line[64], work[16];

  printf ("%s\n", network_kernel_name (bench->network));
  fflush (stdout);
  while (fgets (line, sizeof line, stdin))
    {
      int batch = 0, n_threads = 1;

      if (sscanf (line, "%15s %d %d", work, &batch, &n_threads) != 3 || batch < 0
          || batch >= bench->head.n_batches)
        continue;
      bench->network = n_threads == 2 ? bench->aided : bench->alone;

      double started = trainer_monotonic_clock (NULL), sum = run (bench, work, batch);
      printf ("%.9f %.9g\n", trainer_monotonic_clock (NULL) - started, sum);
      fflush (stdout);
    }
}

static void *
help (void *team)
{
  team_help (team, 1);
  return NULL;
}

static bool
set_up (Bench *bench, const char *data, size_t length)
{
  const int32_t *words = (const int32_t *) data;

  memcpy (&bench->head, words, sizeof bench->head);
  words += sizeof bench->head / sizeof *words;

  const Head *head = &bench->head;
  const NetworkShape shape = { head->n_inputs, head->n_layers, words, head->lookback };
  size_t n_rows = (size_t) head->n_rows;

  bench->network = bench->alone = network_new ((VestimModelKind) head->kind, &shape);
  bench->aided = network_new ((VestimModelKind) head->kind, &shape);
  bench->parameters = (const float *) (words + head->n_layers);
  bench->rows = bench->parameters + network_n_parameters (bench->network);
  bench->targets = bench->rows + n_rows * (size_t) head->n_inputs;
  bench->order = (const uint32_t *) (bench->targets + n_rows);
  bench->windows = g_new (NetworkWindow, head->batch_size);
  bench->batch_targets = g_new (float, head->batch_size);
  bench->chunks = g_new (NetworkChunk, head->batch_size);
  if (vestim_model_sees_windows ((VestimModelKind) head->kind))
    bench->states = g_new (float, (size_t) head->batch_size *network_n_state (bench->network));
  bench->gradient = g_new (float, network_n_parameters (bench->network));
  bench->outputs = g_new (float, n_rows);
  return (const char *) (bench->order + (size_t) head->n_batches * (size_t) head->batch_size)
         == data + length;
}

int
main (int argc, char **argv)
{
  Bench bench = { 0 };
  g_autofree char *data = NULL;
  size_t length = 0;

  if (argc != 2 || !g_file_get_contents (argv[1], &data, &length, NULL)
      || !set_up (&bench, data, length))
    {
      fprintf (stderr, "usage: estimator-bench FILE, which tests/bench/estimator.py makes\n");
      return EXIT_FAILURE;
    }

  g_autoptr (Team) team = team_new (2);
  pthread_t helper;

  network_set_team (bench.aided, team, 0);
  if (pthread_create (&helper, NULL, help, team) != 0)
    return EXIT_FAILURE;
  serve (&bench);
  team_end (team);
  pthread_join (helper, NULL);
  network_free (bench.alone);
  network_free (bench.aided);
  g_free (bench.windows);
  g_free (bench.batch_targets);
  g_free (bench.chunks);
  g_free (bench.states);
  g_free (bench.gradient);
  g_free (bench.outputs);
  return EXIT_SUCCESS;
}
