/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/worker.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/vestimd/sys/resources.h"

static void
thread_main (void *arg)
{
  Worker *worker = arg;
  char stack[RESOURCES_STACK];

  resources_guard_stack (stack);
  worker->run (worker->user);
  completion_queue_post (worker->completions, &worker->gone, &worker->gone);
}

static void
deliver_gone (Completion *completion)
{
  Worker *worker = (Worker *) completion;

  if (worker->started)
    uv_thread_join (&worker->thread);
  uv_cond_destroy (&worker->wake);
  uv_mutex_destroy (&worker->lock);
  worker->on_gone (worker->user);
}

void
worker_init (Worker *worker, CompletionQueue *completions, void (*run) (void *user), void *user)
{
  *worker = (Worker){
    .gone.deliver = deliver_gone, .completions = completions, .run = run, .user = user
  };
  /* These fail only when there is no memory. */
  if (uv_mutex_init (&worker->lock) < 0 || uv_cond_init (&worker->wake) < 0)
    abort ();
}

int
worker_start (Worker *worker)
{
  int r;

  assert (!worker->started);
  r = uv_thread_create (&worker->thread, thread_main, worker);
  worker->started = r == 0;
  return r;
}

void
worker_wake (Worker *worker)
{
  uv_cond_signal (&worker->wake);
}

bool
worker_is_stopping (Worker *worker)
{
  bool stopping;

  uv_mutex_lock (&worker->lock);
  stopping = worker->stopping;
  uv_mutex_unlock (&worker->lock);
  return stopping;
}

void
worker_stop (Worker *worker, void (*on_gone) (void *user))
{
  worker->on_gone = on_gone;
  uv_mutex_lock (&worker->lock);
  worker->stopping = true;
  uv_cond_signal (&worker->wake);
  uv_mutex_unlock (&worker->lock);
  if (!worker->started)
    completion_queue_post (worker->completions, &worker->gone, &worker->gone);
}
