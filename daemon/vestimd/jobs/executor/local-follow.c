/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/vestimd/jobs/executor/local-private.h"
#include "daemon/vestimd/sys/log.h"

#define REPORT_MS 100    /* between two reports of progress */
#define START_MS 200     /* from the mark of the start to its time: far longer than a fork takes */
#define EXIT_CHECK_MS 50 /* where no descriptor tells the end of a process */

static void
on_poll_closed (void *user)
{
  run_handle_closed (user);
}

static Poll *
open_poll (ExecutorAttempt *run, int fd, void (*fn) (void *user))
{
  Poll *poll = poll_open (run->executor->loop, fd, fn, on_poll_closed, run);

  run->n_open += poll != NULL;
  return poll;
}

/* ---- The shim's end ---- */

static void
on_exit_event (void *user)
{
  ExecutorAttempt *run = user;

  poll_close (&run->exit_poll);
  run->shim.pidfd = -1;
  run->shim.has_ended = true;
  run->wants_collect = true;
  run_pump (run);
}

void
run_follow (ExecutorAttempt *run)
{
  run->is_followed = true;
  if (run->shim.pidfd >= 0)
    run->exit_poll = open_poll (run, run->shim.pidfd, on_exit_event);
  if (run->exit_poll == NULL)
    {
      run->shim.pidfd = -1;
      run_retry_later (run, TASK_COLLECT, EXIT_CHECK_MS);
    }
  if (run->wants_stop)
    run_signal_stop (run);
}

/* A child that was not waited for keeps its PID; for others, process_collect() does it. */
static bool
can_be_signalled (const ExecutorAttempt *run)
{
  return run->is_followed && !run->is_ending
         && (run->shim.pidfd >= 0 || (run->shim.is_child && !run->shim.has_ended));
}

void
run_signal_stop (ExecutorAttempt *run)
{
  if (can_be_signalled (run))
    process_send_stop (run->shim.pidfd, run->shim.pid);
}

/* ---- The job's start ---- */

void
run_report_started (ExecutorAttempt *run, int64_t started_at)
{
  if (run->was_started)
    return;
  run->was_started = run->may_have_run = true;
  run->events.started (run->user, started_at);
}

static void
on_start_overdue (uv_timer_t *timer)
{
  ExecutorAttempt *run = timer->data;

  if (run->ready_poll == NULL)
    uv_timer_stop (timer);
  else if (can_be_signalled (run))
    process_send_continue (run->shim.pidfd, run->shim.pid);
}

/* First comes a mark, before the program is executed, then the time when that was done. */
static void
take_words (ExecutorAttempt *run, const char *text)
{
  const char *time = strchr (text, SHIM_READY_MARK[0]);

  run->may_have_run = run->may_have_run || time != NULL;
  time = time == NULL ? text : time + 1;
  if (*time == '\0')
    {
      uv_timer_start (&run->report_timer, on_start_overdue, START_MS, START_MS);
      return;
    }
  uv_timer_stop (&run->report_timer);
  poll_close (&run->ready_poll);
  run_report_started (run, g_ascii_strtoll (time, NULL, 10));
  if (!run->is_closing)
    run_watch_progress (run);
}

static void
on_ready (void *user)
{
  ExecutorAttempt *run = user;
  char text[32];
  ssize_t n = read (run->ready_poll->fd, text, sizeof text - 1);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    {
      poll_close (&run->ready_poll); /* it did not start; the shim's end tells why */
      return;
    }
  text[n] = '\0';
  take_words (run, text);
}

void
run_take_ready (ExecutorAttempt *run)
{
  /* The mark and the time may come one by one. */
  for (int i = 0; i < 2 && run->ready_poll != NULL; i++)
    on_ready (run);
  poll_close (&run->ready_poll);
}

void
run_await_start (ExecutorAttempt *run)
{
  run->ready_poll = open_poll (run, run->ready_fd, on_ready);
  run->ready_fd = -1;
}

/* ---- Progress ---- */

static void
on_report_timer (uv_timer_t *timer)
{
  ExecutorAttempt *run = timer->data;

  run->wants_read = true;
  run_pump (run);
}

static void
schedule_read (ExecutorAttempt *run)
{
  uint64_t due = run->last_report + REPORT_MS, now = uv_now (run->executor->loop);

  if (!run->is_followed || uv_is_active ((uv_handle_t *) &run->report_timer))
    return;
  uv_timer_start (&run->report_timer, on_report_timer, due > now ? due - now : 0, 0);
}

static void
on_change (uv_fs_event_t *watch, const char *name, int events, int status)
{
  schedule_read (watch->data);
}

static int
start_watch (ExecutorAttempt *run)
{
  g_autofree char *path = g_strdup_printf ("%s/progress.jsonl", run->folder);

  return run->executor->without_inotify ? UV_ENOSYS
                                        : uv_fs_event_start (&run->watch, on_change, path, 0);
}

void
run_watch_progress (ExecutorAttempt *run)
{
  int r;

  if (!run->is_watching)
    {
      run->is_watching = true;
      r = start_watch (run);
      if (r < 0)
        {
          log_info (PROCESS_MODULE, "progress is polled id=%s error=%s", run->job_id,
                    uv_strerror (r));
          uv_timer_start (&run->report_timer, on_report_timer, REPORT_MS, REPORT_MS);
        }
    }
  run->wants_read = true;
  run_pump (run);
}

void
run_report_progress (ExecutorAttempt *run)
{
  AttemptProgress report;

  if (!progress_take_report (run->progress, &report))
    return;
  run->last_report = uv_now (run->executor->loop);
  run->events.progress (run->user, &report);
}
