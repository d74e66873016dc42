/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/tasks/sweep.h"

#include <pthread.h>
#include <stdio.h>

typedef struct
{
  const SweepConfig *config;
  int n_tasks;
  pthread_mutex_t lock; /* of what follows */
  int n_begun;
  GPtrArray *results; /* TaskResult, best first */
} Sweep;

/* The number of the next task, from 1; 0: none is left. */
static int
begin_next (Sweep *sweep)
{
  pthread_mutex_lock (&sweep->lock);
  int number = sweep->n_begun < sweep->n_tasks ? ++sweep->n_begun : 0;
  pthread_mutex_unlock (&sweep->lock);
  return number;
}

/* Inserts the result at its place in the order and takes it over. Only the best result keeps its
 * metrics, which have a part for each test file. */
static void
add_result (Sweep *sweep, TaskResult *result)
{
  GPtrArray *results = sweep->results;
  guint place = 0;

  pthread_mutex_lock (&sweep->lock);
  while (place < results->len && task_result_compare (results->pdata[place], result) < 0)
    place++;
  if (place > 0)
    g_clear_pointer (&result->metrics, g_free);
  else if (results->len > 0)
    g_clear_pointer (&((TaskResult *) results->pdata[0])->metrics, g_free);
  g_ptr_array_insert (results, (int) place, result);
  sweep->config->on_result (results, sweep->config->user);
  pthread_mutex_unlock (&sweep->lock);
}

static char *
dup_choice (const VestimSelections *settings, int index)
{
  GString *json = g_string_new (NULL);

  vestim_selections_append_choice (json, settings, index);
  return g_string_free (json, FALSE);
}

static void
run_task (Sweep *sweep, int number)
{
  g_autoptr (VestimSelections) settings =
      vestim_selections_new_task (sweep->config->settings, number - 1);
  TaskConfig config = sweep->config->task;

  config.number = number;
  config.settings = settings;

  g_autoptr (Task) task = task_new (&config);
  TaskResult *result = task_run (task);
  result->choice = dup_choice (sweep->config->settings, number - 1);
  add_result (sweep, result);
}

static void *
work (void *data)
{
  Sweep *sweep = data;
  int number = 0;

  while ((number = begin_next (sweep)) > 0)
    run_task (sweep, number);
  return NULL;
}

/* The calling thread works too, so that the tasks are done even if no other thread can be started.
 */
static void
run_threads (Sweep *sweep, int n_threads)
{
  g_autofree pthread_t *threads = g_new (pthread_t, n_threads);
  int n_more = 0;

  while (n_more < n_threads - 1 && pthread_create (&threads[n_more], NULL, work, sweep) == 0)
    n_more++;
  if (n_more < n_threads - 1)
    printf ("only %d threads could be started\n", n_more + 1);

  work (sweep);
  for (int i = 0; i < n_more; i++)
    pthread_join (threads[i], NULL);
}

GPtrArray *
sweep_run (const SweepConfig *config)
{
  int n_tasks = vestim_selections_n_tasks (config->settings);
  Sweep sweep = {
    .config = config,
    .n_tasks = n_tasks,
    .results = g_ptr_array_new_with_free_func ((GDestroyNotify) task_result_free),
  };

  pthread_mutex_init (&sweep.lock, NULL);
  run_threads (&sweep, MIN (config->settings->threads, n_tasks));
  pthread_mutex_destroy (&sweep.lock);
  return sweep.results;
}
