/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/local-attempt.h"
#include "daemon/vestimd/jobs/executor/local-follow.h"

#include <assert.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/vestimd/sys/log.h"

/* The life of an attempt. Some states have a task of a worker thread, which starts with the state
 * and whose result leads to the next state (local-steps.c); in the others the loop waits for a
 * descriptor or a timer (local-follow.c). The loop itself never works on a file.
 *
 * An attempt is executed at most once. Its job owns the folder and may kill its shim, so
 * missing files and missing processes do not prove that it was not executed. These cases decide:
 *
 * - Its shim is a child of ours and ended without the mark that it writes to its pipe of --ready
 *   before it executes the program: nothing that the job does can come before that mark, or take it
 *   back. Then it is launched again. A shim that is not ready in time is ended for that.
 * - Its shim is a child of ours and ended with an exit code that says that a momentary lack kept it
 *   from executing the program. Then the service waits, and launches it again.
 * - The shim refused because another shim has the attempt. Then we look for that one.
 * - An earlier daemon stored that it would start the attempt, but not that the attempt started
 *   (`was_seen`), and there is no trace: nobody holds the lock, run.lock and exit.json do not name
 *   the attempt, no living shim has it in its command line, no process has the job's marks in its
 *   environment. Then it is absent, and is launched. The service stores the start soon after it is
 *   reported, so that traces decide only if a daemon died in the moment between. Traces are not
 *   flushed: after a boot of the machine every attempt counts as seen.
 *
 * If the shims of two daemons still meet, the second one refuses under the folder's lock. Every
 * other attempt that has neither a living shim nor an exit record is lost, and the cleanup ends
 * what is left of it. Once `may_have_run` is set, the first case no longer applies. */

#define TO VESTIM_MACHINE_TO

static const VestimMachineState states[] = {
  [STATE_LAUNCHING] = { "launching", TO (STATE_FOLLOWING) | TO (STATE_CLOSED) },
  [STATE_LAUNCH_PAUSE] = { "launch-pause", TO (STATE_LAUNCHING) | TO (STATE_CLOSED) },
  [STATE_LOOKING] = { "looking", TO (STATE_FOLLOWING) | TO (STATE_LOOK_PAUSE)
                                     | TO (STATE_COLLECTING) | TO (STATE_CLEANING)
                                     | TO (STATE_LAUNCH_PAUSE) | TO (STATE_CLOSED) },
  [STATE_LOOK_PAUSE] = { "look-pause", TO (STATE_LOOKING) | TO (STATE_CLOSED) },
  [STATE_FOLLOWING] = { "following", TO (STATE_COLLECTING) | TO (STATE_CLOSED) },
  [STATE_COLLECTING] = { "collecting", TO (STATE_FOLLOWING) | TO (STATE_LOOKING)
                                           | TO (STATE_CLEANING) | TO (STATE_LAUNCH_PAUSE)
                                           | TO (STATE_CLOSED) },
  [STATE_CLEANING] = { "cleaning",
                       TO (STATE_CLEANUP_FOLLOWING) | TO (STATE_LOOK_PAUSE) | TO (STATE_CLOSED) },
  [STATE_CLEANUP_FOLLOWING] = { "cleanup-following",
                                TO (STATE_CLEANUP_COLLECTING) | TO (STATE_CLOSED) },
  [STATE_CLEANUP_COLLECTING] = { "cleanup-collecting",
                                 TO (STATE_CLEANUP_FOLLOWING) | TO (STATE_LOOKING)
                                     | TO (STATE_CLEANING) | TO (STATE_CLOSED) },
  [STATE_CLOSED] = { "closed", 0 },
};

static const VestimMachineType machine_type = {
  .name = "attempt",
  .states = states,
  .n_states = G_N_ELEMENTS (states),
  .trace = log_transition,
};

/* Those that are not here have none. A worker that still reads progress finishes that first. */
static const Task tasks[G_N_ELEMENTS (states)] = {
  [STATE_LAUNCHING] = TASK_LAUNCH,           [STATE_LOOKING] = TASK_LOOK,
  [STATE_COLLECTING] = TASK_COLLECT,         [STATE_CLEANING] = TASK_CLEAN_UP,
  [STATE_CLEANUP_COLLECTING] = TASK_COLLECT,
};

