/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/vestimd/jobs/executor/local-attempt.h"
#include "daemon/vestimd/jobs/executor/local-follow.h"
#include "daemon/vestimd/sys/log.h"

/* What the loop waits for while a shim lives: its end, what it says of the job's start, and
 * progress. */

#define REPORT_MS 100     /* between two reports of progress */
#define WATCH_MS 20       /* from the start of the job to the first look for progress */
#define START_MS 200      /* from the launch to the start: longer than it takes */
#define STOP_LIMIT_MS 500 /* from a stop to the end of a shim that has not written its mark */
#define MARKED_STOP_LIMIT_MS 5000 /* the same of one that has, and has not started its job */
#define WISH_RETRY_MS 1000        /* before a wish to pause is tried again */
#define EXIT_CHECK_MS 50          /* where no descriptor shows the end of a process */

/* ---- Descriptors ---- */

/* A descriptor on the loop. It is allocated, so that one can be opened while the last one closes.
 */
struct Poll
{
  uv_poll_t handle;
  int fd; /* owned */
  ExecutorAttempt *attempt;
  void (*on_readable) (ExecutorAttempt *attempt);
};

static void
on_poll_closed (uv_handle_t *handle)
{
  Poll *poll = handle->data;

  close (poll->fd);
  attempt_handle_closed (poll->attempt);
  g_free (poll);
}

static void
on_poll_event (uv_poll_t *handle, int status, int events)
{
  Poll *poll = handle->data;

  poll->on_readable (poll->attempt);
}

/* NULL, logged, when the loop does not take it; `fd` is closed then. */
static Poll *
open_poll (ExecutorAttempt *attempt, int fd, void (*on_readable) (ExecutorAttempt *attempt))
{
  Poll *poll = g_new0 (Poll, 1);
  int r = uv_poll_init (attempt->executor->loop, &poll->handle, fd);

  if (r < 0)
    {
      log_warning (EXECUTOR_MODULE, "cannot poll a descriptor error=%s", uv_strerror (r));
      close (fd);
      g_free (poll);
      return NULL;
    }
  poll->handle.data = poll;
  poll->fd = fd;
  poll->attempt = attempt;
  poll->on_readable = on_readable;
  attempt->loop.n_open++;
  uv_poll_start (&poll->handle, UV_READABLE, on_poll_event);
  return poll;
}

static void
close_poll (Poll **poll)
{
  Poll *closing = g_steal_pointer (poll);

  if (closing != NULL)
    uv_close ((uv_handle_t *) &closing->handle, on_poll_closed);
}

static void
close_exit_poll (ExecutorAttempt *attempt)
{
  if (attempt->loop.exit_poll != NULL)
    attempt->worker.shim.pidfd = -1;
  close_poll (&attempt->loop.exit_poll);
}

void
attempt_close_polls (ExecutorAttempt *attempt)
{
  close_exit_poll (attempt);
  close_poll (&attempt->loop.ready_poll);
}

/* ---- The shim's end ---- */

static void
on_exit_event (ExecutorAttempt *attempt)
{
  close_exit_poll (attempt);
  attempt->worker.shim.has_ended = true;
  attempt_move (attempt, attempt_is_in (attempt, STATE_FOLLOWING) ? STATE_COLLECTING
                                                                  : STATE_CLEANUP_COLLECTING);
}

void
attempt_check_later (ExecutorAttempt *attempt, AttemptState state)
{
  attempt_move (attempt, state);
  attempt_start_pause (attempt, EXIT_CHECK_MS);
}

void
attempt_follow (ExecutorAttempt *attempt, AttemptState state)
{
  Shim *shim = &attempt->worker.shim;

  if (shim->pidfd >= 0)
    attempt->loop.exit_poll = open_poll (attempt, shim->pidfd, on_exit_event);
  if (attempt->loop.exit_poll != NULL)
    attempt_move (attempt, state);
  else
    {
      shim->pidfd = -1;
      attempt_check_later (attempt, state);
    }
  if (attempt->loop.must_stop)
    attempt_signal_stop (attempt);
}

