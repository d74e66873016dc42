/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/lack.h"
#include "daemon/vestimd/jobs/executor/local-attempt.h"
#include "daemon/vestimd/jobs/executor/local-follow.h"
#include "daemon/vestimd/sys/log.h"

/* From the result of a task to the next state; the table of states is in local-attempt.c. */

#define LOOK_PAUSE_MS 10
#define LONGEST_LOOK_PAUSE_MS 100
#define LONGEST_LATE_PAUSE_MS 500 /* each of these looks reads all command lines */
#define QUICK_LOOKS 5             /* a start that needs no more is not late */
#define MAX_STARTING_LOOKS 60     /* some 5 s: far longer than a shim needs to write what it runs */
#define MAX_LAUNCHES 10
#define MAX_HUNG 2
#define MAX_CLEANUPS 3 /* a job may kill its cleanup, too */
#define LAUNCH_PAUSE_MS 50
#define LACK_PAUSE_MS 500 /* before a task is repeated that lacked descriptors or memory */

/* ---- The end ---- */

static void
finish (ExecutorAttempt *attempt)
{
  AttemptResult result = local_result_report (&attempt->worker.result);

  result.was_adopted = !attempt->spec.is_launch;
  if (result.started_at > 0)
    attempt_report_started (attempt, result.started_at);
  if (!attempt_is_in (attempt, STATE_CLOSED))
    attempt_report_progress (attempt);
  if (!attempt_is_in (attempt, STATE_CLOSED))
    attempt->events.ended (attempt->user, &result);
  attempt_close (attempt);
}

static void
finish_failed (ExecutorAttempt *attempt, const char *sentence)
{
  local_result_set_error (&attempt->worker.result, "%s", sentence);
  finish (attempt);
}

static void
finish_lost (ExecutorAttempt *attempt)
{
  local_result_set_lost (&attempt->worker.result, &attempt->worker.record);
  finish (attempt);
}

static void
finish_unprepared (ExecutorAttempt *attempt, int error)
{
  local_result_set_error (
      &attempt->worker.result,
      "Cannot prepare the job folder '%s': %s. Free some space or repair the folder, then retry.",
      attempt->spec.folder, strerror (error));
  local_result_note_errno (&attempt->worker.result, error);
  finish (attempt);
}

/* ---- Launching and looking ---- */

static void
after_launch (ExecutorAttempt *attempt)
{
  if (attempt->worker.r < 0)
    {
      finish (attempt);
      return;
    }
  log_debug (EXECUTOR_MODULE, "shim started id=%s attempt=%d pid=%d", attempt->spec.job_id,
             attempt->spec.number, (int) attempt->worker.shim.pid);
  attempt_follow (attempt, STATE_FOLLOWING);
  attempt_await_start (attempt);
}

/* run.lock names this attempt. */
static bool
is_recorded (const ExecutorAttempt *attempt)
{
  return attempt->worker.record.attempt == attempt->spec.number;
}

static void
look_later (ExecutorAttempt *attempt, unsigned pause_ms)
{
  attempt_move (attempt, STATE_LOOK_PAUSE);
  attempt_start_pause (attempt, pause_ms);
}

static void
after_look_starting (ExecutorAttempt *attempt)
{
  if (attempt->worker.n_looks > QUICK_LOOKS && !attempt->loop.may_have_run)
    attempt_report_waiting (attempt);
  if (++attempt->worker.n_looks < MAX_STARTING_LOOKS || is_recorded (attempt))
    look_later (attempt, MIN (LOOK_PAUSE_MS * attempt->worker.n_looks, LONGEST_LOOK_PAUSE_MS));
  else if (attempt->loop.may_have_run)
    finish_lost (attempt);
  else
    finish_failed (attempt, "Another process has locked the job folder, but it does not run a "
                            "known attempt of this job. End that process, then retry.");
}

static void
after_look_late (ExecutorAttempt *attempt)
{
  unsigned longest = attempt->loop.must_stop ? LONGEST_LOOK_PAUSE_MS : LONGEST_LATE_PAUSE_MS;

  if (++attempt->worker.n_late > QUICK_LOOKS)
    attempt_report_waiting (attempt);
  look_later (attempt, MIN (LOOK_PAUSE_MS * attempt->worker.n_late, longest));
}

static void
launch_again (ExecutorAttempt *attempt)
{
  if (attempt->loop.must_stop)
    {
      local_result_set_never_started (&attempt->worker.result);
      finish (attempt);
    }
  else if (!attempt->spec.is_launch)
    {
      attempt->events.absent (attempt->user);
      attempt_close (attempt);
    }
  else if (attempt->loop.n_hung >= MAX_HUNG)
    finish_failed (attempt, "vestim-run was started twice, but was not ready within 30 s, and was "
                            "ended. The disk of the job folder or of the program may hang: check "
                            "it, then retry.");
  else if (attempt->loop.n_launches < MAX_LAUNCHES)
    {
      attempt_move (attempt, STATE_LAUNCH_PAUSE);
      attempt_start_pause (attempt, LAUNCH_PAUSE_MS);
    }
  else
    {
      local_result_set_error (&attempt->worker.result,
                              "vestim-run ended before it could start the job: check its "
                              "installation, and whether the machine is out of memory.");
      local_result_note_errno (&attempt->worker.result, ENOMEM);
      finish (attempt);
    }
}

