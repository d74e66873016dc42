/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/tasks/sweep.h"

#include "daemon/vestim-estimate/training/trainer.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>

typedef struct
{
  const SweepConfig *config;
  int n_tasks;
  double ends_at;       /* of a random search: no other task begins after it */
  Team *team;           /* NULL: no thread is left for helping */
  pthread_mutex_t lock; /* of what follows */
  int n_begun;
  int n_run; /* of these, not left out */
  int n_ended;
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

/* Whether the job must finish without this task. One task is always done, so that there is a
 * result. */
static bool
is_left_out (Sweep *sweep, const Task *task, int number)
{
  if (sweep->config->repeat)
    return g_array_index (sweep->config->repeat, int, number - 1) < 0;

  bool must_finish = finish_request_is_made (sweep->config->task.finish)
                     || trainer_monotonic_clock (NULL) >= sweep->ends_at;
  bool was_begun = must_finish && task_was_begun (task);

  pthread_mutex_lock (&sweep->lock);
  bool is_out = must_finish && !was_begun && sweep->n_run > 0;
  sweep->n_run += !is_out;
  pthread_mutex_unlock (&sweep->lock);
  return is_out;
}

static void
run_task (Sweep *sweep, int number, int thread)
{
  g_autoptr (VestimSelections) settings =
      vestim_selections_new_task (sweep->config->settings, number - 1);
  TaskConfig config = sweep->config->task;

  config.number = number;
  config.settings = settings;
  config.team = sweep->team;
  config.thread = thread;
  if (sweep->config->repeat)
    config.end_after = g_array_index (sweep->config->repeat, int, number - 1);

  g_autoptr (Task) task = task_new (&config);
  if (is_left_out (sweep, task, number))
    return;

  TaskResult *result = task_run (task);
  result->choice = dup_choice (sweep->config->settings, number - 1);
  add_result (sweep, result);
}

static void
end_task (Sweep *sweep)
{
  pthread_mutex_lock (&sweep->lock);
  bool is_last = ++sweep->n_ended == sweep->n_tasks;
  pthread_mutex_unlock (&sweep->lock);
  if (is_last && sweep->team)
    team_end (sweep->team);
}

/* Runs tasks; when none is left, helps those that go on. */
static void
work (Sweep *sweep, int thread)
{
  int number = 0;

  while ((number = begin_next (sweep)) > 0)
    {
      run_task (sweep, number, thread);
      end_task (sweep);
    }
  if (sweep->team)
    team_help (sweep->team, thread);
}

typedef struct
{
  pthread_t thread;
  Sweep *sweep;
  int number;
} Worker;

static void *
work_in_thread (void *data)
{
  const Worker *worker = data;

  work (worker->sweep, worker->number);
  return NULL;
}

/* The calling thread works too, so that the tasks are done even if no other thread can be started.
 */
static void
run_threads (Sweep *sweep, int n_threads)
{
  g_autofree Worker *workers = g_new (Worker, n_threads);
  int n = 1;

  for (; n < n_threads; n++)
    {
      workers[n] = (Worker){ .sweep = sweep, .number = n };
      if (pthread_create (&workers[n].thread, NULL, work_in_thread, &workers[n]) != 0)
        break;
    }
  if (n < n_threads)
    printf ("only %d threads could be started\n", n);

  work (sweep, 0);
  while (--n > 0)
    pthread_join (workers[n].thread, NULL);
}

/* Threads beyond the processors would only get in the way of the others. A task's result is the
 * same for any number of helpers, so it does not depend on the machine. */
static int
count_threads (int given, int n_tasks)
{
  return MIN (given, MAX (n_tasks, (int) g_get_num_processors ()));
}

/* (nullable) */
static Team *
new_team (const SweepConfig *config)
{
  int n_tasks = vestim_selections_n_tasks (config->settings);
  int given = config->settings->threads;

  return given > n_tasks ? team_new (count_threads (given, n_tasks)) : NULL;
}

GPtrArray *
sweep_run (const SweepConfig *config)
{
  int n_tasks = vestim_selections_n_tasks (config->settings);
  int n_threads = count_threads (config->settings->threads, n_tasks);
  double minutes = vestim_sweep_minutes (config->settings->sweep);
  g_autoptr (Team) team = new_team (config);
  Sweep sweep = {
    .config = config,
    .n_tasks = n_tasks,
    .ends_at = minutes > 0 ? trainer_monotonic_clock (NULL) + minutes * 60 : INFINITY,
    .team = team,
    .results = g_ptr_array_new_with_free_func ((GDestroyNotify) task_result_free),
  };

  pthread_mutex_init (&sweep.lock, NULL);
  run_threads (&sweep, n_threads);
  pthread_mutex_destroy (&sweep.lock);
  return sweep.results;
}

bool
sweep_is_finished (const SweepConfig *config)
{
  int n_tasks = vestim_selections_n_tasks (config->settings);
  g_autoptr (Team) team = new_team (config);
  bool is_finished = true;

  for (int number = 1; number <= n_tasks && is_finished; number++)
    {
      g_autoptr (VestimSelections) settings =
          vestim_selections_new_task (config->settings, number - 1);
      TaskConfig task_config = config->task;

      task_config.number = number;
      task_config.settings = settings;
      task_config.team = team;

      g_autoptr (Task) task = task_new (&task_config);
      is_finished = task_is_finished (task);
    }
  return is_finished;
}