/* Where the end of the pause timer leads. While a shim without a descriptor is followed, the pause
 * is the time to the next look whether it lives. */
static const AttemptState after_pause[G_N_ELEMENTS (states)] = {
  [STATE_LAUNCH_PAUSE] = STATE_LAUNCHING,
  [STATE_LOOK_PAUSE] = STATE_LOOKING,
  [STATE_FOLLOWING] = STATE_COLLECTING,
  [STATE_CLEANUP_FOLLOWING] = STATE_CLEANUP_COLLECTING,
};

/* ---- Freeing ---- */

static void
attempt_free (ExecutorAttempt *attempt)
{
  LocalExecutor *executor = attempt->executor;

  fd_clear (&attempt->worker.ready_fd);
  fd_clear (&attempt->worker.shim.pidfd);
  if (attempt->spec.input != NULL)
    g_string_free (attempt->spec.input, true);
  progress_free (attempt->worker.progress);
  local_result_clear (&attempt->worker.result);
  g_free (attempt->spec.job_id);
  g_free (attempt->spec.folder);
  g_free (attempt->spec.cwd);
  g_free ((char *) attempt->spec.options.stdin_path);
  g_free (attempt->spec.job_json);
  g_free (attempt);
  local_executor_attempt_freed (executor);
}

static void
free_when_unused (ExecutorAttempt *attempt)
{
  if (attempt_is_in (attempt, STATE_CLOSED) && attempt->loop.n_open == 0
      && attempt->worker.task == TASK_NONE)
    attempt_free (attempt);
}

void
attempt_handle_closed (ExecutorAttempt *attempt)
{
  assert (attempt->loop.n_open > 0);
  attempt->loop.n_open--;
  free_when_unused (attempt);
}

static void
on_handle_closed (uv_handle_t *handle)
{
  attempt_handle_closed (handle->data);
}

void
attempt_close (ExecutorAttempt *attempt)
{
  if (attempt_is_in (attempt, STATE_CLOSED))
    return;
  attempt_move (attempt, STATE_CLOSED);
  attempt_close_polls (attempt);
  uv_close ((uv_handle_t *) &attempt->loop.report_timer, on_handle_closed);
  uv_close ((uv_handle_t *) &attempt->loop.pause_timer, on_handle_closed);
  uv_close ((uv_handle_t *) &attempt->loop.stuck_timer, on_handle_closed);
  uv_close ((uv_handle_t *) &attempt->loop.watch, on_handle_closed);
}

/* ---- Tasks ---- */

static void
on_task (uv_work_t *work)
{
  ExecutorAttempt *attempt = work->data;

  switch (attempt->worker.task)
    {
    case TASK_LAUNCH:
      attempt->worker.r = local_launch (attempt);
      break;
    case TASK_LOOK:
      attempt->worker.look = local_look (attempt);
      break;
    case TASK_READ:
      local_ask_to_finish (attempt);
      local_ask_to_pause (attempt);
      attempt->worker.r = progress_read (attempt->worker.progress, attempt->spec.folder);
      break;
    case TASK_COLLECT:
      attempt->worker.collect = local_collect (attempt);
      break;
    case TASK_CLEAN_UP:
      attempt->worker.r = local_clean_up (attempt);
      break;
    case TASK_NONE:
      break;
    }
}

static void start_due_task (ExecutorAttempt *attempt);

static void
after_task (uv_work_t *work, int status)
{
  ExecutorAttempt *attempt = work->data;
  Task task = attempt->worker.task;

  attempt->worker.task = TASK_NONE;
  if (!attempt_is_in (attempt, STATE_CLOSED))
    attempt_take_step (attempt, task);
  start_due_task (attempt);
  free_when_unused (attempt);
}

