/* SPDX-License-Identifier: MIT */
#include "tests/support/attempt-watcher.h"

#include <math.h>
#include <stdlib.h>

static void
on_deadline (uv_timer_t *timer)
{
  g_error ("nothing happened in %d s", JOB_FOLDER_DEADLINE_S);
}

static void
init (AttemptWatcher *watcher, LocalExecutorConfig config)
{
  config.loop = &watcher->loop;
  *watcher = (AttemptWatcher){ .progress = NAN };
  job_folder_init (&watcher->folder);
  g_assert_cmpint (uv_loop_init (&watcher->loop), ==, 0);
  uv_timer_init (&watcher->loop, &watcher->deadline);
  watcher->executor = local_executor_new (&config);
}

void
attempt_watcher_init (AttemptWatcher *watcher)
{
  init (watcher, (LocalExecutorConfig){ .shim = g_getenv ("VESTIM_RUN") });
}

void
attempt_watcher_init_plain (AttemptWatcher *watcher)
{
  init (watcher, (LocalExecutorConfig){
                     .shim = g_getenv ("VESTIM_RUN"),
                     .without_pidfd = true,
                     .without_inotify = true,
                 });
}

void
attempt_watcher_init_shim (AttemptWatcher *watcher, const char *shim, unsigned start_limit_ms)
{
  init (watcher, (LocalExecutorConfig){ .shim = shim, .start_limit_ms = start_limit_ms });
}

static void
forget (AttemptWatcher *watcher)
{
  watcher->attempt = NULL;
  watcher->n_waiting = watcher->n_started = 0;
  watcher->n_reports = watcher->n_reports_before_start = 0;
  watcher->is_over = watcher->is_absent = false;
  watcher->progress = NAN;
  g_clear_pointer (&watcher->message, g_free);
  g_clear_pointer (&watcher->metrics, g_free);
  g_clear_pointer (&watcher->signal, g_free);
  g_clear_pointer (&watcher->error, g_free);
  g_clear_pointer (&watcher->summary, g_free);
}

static void
on_closed (void *user)
{
  *(bool *) user = true;
}

void
attempt_watcher_clear (AttemptWatcher *watcher)
{
  bool is_closed = false;

  uv_close ((uv_handle_t *) &watcher->deadline, NULL);
  watcher->executor->close (watcher->executor, on_closed, &is_closed);
  g_assert_false (is_closed);
  uv_run (&watcher->loop, UV_RUN_DEFAULT);
  g_assert_true (is_closed);
  g_assert_cmpint (uv_loop_close (&watcher->loop), ==, 0);
  forget (watcher);
  job_folder_clear (&watcher->folder);
}

static void
on_started (void *user, int64_t started_at)
{
  AttemptWatcher *watcher = user;

  watcher->n_started++;
  watcher->started_at = started_at;
}

static void
on_progress (void *user, const AttemptProgress *progress)
{
  AttemptWatcher *watcher = user;

  g_assert_false (watcher->is_over);
  watcher->n_reports++;
  watcher->n_reports_before_start += watcher->n_started == 0;
  watcher->progress = progress->progress;
  g_free (watcher->message);
  watcher->message = g_strdup (progress->message);
  g_free (watcher->metrics);
  watcher->metrics = g_strdup (progress->metrics);
}

static void
on_ended (void *user, const AttemptResult *result)
{
  AttemptWatcher *watcher = user;

  g_assert_false (watcher->is_over);
  watcher->is_over = true;
  watcher->attempt = NULL;
  watcher->result = *result;
  watcher->signal = g_strdup (result->signal);
  watcher->error = g_strdup (result->error);
  watcher->summary = g_strdup (result->result);
}

static void
on_absent (void *user)
{
  AttemptWatcher *watcher = user;

  watcher->is_over = watcher->is_absent = true;
  watcher->attempt = NULL;
}

static void
on_waiting (void *user, const char *reason)
{
  AttemptWatcher *watcher = user;

  g_assert_cmpuint (watcher->n_started, ==, 0);
  watcher->n_waiting++;
}

static void
on_stuck (void *user, const char *reason)
{
  g_error ("an attempt does not end: %s", reason);
}

static const AttemptEvents events = {
  .started = on_started,
  .progress = on_progress,
  .waiting = on_waiting,
  .stuck = on_stuck,
  .unpausable = on_stuck,
  .ended = on_ended,
  .absent = on_absent,
};

void
attempt_watcher_launch_spec (AttemptWatcher *watcher, AttemptSpec *spec)
{
  spec->job_id = JOB_FOLDER_ID;
  spec->folder = watcher->folder.path;
  spec->attempt = spec->attempt == 0 ? 1 : spec->attempt;
  spec->job_json = "{}";
  watcher->attempt = watcher->executor->launch (watcher->executor, spec, &events, watcher);
}

void
attempt_watcher_launch (AttemptWatcher *watcher, int attempt, const char *script)
{
  const char *argv[] = { "/bin/sh", "-c", script, NULL };

  attempt_watcher_launch_spec (watcher, &(AttemptSpec){ .argv = argv, .attempt = attempt });
}

void
attempt_watcher_adopt (AttemptWatcher *watcher, int attempt)
{
  AttemptSpec spec = { .job_id = JOB_FOLDER_ID,
                       .folder = watcher->folder.path,
                       .attempt = attempt };

  watcher->attempt = watcher->executor->adopt (watcher->executor, &spec, &events, watcher);
}

static void
turn_until (AttemptWatcher *watcher, bool (*done) (const AttemptWatcher *watcher, unsigned n),
            unsigned n)
{
  uv_timer_start (&watcher->deadline, on_deadline, JOB_FOLDER_DEADLINE_S * 1000, 0);
  while (!done (watcher, n))
    uv_run (&watcher->loop, UV_RUN_ONCE);
  uv_timer_stop (&watcher->deadline);
}

static bool
is_waiting (const AttemptWatcher *watcher, unsigned n)
{
  return watcher->n_waiting > 0;
}

static bool
is_started (const AttemptWatcher *watcher, unsigned n)
{
  return watcher->n_started > 0;
}

static bool
has_reports (const AttemptWatcher *watcher, unsigned n)
{
  return watcher->n_reports >= n;
}

static bool
is_over (const AttemptWatcher *watcher, unsigned n)
{
  return watcher->is_over;
}

void
attempt_watcher_await_waiting (AttemptWatcher *watcher)
{
  turn_until (watcher, is_waiting, 0);
}

void
attempt_watcher_await_started (AttemptWatcher *watcher)
{
  turn_until (watcher, is_started, 0);
}

void
attempt_watcher_await_reports (AttemptWatcher *watcher, unsigned n_reports)
{
  turn_until (watcher, has_reports, n_reports);
}

void
attempt_watcher_await_over (AttemptWatcher *watcher)
{
  turn_until (watcher, is_over, 0);
}

void
attempt_watcher_detach (AttemptWatcher *watcher)
{
  watcher->executor->detach (watcher->attempt);
  forget (watcher);
}
