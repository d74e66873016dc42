/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/local-executor.h"

#include <assert.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/executor/local-private.h"

/* A run goes through tasks, one at a time, each on a worker thread; between them the loop waits for
 * descriptors. Nothing is done on a file by the loop.
 *
 *   launch ─► LAUNCH ─► followed ─► COLLECT ─► ended
 *                ▲          ▲  │        │
 *                │          │  └─ READ ─┘ (progress, again and again)
 *   adopt ──► LOOK ─────────┘           │
 *                │  └──► COLLECT        ├─ the shim refused: LOOK
 *                └─ absent              └─ the shim was killed: END ─► followed ─► COLLECT
 *
 * An attempt is executed at most once. Its job owns the folder and may kill its shim, so that
 * neither what lies in the folder nor who lives is proof that it was not executed; only these are:
 *
 * - Its shim is a child of ours and ended without the mark that it writes to its pipe of --ready
 *   before it executes the program: nothing that the job does can come before that mark, or take it
 *   back. Then it is launched again.
 * - The shim refused, since another one had the attempt: then we look what became of that.
 * - An earlier daemon stored that it would start the attempt, and not that it was seen to start
 *   (`was_seen`, in the registry), and there is no trace: nobody holds the lock, run.lock and
 *   exit.json do not tell of it, no living shim has it in its command line, no process has the
 *   job's marks in its environment. Then it is absent, and launched by that name. The service
 *   stores the start once it hears of it, so that this goes by traces only where a daemon died in
 *   the moments between.
 *
 * Should two daemons' shims meet for all that, the second refuses under the folder's lock. Whatever
 * else has neither a living shim nor an exit record is lost, and what is left of it is ended. The
 * field `may_have_run` says that the first proof cannot be had any more; it is never taken back. */

static void executor_check_closed (LocalExecutor *self);

/* ---- Tasks ---- */

static void
on_task (uv_work_t *work)
{
  ExecutorAttempt *run = work->data;

  switch (run->task)
    {
    case TASK_LAUNCH:
      run->task_result = process_launch (run);
      break;
    case TASK_LOOK:
      run->task_result = (int) process_look (run);
      break;
    case TASK_READ:
      run->task_result = progress_read (run->progress, run->folder);
      break;
    case TASK_COLLECT:
      run->task_result = (int) process_collect (run);
      break;
    case TASK_END:
      run->task_result = process_launch_end (run);
      break;
    case TASK_NONE:
      break;
    }
}

static void
run_free (ExecutorAttempt *run)
{
  LocalExecutor *executor = run->executor;

  if (run->ready_fd >= 0)
    close (run->ready_fd);
  if (run->shim.pidfd >= 0)
    close (run->shim.pidfd);
  if (run->input != NULL)
    g_string_free (run->input, true);
  progress_free (run->progress);
  local_result_clear (&run->result);
  g_free (run->job_id);
  g_free (run->folder);
  g_free (run->cwd);
  g_free (run->job_json);
  g_free (run);
  executor->n_runs--;
  executor_check_closed (executor);
}

static void
run_check_free (ExecutorAttempt *run)
{
  if (run->is_closing && run->n_open == 0 && run->task == TASK_NONE)
    run_free (run);
}

void
run_handle_closed (ExecutorAttempt *run)
{
  assert (run->n_open > 0);
  run->n_open--;
  run_check_free (run);
}

static void
on_handle_closed (uv_handle_t *handle)
{
  run_handle_closed (handle->data);
}

void
run_close (ExecutorAttempt *run)
{
  if (run->is_closing)
    return;
  run->is_closing = true;
  /* The descriptor goes with its handle. */
  if (run->exit_poll != NULL)
    run->shim.pidfd = -1;
  poll_close (&run->exit_poll);
  poll_close (&run->ready_poll);
  uv_close ((uv_handle_t *) &run->report_timer, on_handle_closed);
  uv_close ((uv_handle_t *) &run->retry_timer, on_handle_closed);
  uv_close ((uv_handle_t *) &run->watch, on_handle_closed);
}

static void
after_task (uv_work_t *work, int status)
{
  ExecutorAttempt *run = work->data;
  Task task = run->task;

  run->task = TASK_NONE;
  if (!run->is_closing)
    run_take_step (run, task);
  if (!run->is_closing)
    run_pump (run);
  run_check_free (run);
}

void
run_start_task (ExecutorAttempt *run, Task task)
{
  int r;

  assert (run->task == TASK_NONE);
  run->task = task;
  run->must_stop = run->wants_stop;
  run->must_be_lost = run->may_have_run;
  assert (task != TASK_LAUNCH || !run->may_have_run);
  run->n_launches += task == TASK_LAUNCH;
  run->n_ends += task == TASK_END;
  run->work.data = run;
  r = uv_queue_work (run->executor->loop, &run->work, on_task, after_task);
  assert (r == 0);
}

