/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/estimator-runs.h"

#include <assert.h>
#include <glib.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/vestimd/api/estimator-child.h"
#include "daemon/vestimd/sys/log.h"

#define MAX_AT_ONCE 4
#define MAX_WAITING 64

typedef struct
{
  EstimatorRuns *runs;
  EstimatorChild child;
  char *input;
  EstimatorRunFn fn;
  void *user;
  uv_thread_t thread;
  int cancelled; /* atomic */
  EstimatorRunStatus status;
  GString *output;
} Run;

/* A run is in one list at a time: waiting, then running, then ended. Only `ended` is touched by
 * other threads than the loop's. */
struct EstimatorRuns
{
  const char *program;
  uv_async_t wake;
  GQueue waiting;
  GQueue running;
  uv_mutex_t lock; /* of `ended` and of each run's result in it */
  GQueue ended;
  void (*closed) (void *user);
  void *closed_user;
  bool is_closing;
};

static void
run_free (Run *run)
{
  g_strfreev (run->child.argv);
  g_free (run->input);
  g_string_free (run->output, TRUE);
  g_free (run);
}

static void
run_end (Run *run)
{
  EstimatorRuns *runs = run->runs;

  uv_mutex_lock (&runs->lock);
  g_queue_push_tail (&runs->ended, run);
  uv_mutex_unlock (&runs->lock);
  uv_async_send (&runs->wake);
}

static void
run_thread (void *data)
{
  Run *run = data;

  if (estimator_child_run (&run->child, run->output))
    run->status = ESTIMATOR_RUN_DONE;
  run_end (run);
}

/* False when it cannot be started: the run then has its status and ends by itself. */
static bool
run_launch (Run *run)
{
  int pair[2];

  run->status = ESTIMATOR_RUN_NO_ANSWER;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
    return false;
  run->child.channel = pair[0];
  run->child.child_end = pair[1];
  g_queue_push_tail (&run->runs->running, run);
  if (uv_thread_create (&run->thread, run_thread, run) == 0)
    return true;
  g_queue_remove (&run->runs->running, run);
  close (pair[0]);
  close (pair[1]);
  run->child.channel = -1;
  return false;
}

static void
launch_waiting (EstimatorRuns *runs)
{
  while (runs->running.length < MAX_AT_ONCE && runs->waiting.length > 0)
    {
      Run *run = g_queue_pop_head (&runs->waiting);

      if (!run_launch (run))
        {
          log_warning ("api", "no resources for a check");
          run_end (run);
        }
    }
}

static void
on_handle_closed (uv_handle_t *handle)
{
  EstimatorRuns *runs = handle->data;

  uv_mutex_destroy (&runs->lock);
  runs->closed (runs->closed_user);
  g_free (runs);
}

static void
close_if_done (EstimatorRuns *runs)
{
  if (runs->is_closing && runs->running.length == 0 && runs->ended.length == 0
      && !uv_is_closing ((uv_handle_t *) &runs->wake))
    uv_close ((uv_handle_t *) &runs->wake, on_handle_closed);
}

static void
finish (Run *run)
{
  if (run->child.channel >= 0)
    {
      uv_thread_join (&run->thread);
      g_queue_remove (&run->runs->running, run);
      close (run->child.channel);
    }
  if (run->runs->is_closing)
    run->status = ESTIMATOR_RUN_CANCELLED;
  run->fn (run->user, run->status, run->output->str, run->output->len);
  run_free (run);
}

static void
on_wake (uv_async_t *wake)
{
  EstimatorRuns *runs = wake->data;
  Run *run = NULL;

  do
    {
      uv_mutex_lock (&runs->lock);
      run = g_queue_pop_head (&runs->ended);
      uv_mutex_unlock (&runs->lock);
      if (run != NULL)
        finish (run);
    }
  while (run != NULL);
  launch_waiting (runs);
  close_if_done (runs);
}

EstimatorRuns *
estimator_runs_new (uv_loop_t *loop, const char *program)
{
  EstimatorRuns *runs = g_new0 (EstimatorRuns, 1);

  runs->program = program;
  uv_mutex_init (&runs->lock);
  uv_async_init (loop, &runs->wake, on_wake);
  runs->wake.data = runs;
  return runs;
}

static char **
make_argv (const char *program, const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, g_strdup (program));
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (argv, g_strdup (*arguments));
  g_ptr_array_add (argv, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}

void
estimator_runs_start (EstimatorRuns *runs, const char *const *arguments, const char *input,
                      size_t input_length, unsigned limit_ms, EstimatorRunFn fn, void *user)
{
  Run *run = g_new0 (Run, 1);

  run->runs = runs;
  run->fn = fn;
  run->user = user;
  run->output = g_string_new (NULL);
  run->input = g_memdup2 (input, input_length);
  run->child = (EstimatorChild){ .argv = make_argv (runs->program, arguments),
                                 .channel = -1,
                                 .input = run->input,
                                 .input_length = input_length,
                                 .limit_ms = limit_ms,
                                 .cancelled = &run->cancelled };
  if (runs->program == NULL || runs->is_closing || runs->waiting.length >= MAX_WAITING)
    {
      run->status = runs->program == NULL ? ESTIMATOR_RUN_NO_ANSWER : ESTIMATOR_RUN_BUSY;
      run_end (run);
      return;
    }
  g_queue_push_tail (&runs->waiting, run);
  launch_waiting (runs);
}

void
estimator_runs_close (EstimatorRuns *runs, void (*closed) (void *user), void *user)
{
  Run *run = NULL;

  assert (!runs->is_closing);
  runs->is_closing = true;
  runs->closed = closed;
  runs->closed_user = user;
  while ((run = g_queue_pop_head (&runs->waiting)) != NULL)
    run_end (run);
  for (GList *l = runs->running.head; l != NULL; l = l->next)
    {
      run = l->data;
      g_atomic_int_set (&run->cancelled, 1);
      shutdown (run->child.channel, SHUT_RDWR);
    }
  uv_async_send (&runs->wake);
}
