/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/local-executor.h"

#include <assert.h>

#include "daemon/vestimd/jobs/executor/local-attempt.h"
#include "daemon/vestimd/jobs/executor/local-follow.h"

#define START_LIMIT_MS 30000 /* usually it takes milliseconds */

/* ---- Attempts ---- */

static ExecutorAttempt *
launch (Executor *base, const AttemptSpec *spec, const AttemptEvents *events, void *user)
{
  LocalExecutor *self = (LocalExecutor *) base;

  self->n_attempts++;
  return attempt_new (self, spec, events, user, true);
}

static ExecutorAttempt *
adopt (Executor *base, const AttemptSpec *spec, const AttemptEvents *events, void *user)
{
  LocalExecutor *self = (LocalExecutor *) base;

  self->n_attempts++;
  return attempt_new (self, spec, events, user, false);
}

static void
stop (ExecutorAttempt *attempt)
{
  if (attempt->loop.must_stop)
    return;
  attempt->loop.must_stop = true;
  attempt_watch_end (attempt);
  attempt_signal_stop (attempt);
  if (attempt_is_in (attempt, STATE_LOOK_PAUSE))
    attempt_start_pause (attempt, 0);
}

static void
finish (ExecutorAttempt *attempt)
{
  if (attempt->loop.must_finish)
    return;
  attempt->loop.must_finish = true;
  attempt_read_progress (attempt);
}

static void
pause_attempt (ExecutorAttempt *attempt, bool is_paused)
{
  attempt->loop.must_pause = is_paused;
  attempt_read_progress (attempt);
}

static void
detach (ExecutorAttempt *attempt)
{
  attempt_close (attempt);
}

/* ---- The executor ---- */

static void
on_anchor_closed (uv_handle_t *handle)
{
  LocalExecutor *self = handle->data;
  void (*closed) (void *user) = self->closed;
  void *user = self->closed_user;

  g_free (self->shim);
  g_free (self->cgroup);
  g_free (self->oom_group);
  g_free (self);
  closed (user);
}

static void
close_when_empty (LocalExecutor *self)
{
  if (self->is_closing && self->n_attempts == 0)
    uv_close ((uv_handle_t *) &self->anchor, on_anchor_closed);
}

void
local_executor_attempt_freed (LocalExecutor *self)
{
  self->n_attempts--;
  close_when_empty (self);
}

static void
close_executor (Executor *base, void (*closed) (void *user), void *user)
{
  LocalExecutor *self = (LocalExecutor *) base;

  assert (!self->is_closing);
  self->is_closing = true;
  self->closed = closed;
  self->closed_user = user;
  close_when_empty (self);
}

Executor *
local_executor_new (const LocalExecutorConfig *config)
{
  LocalExecutor *self = g_new0 (LocalExecutor, 1);

  self->base = (Executor){
    .launch = launch,
    .adopt = adopt,
    .stop = stop,
    .finish = finish,
    .pause = pause_attempt,
    .detach = detach,
    .close = close_executor,
  };
  self->loop = config->loop;
  self->shim = g_strdup (config->shim);
  self->open_files = config->open_files;
  self->cgroup = g_strdup (config->cgroup);
  self->oom_group = g_strdup (config->oom_group);
  self->start_limit_ms = config->start_limit_ms > 0 ? config->start_limit_ms : START_LIMIT_MS;
  self->without_pidfd = config->without_pidfd;
  self->without_inotify = config->without_inotify;
  uv_timer_init (self->loop, &self->anchor);
  self->anchor.data = self;
  return &self->base;
}