void
run_pump (ExecutorAttempt *run)
{
  if (run->task != TASK_NONE || run->is_closing)
    return;
  if (run->wants_collect)
    {
      run->wants_collect = run->wants_read = false;
      run_start_task (run, TASK_COLLECT);
    }
  else if (run->wants_read && run->is_followed)
    {
      run->wants_read = false;
      run_start_task (run, TASK_READ);
    }
}

static void
on_retry_timer (uv_timer_t *timer)
{
  ExecutorAttempt *run = timer->data;

  if (run->next == TASK_COLLECT)
    {
      run->wants_collect = true;
      run_pump (run);
    }
  else
    run_start_task (run, run->next);
}

void
run_retry_later (ExecutorAttempt *run, Task task, unsigned delay_ms)
{
  run->next = task;
  uv_timer_start (&run->retry_timer, on_retry_timer, delay_ms, 0);
}

/* ---- The executor's operations ---- */

static ExecutorAttempt *
run_new (LocalExecutor *executor, const AttemptSpec *spec, const AttemptEvents *events, void *user)
{
  ExecutorAttempt *run = g_new0 (ExecutorAttempt, 1);

  run->executor = executor;
  run->events = *events;
  run->user = user;
  run->job_id = g_strdup (spec->job_id);
  run->folder = g_strdup (spec->folder);
  run->attempt = spec->attempt;
  run->progress = progress_new (spec->job_id);
  local_result_init (&run->result);
  run->shim.pidfd = run->ready_fd = -1;
  run->report_timer.data = run->retry_timer.data = run->watch.data = run;
  uv_timer_init (executor->loop, &run->report_timer);
  uv_timer_init (executor->loop, &run->retry_timer);
  uv_fs_event_init (executor->loop, &run->watch);
  run->n_open = 3;
  executor->n_runs++;
  return run;
}

static ExecutorAttempt *
local_executor_launch (Executor *base, const AttemptSpec *spec, const AttemptEvents *events,
                       void *user)
{
  ExecutorAttempt *run = run_new ((LocalExecutor *) base, spec, events, user);

  run->is_launch = true;
  run->cwd = g_strdup (spec->cwd);
  run->job_json = g_strdup (spec->job_json);
  run->timeout_s = spec->timeout_s;
  run->input = process_make_input (spec, environ);
  run_start_task (run, TASK_LAUNCH);
  return run;
}

static ExecutorAttempt *
local_executor_adopt (Executor *base, const AttemptSpec *spec, const AttemptEvents *events,
                      void *user)
{
  ExecutorAttempt *run = run_new ((LocalExecutor *) base, spec, events, user);

  run->may_have_run = spec->was_seen;
  run_start_task (run, TASK_LOOK);
  return run;
}

static void
local_executor_stop (ExecutorAttempt *run)
{
  if (run->wants_stop)
    return;
  run->wants_stop = true;
  run_signal_stop (run);
}

static void
local_executor_detach (ExecutorAttempt *run)
{
  run_close (run);
}

static void
on_anchor_closed (uv_handle_t *handle)
{
  LocalExecutor *self = handle->data;
  void (*closed) (void *user) = self->closed;
  void *user = self->closed_user;

  g_free (self->shim);
  g_free (self);
  closed (user);
}

static void
executor_check_closed (LocalExecutor *self)
{
  if (self->is_closing && self->n_runs == 0)
    uv_close ((uv_handle_t *) &self->anchor, on_anchor_closed);
}

static void
local_executor_close (Executor *base, void (*closed) (void *user), void *user)
{
  LocalExecutor *self = (LocalExecutor *) base;

  assert (!self->is_closing);
  self->is_closing = true;
  self->closed = closed;
  self->closed_user = user;
  executor_check_closed (self);
}

Executor *
local_executor_new (const LocalExecutorConfig *config)
{
  LocalExecutor *self = g_new0 (LocalExecutor, 1);

  self->base = (Executor){
    .launch = local_executor_launch,
    .adopt = local_executor_adopt,
    .stop = local_executor_stop,
    .detach = local_executor_detach,
    .close = local_executor_close,
  };
  self->loop = config->loop;
  self->shim = g_strdup (config->shim);
  self->open_files = config->open_files;
  self->without_pidfd = config->without_pidfd;
  self->without_inotify = config->without_inotify;
  uv_timer_init (self->loop, &self->anchor);
  self->anchor.data = self;
  return &self->base;
}