static void
start_task (ExecutorAttempt *attempt, Task task)
{
  int r;

  assert (task != TASK_LAUNCH || !attempt->loop.may_have_run);
  /* What is cleaned up is lost: no later look may call it absent. */
  attempt->loop.may_have_run = attempt->loop.may_have_run || task == TASK_CLEAN_UP;
  attempt->loop.n_launches += task == TASK_LAUNCH;
  attempt->loop.n_cleanups += task == TASK_CLEAN_UP;
  attempt->loop.must_read = attempt->loop.must_read && task != TASK_READ;
  attempt->worker.task = task;
  attempt->worker.must_stop = attempt->loop.must_stop;
  attempt->worker.must_finish = attempt->loop.must_finish;
  attempt->worker.must_pause = attempt->loop.must_pause;
  attempt->worker.must_be_lost = attempt->loop.may_have_run;
  attempt->loop.work.data = attempt;
  r = uv_queue_work (attempt->executor->loop, &attempt->loop.work, on_task, after_task);
  assert (r == 0);
}

static void
start_due_task (ExecutorAttempt *attempt)
{
  Task task = tasks[attempt->machine.state];

  if (attempt_is_in (attempt, STATE_FOLLOWING) && attempt->loop.must_read)
    task = TASK_READ;
  if (task != TASK_NONE && attempt->worker.task == TASK_NONE)
    start_task (attempt, task);
}

void
attempt_read_progress (ExecutorAttempt *attempt)
{
  attempt->loop.must_read = true;
  if (attempt_is_in (attempt, STATE_FOLLOWING))
    start_due_task (attempt);
}

/* ---- States ---- */

bool
attempt_is_in (const ExecutorAttempt *attempt, AttemptState state)
{
  return attempt->machine.state == state;
}

void
attempt_move (ExecutorAttempt *attempt, AttemptState state)
{
  vestim_machine_move (&attempt->machine, state, attempt->spec.job_id);
  start_due_task (attempt);
}

static void
on_pause_timer (uv_timer_t *timer)
{
  ExecutorAttempt *attempt = timer->data;

  attempt_move (attempt, after_pause[attempt->machine.state]);
}

void
attempt_start_pause (ExecutorAttempt *attempt, unsigned delay_ms)
{
  uv_timer_start (&attempt->loop.pause_timer, on_pause_timer, delay_ms, 0);
}

ExecutorAttempt *
attempt_new (LocalExecutor *executor, const AttemptSpec *spec, const AttemptEvents *events,
             void *user, bool is_launch)
{
  ExecutorAttempt *attempt = g_new0 (ExecutorAttempt, 1);

  attempt->executor = executor;
  attempt->events = *events;
  attempt->user = user;
  attempt->spec.is_launch = is_launch;
  attempt->spec.job_id = g_strdup (spec->job_id);
  attempt->spec.folder = g_strdup (spec->folder);
  attempt->spec.number = spec->attempt;
  attempt->spec.cwd = g_strdup (spec->cwd);
  attempt->spec.job_json = g_strdup (spec->job_json);
  attempt->spec.timeout_s = spec->timeout_s;
  attempt->spec.options = spec->options;
  attempt->spec.options.stdin_path = g_strdup (spec->options.stdin_path);
  attempt->spec.limits = spec->limits;
  attempt->spec.input = is_launch ? local_make_input (spec, environ) : NULL;
  attempt->loop.may_have_run = !is_launch && spec->was_seen;
  attempt->loop.must_finish = spec->must_finish;
  attempt->loop.must_pause = spec->is_paused;
  attempt->worker.is_new = spec->is_new;
  attempt->worker.progress = progress_new (spec->job_id);
  attempt->worker.shim.pidfd = attempt->worker.ready_fd = -1;
  local_result_init (&attempt->worker.result);
  uv_timer_init (executor->loop, &attempt->loop.report_timer);
  uv_timer_init (executor->loop, &attempt->loop.pause_timer);
  uv_timer_init (executor->loop, &attempt->loop.stuck_timer);
  uv_fs_event_init (executor->loop, &attempt->loop.watch);
  attempt->loop.report_timer.data = attempt->loop.pause_timer.data = attempt;
  attempt->loop.watch.data = attempt->loop.stuck_timer.data = attempt;
  attempt->loop.n_open = 4;
  vestim_machine_init (&attempt->machine, &machine_type,
                       is_launch ? STATE_LAUNCHING : STATE_LOOKING);
  start_due_task (attempt);
  return attempt;
}
