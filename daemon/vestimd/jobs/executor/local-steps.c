/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/wait.h>

#include "daemon/attempt/attempt.h"
#include "daemon/vestimd/jobs/executor/local-private.h"
#include "daemon/vestimd/sys/log.h"

/* What follows from a task that is done. The picture is in process.c. */

#define LOOK_PAUSE_MS 10
#define LONGEST_LOOK_PAUSE_MS 100
#define MAX_STARTING_LOOKS 60 /* some 5 s: far longer than a shim needs to write what it runs */
#define MAX_LAUNCHES 10
#define MAX_ENDS 3 /* a job may kill what ends it, too */
#define LAUNCH_PAUSE_MS 50
#define EXIT_CHECK_MS 50

static void
finish (ExecutorAttempt *run)
{
  const AttemptResult result = local_result_report (&run->result);

  if (result.started_at > 0)
    run_report_started (run, result.started_at);
  if (!run->is_closing)
    run_report_progress (run);
  if (!run->is_closing)
    run->events.ended (run->user, &result);
  run_close (run);
}

static void
finish_failed (ExecutorAttempt *run, const char *sentence)
{
  local_result_set_error (&run->result, "%s", sentence);
  finish (run);
}

static void
finish_lost (ExecutorAttempt *run)
{
  local_result_set_lost (&run->result, &run->record);
  finish (run);
}

static void
after_launch (ExecutorAttempt *run)
{
  if (run->task_result < 0)
    {
      finish (run);
      return;
    }
  log_debug (PROCESS_MODULE, "shim started id=%s attempt=%d pid=%d", run->job_id, run->attempt,
             (int) run->shim.pid);
  run_follow (run);
  run_await_start (run);
}

static void
after_look_starting (ExecutorAttempt *run)
{
  if (++run->n_looks < MAX_STARTING_LOOKS || run->record.attempt == run->attempt)
    run_retry_later (run, TASK_LOOK, MIN (LOOK_PAUSE_MS * run->n_looks, LONGEST_LOOK_PAUSE_MS));
  else if (run->may_have_run)
    finish_lost (run);
  else
    finish_failed (run, "The job folder is held by another process, which runs no attempt of this "
                        "job that is known. End it, then retry.");
}

static void
after_look_absent (ExecutorAttempt *run)
{
  if (!run->is_launch)
    {
      run->events.absent (run->user);
      run_close (run);
    }
  else if (run->n_launches < MAX_LAUNCHES)
    run_retry_later (run, TASK_LAUNCH, LAUNCH_PAUSE_MS);
  else
    finish_failed (run,
                   "vestim-run ended before it could start the job. Retry, and see whether the "
                   "machine is out of memory.");
}

static void
after_look (ExecutorAttempt *run)
{
  switch ((LookResult) run->task_result)
    {
    case LOOK_HELD:
      run_follow (run);
      run_report_started (run, run->record.started_at);
      if (!run->is_closing)
        run_watch_progress (run);
      break;
    case LOOK_STARTING:
      after_look_starting (run);
      break;
    case LOOK_OVER:
      run->shim = (Shim){ .pidfd = -1, .has_ended = true };
      run_start_task (run, TASK_COLLECT);
      break;
    case LOOK_LOST:
      run_start_task (run, TASK_END);
      break;
    case LOOK_ABSENT:
      after_look_absent (run);
      break;
    }
}

static void
after_read (ExecutorAttempt *run)
{
  if (run->task_result < 0)
    log_warning (PROCESS_MODULE, "cannot read progress id=%s error=%s", run->job_id,
                 uv_strerror (run->task_result));
  run_report_progress (run);
}

static void
after_end (ExecutorAttempt *run)
{
  if (run->task_result < 0)
    {
      log_error (PROCESS_MODULE, "cannot end what is left id=%s error=%s", run->job_id,
                 run->result.exit_record.error);
      finish_lost (run);
      return;
    }
  log_warning (PROCESS_MODULE, "shim is gone, ending what it left id=%s attempt=%d", run->job_id,
               run->attempt);
  run->is_ending = true;
  run_follow (run);
}

static void
finish_unprepared (ExecutorAttempt *run, int error)
{
  local_result_set_error (
      &run->result, "Cannot prepare the job folder '%s': %s. Make room or repair it, then retry.",
      run->folder, strerror (error));
  local_result_note_errno (&run->result, error);
  finish (run);
}

/* The shim is gone and left no exit record. */
static void
after_nothing (ExecutorAttempt *run)
{
  bool did_exit = run->shim.is_child && WIFEXITED (run->shim.status);
  int code = did_exit ? WEXITSTATUS (run->shim.status) : -1;

  if (code == SHIM_EXIT_TAKEN || !run->shim.is_child)
    run_start_task (run, TASK_LOOK);
  else if (run->is_ending && (did_exit || run->n_ends == MAX_ENDS))
    finish_lost (run);
  else if (run->may_have_run || run->record.attempt == run->attempt)
    run_start_task (run, TASK_END);
  else if (code > SHIM_EXIT_ERRNO)
    finish_unprepared (run, code - SHIM_EXIT_ERRNO);
  else
    after_look_absent (run);
}

static void
after_collect (ExecutorAttempt *run)
{
  bool was_ending = run->is_ending;

  if (run->task_result == COLLECT_RUNNING)
    {
      run_retry_later (run, TASK_COLLECT, EXIT_CHECK_MS);
      return;
    }
  run->is_followed = false;
  run_take_ready (run);
  if (run->is_closing)
    return;
  if (run->task_result == COLLECT_NOTHING)
    after_nothing (run);
  else if (run->has_leftovers && run->n_ends == 0)
    run_start_task (run, TASK_END);
  else
    finish (run);
  run->is_ending = run->is_ending && !was_ending;
}

void
run_take_step (ExecutorAttempt *run, Task done)
{
  static void (*const after[]) (ExecutorAttempt * run) = {
    [TASK_LAUNCH] = after_launch,   [TASK_LOOK] = after_look, [TASK_READ] = after_read,
    [TASK_COLLECT] = after_collect, [TASK_END] = after_end,
  };

  after[done](run);
}