/* A child keeps its PID until waitpid(); for other processes local_collect() sends the signal. */
static bool
can_be_signalled (const ExecutorAttempt *attempt)
{
  const Shim *shim = &attempt->worker.shim;

  return (attempt_is_in (attempt, STATE_FOLLOWING) || attempt_is_in (attempt, STATE_COLLECTING))
         && (shim->pidfd >= 0 || (shim->is_child && !shim->has_ended));
}

static void
limit_start (ExecutorAttempt *attempt, unsigned limit_ms)
{
  uint64_t at = uv_now (attempt->executor->loop) + limit_ms;

  attempt->loop.kill_at = MIN (attempt->loop.kill_at, at);
}

void
attempt_signal_stop (ExecutorAttempt *attempt)
{
  limit_start (attempt, attempt->loop.may_have_run ? MARKED_STOP_LIMIT_MS : STOP_LIMIT_MS);
  if (can_be_signalled (attempt))
    shim_send_stop (attempt->worker.shim.pidfd, attempt->worker.shim.pid);
}

static void
on_report_timer (uv_timer_t *timer)
{
  attempt_read_progress (timer->data);
}

/* What failed is tried again a moment later. */
void
attempt_signal_wish (ExecutorAttempt *attempt)
{
  if (attempt->worker.pause_mark == PAUSE_MARK_UNKNOWN)
    uv_timer_start (&attempt->loop.report_timer, on_report_timer, WISH_RETRY_MS, 0);
  if (attempt->worker.must_tell && can_be_signalled (attempt))
    {
      attempt->worker.must_tell = false;
      shim_send_wish (attempt->worker.shim.pidfd, attempt->worker.shim.pid);
    }
  if (attempt->worker.is_unpausable && !attempt->worker.is_unpausable_reported)
    {
      attempt->worker.is_unpausable_reported = true;
      attempt->events.unpausable (attempt->user,
                                  "The job is not paused: it was started by an older version of "
                                  "VEstim, whose vestim-run cannot pause jobs.");
    }
}

/* ---- The job's start ---- */

void
attempt_report_started (ExecutorAttempt *attempt, int64_t started_at)
{
  if (attempt->loop.is_start_reported)
    return;
  attempt->loop.is_start_reported = attempt->loop.may_have_run = true;
  attempt->events.started (attempt->user, started_at);
}

void
attempt_report_waiting (ExecutorAttempt *attempt)
{
  if (attempt->loop.is_wait_reported || attempt->loop.is_start_reported)
    return;
  attempt->loop.is_wait_reported = true;
  attempt->events.waiting (attempt->user, "The job is being started: vestim-run is slow to begin. "
                                          "The disk of the job folder or of the program may be "
                                          "slow.");
}

static void
on_start_overdue (uv_timer_t *timer)
{
  ExecutorAttempt *attempt = timer->data;
  const Shim *shim = &attempt->worker.shim;
  bool is_hung = uv_now (timer->loop) >= attempt->loop.kill_at;

  attempt_report_waiting (attempt);

  if (attempt->loop.ready_poll == NULL)
    uv_timer_stop (timer);
  else if (can_be_signalled (attempt))
    (is_hung ? shim_send_kill : shim_send_continue) (shim->pidfd, shim->pid);
  if (is_hung)
    {
      attempt->loop.n_hung++;
      uv_timer_stop (timer);
    }
}

/* Where no descriptor shows the shim's end, a check whether it lives may be under way. */
static void
on_watch_timer (uv_timer_t *timer)
{
  if (attempt_is_in (timer->data, STATE_COLLECTING))
    uv_timer_start (timer, on_watch_timer, WATCH_MS, 0);
  else
    attempt_watch_progress (timer->data);
}

/* First comes a mark, before the program is executed, then the time of the start. Progress is
 * looked for a moment later, so that a short attempt is read once, at its end. */