static void
after_look (ExecutorAttempt *attempt)
{
  switch (attempt->worker.look)
    {
    case LOOK_HELD:
      attempt_follow (attempt, STATE_FOLLOWING);
      attempt_report_started (attempt, attempt->worker.record.started_at);
      attempt_watch_progress (attempt);
      break;
    case LOOK_STARTING:
      after_look_starting (attempt);
      break;
    case LOOK_LATE:
      after_look_late (attempt);
      break;
    case LOOK_OVER:
      attempt->worker.shim = (Shim){ .pidfd = -1, .has_ended = true };
      attempt_move (attempt, STATE_COLLECTING);
      break;
    case LOOK_LOST:
      attempt_move (attempt, STATE_CLEANING);
      break;
    case LOOK_ABSENT:
      launch_again (attempt);
      break;
    case LOOK_UNSURE:
      look_later (attempt, LACK_PAUSE_MS);
      break;
    }
}

/* ---- Following ---- */

static void
after_read (ExecutorAttempt *attempt)
{
  if (attempt->worker.r < 0)
    log_warning (EXECUTOR_MODULE, "cannot read progress id=%s error=%s", attempt->spec.job_id,
                 uv_strerror (attempt->worker.r));
  attempt_signal_wish (attempt);
  attempt_report_progress (attempt);
}

static void
after_clean_up (ExecutorAttempt *attempt)
{
  if (attempt->worker.r < 0 && attempt->worker.result.lack != 0)
    {
      attempt->loop.n_cleanups--;
      look_later (attempt, LACK_PAUSE_MS);
      return;
    }
  if (attempt->worker.r < 0)
    {
      log_error (EXECUTOR_MODULE, "cannot end the remaining processes id=%s error=%s",
                 attempt->spec.job_id, attempt->worker.result.exit_record.error);
      finish_lost (attempt);
      return;
    }
  log_warning (EXECUTOR_MODULE, "the shim is gone, ending its remaining processes id=%s attempt=%d",
               attempt->spec.job_id, attempt->spec.number);
  attempt_follow (attempt, STATE_CLEANUP_FOLLOWING);
}

/* The shim says by its exit code that it executed no program for a momentary lack, and run.lock
 * agrees. A job that kills its shim cannot give it an exit code. */
static bool
is_withdrawn (const ExecutorAttempt *attempt, int code)
{
  return code > SHIM_EXIT_ERRNO && lack_is (code - SHIM_EXIT_ERRNO) && !is_recorded (attempt)
         && !attempt->loop.is_start_reported;
}

/* The shim, or the cleanup, is gone and there is no exit record. */
static void
after_nothing (ExecutorAttempt *attempt)
{
  const Shim *shim = &attempt->worker.shim;
  bool was_cleanup = attempt_is_in (attempt, STATE_CLEANUP_COLLECTING);
  bool did_exit = shim->is_child && WIFEXITED (shim->status);
  int code = did_exit ? WEXITSTATUS (shim->status) : -1;

  if (code == SHIM_EXIT_TAKEN || !shim->is_child)
    attempt_move (attempt, STATE_LOOKING);
  else if (!was_cleanup && is_withdrawn (attempt, code))
    finish_unprepared (attempt, code - SHIM_EXIT_ERRNO);
  else if (was_cleanup && (did_exit || attempt->loop.n_cleanups == MAX_CLEANUPS))
    finish_lost (attempt);
  else if (attempt->loop.may_have_run || is_recorded (attempt))
    attempt_move (attempt, STATE_CLEANING);
  else if (code > SHIM_EXIT_ERRNO)
    finish_unprepared (attempt, code - SHIM_EXIT_ERRNO);
  else
    launch_again (attempt);
}

/* The state before the collection. */
static AttemptState
followed_state (const ExecutorAttempt *attempt)
{
  return attempt_is_in (attempt, STATE_COLLECTING) ? STATE_FOLLOWING : STATE_CLEANUP_FOLLOWING;
}

static void
collect_again (ExecutorAttempt *attempt)
{
  Shim *shim = &attempt->worker.shim;

  shim->has_ended = shim->has_ended || shim->is_reaped;
  attempt_move (attempt, followed_state (attempt));
  attempt_start_pause (attempt, LACK_PAUSE_MS);
}

static void
after_collect (ExecutorAttempt *attempt)
{
  if (attempt->worker.collect == COLLECT_RUNNING)
    {
      attempt_check_later (attempt, followed_state (attempt));
      return;
    }
  if (attempt->worker.collect == COLLECT_UNSURE)
    {
      collect_again (attempt);
      return;
    }
  attempt_take_last_word (attempt);
  if (attempt_is_in (attempt, STATE_CLOSED))
    return;
  if (attempt->worker.collect == COLLECT_NOTHING)
    after_nothing (attempt);
  else if (attempt->worker.needs_cleanup && attempt->loop.n_cleanups == 0)
    attempt_move (attempt, STATE_CLEANING);
  else
    finish (attempt);
}

void
attempt_take_step (ExecutorAttempt *attempt, Task done)
{
  static void (*const after[]) (ExecutorAttempt * attempt) = {
    [TASK_LAUNCH] = after_launch,   [TASK_LOOK] = after_look,         [TASK_READ] = after_read,
    [TASK_COLLECT] = after_collect, [TASK_CLEAN_UP] = after_clean_up,
  };

  after[done](attempt);
}