static void
take_words (ExecutorAttempt *attempt, const char *text)
{
  const char *time = strchr (text, SHIM_READY_MARK[0]);

  attempt->loop.may_have_run = attempt->loop.may_have_run || time != NULL;
  time = time == NULL ? text : time + 1;
  if (*time == '\0')
    {
      /* The program may be on a slow disk. */
      attempt->loop.kill_at = UINT64_MAX;
      if (attempt->loop.must_stop)
        limit_start (attempt, MARKED_STOP_LIMIT_MS);
      return;
    }
  close_poll (&attempt->loop.ready_poll);
  uv_timer_start (&attempt->loop.report_timer, on_watch_timer, WATCH_MS, 0);
  attempt_report_started (attempt, g_ascii_strtoll (time, NULL, 10));
}

static void
on_ready (ExecutorAttempt *attempt)
{
  char text[32];
  ssize_t n = read (attempt->loop.ready_poll->fd, text, sizeof text - 1);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    {
      uv_timer_stop (&attempt->loop.report_timer);
      close_poll (&attempt->loop.ready_poll); /* it did not start; the shim's end says why */
      return;
    }
  text[n] = '\0';
  take_words (attempt, text);
}

void
attempt_take_last_word (ExecutorAttempt *attempt)
{
  /* The mark and the time may come one by one. */
  for (int i = 0; i < 2 && attempt->loop.ready_poll != NULL; i++)
    on_ready (attempt);
  close_poll (&attempt->loop.ready_poll);
}

void
attempt_await_start (ExecutorAttempt *attempt)
{
  attempt->loop.ready_poll = open_poll (attempt, attempt->worker.ready_fd, on_ready);
  attempt->worker.ready_fd = -1;
  attempt->loop.kill_at = UINT64_MAX;
  limit_start (attempt,
               attempt->loop.must_stop ? STOP_LIMIT_MS : attempt->executor->start_limit_ms);
  uv_timer_start (&attempt->loop.report_timer, on_start_overdue, START_MS, START_MS);
}

/* ---- Progress ---- */

static void
schedule_read (ExecutorAttempt *attempt)
{
  uint64_t due = attempt->loop.last_report + REPORT_MS, now = uv_now (attempt->executor->loop);

  if (attempt_is_in (attempt, STATE_FOLLOWING)
      && !uv_is_active ((uv_handle_t *) &attempt->loop.report_timer))
    uv_timer_start (&attempt->loop.report_timer, on_report_timer, due > now ? due - now : 0, 0);
}

static void
on_change (uv_fs_event_t *watch, const char *name, int events, int status)
{
  schedule_read (watch->data);
}

static int
start_watch (ExecutorAttempt *attempt)
{
  g_autofree char *path = g_build_filename (attempt->spec.folder, ATTEMPT_PROGRESS_FILE, NULL);

  return attempt->executor->without_inotify
             ? UV_ENOSYS
             : uv_fs_event_start (&attempt->loop.watch, on_change, path, 0);
}

void
attempt_watch_progress (ExecutorAttempt *attempt)
{
  int r = 0;

  if (!attempt_is_in (attempt, STATE_FOLLOWING))
    return;
  if (!uv_is_active ((uv_handle_t *) &attempt->loop.watch))
    r = start_watch (attempt);
  if (r < 0)
    {
      log_info (EXECUTOR_MODULE, "progress is polled id=%s error=%s", attempt->spec.job_id,
                uv_strerror (r));
      uv_timer_start (&attempt->loop.report_timer, on_report_timer, REPORT_MS, REPORT_MS);
    }
  attempt_read_progress (attempt);
}

void
attempt_report_progress (ExecutorAttempt *attempt)
{
  AttemptProgress report;

  if (!progress_take_report (attempt->worker.progress, &report))
    return;
  attempt->loop.last_report = uv_now (attempt->executor->loop);
  attempt->events.progress (attempt->user, &report);
}
