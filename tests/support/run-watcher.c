/* SPDX-License-Identifier: MIT */
#include "tests/support/run-watcher.h"

#include <math.h>
#include <stdlib.h>

static void
on_deadline (uv_timer_t *timer)
{
  g_error ("nothing came of it in %d s", JOB_FOLDER_DEADLINE_S);
}

static void
init (RunWatcher *watcher, bool is_plain)
{
  LocalExecutorConfig config = {
    .loop = &watcher->loop,
    .shim = g_getenv ("VESTIM_RUN"),
    .without_pidfd = is_plain,
    .without_inotify = is_plain,
  };

  *watcher = (RunWatcher){ .progress = NAN };
  job_folder_init (&watcher->folder);
  g_assert_cmpint (uv_loop_init (&watcher->loop), ==, 0);
  uv_timer_init (&watcher->loop, &watcher->deadline);
  watcher->executor = local_executor_new (&config);
}

void
run_watcher_init (RunWatcher *watcher)
{
  init (watcher, false);
}

void
run_watcher_init_plain (RunWatcher *watcher)
{
  init (watcher, true);
}

static void
forget (RunWatcher *watcher)
{
  watcher->run = NULL;
  watcher->n_started = watcher->n_reports = watcher->n_reports_before_start = 0;
  watcher->is_over = watcher->is_absent = false;
  watcher->progress = NAN;
  g_clear_pointer (&watcher->message, g_free);
  g_clear_pointer (&watcher->metrics, g_free);
  g_clear_pointer (&watcher->signal, g_free);
  g_clear_pointer (&watcher->error, g_free);
  g_clear_pointer (&watcher->result, g_free);
}

static void
on_closed (void *user)
{
  *(bool *) user = true;
}

void
run_watcher_clear (RunWatcher *watcher)
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
  RunWatcher *watcher = user;

  watcher->n_started++;
  watcher->started_at = started_at;
}

static void
on_progress (void *user, const AttemptProgress *progress)
{
  RunWatcher *watcher = user;

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
on_ended (void *user, const AttemptResult *outcome)
{
  RunWatcher *watcher = user;

  g_assert_false (watcher->is_over);
  watcher->is_over = true;
  watcher->run = NULL;
  watcher->outcome = *outcome;
  watcher->signal = g_strdup (outcome->signal);
  watcher->error = g_strdup (outcome->error);
  watcher->result = g_strdup (outcome->result);
}

static void
on_absent (void *user)
{
  RunWatcher *watcher = user;

  watcher->is_over = watcher->is_absent = true;
  watcher->run = NULL;
}

static const AttemptEvents events = { on_started, on_progress, on_ended, on_absent };

void
run_watcher_launch_spec (RunWatcher *watcher, AttemptSpec *spec)
{
  spec->job_id = JOB_FOLDER_ID;
  spec->folder = watcher->folder.path;
  spec->attempt = spec->attempt == 0 ? 1 : spec->attempt;
  spec->job_json = "{}";
  watcher->run = watcher->executor->launch (watcher->executor, spec, &events, watcher);
}

void
run_watcher_launch (RunWatcher *watcher, int attempt, const char *script)
{
  const char *argv[] = { "/bin/sh", "-c", script, NULL };

  run_watcher_launch_spec (watcher, &(AttemptSpec){ .argv = argv, .attempt = attempt });
}

void
run_watcher_adopt (RunWatcher *watcher, int attempt)
{
  AttemptSpec spec = { .job_id = JOB_FOLDER_ID,
                       .folder = watcher->folder.path,
                       .attempt = attempt };

  watcher->run = watcher->executor->adopt (watcher->executor, &spec, &events, watcher);
}

static void
turn_until (RunWatcher *watcher, bool (*done) (const RunWatcher *watcher, unsigned n), unsigned n)
{
  uv_timer_start (&watcher->deadline, on_deadline, JOB_FOLDER_DEADLINE_S * 1000, 0);
  while (!done (watcher, n))
    uv_run (&watcher->loop, UV_RUN_ONCE);
  uv_timer_stop (&watcher->deadline);
}

static bool
is_started (const RunWatcher *watcher, unsigned n)
{
  return watcher->n_started > 0;
}

static bool
has_reports (const RunWatcher *watcher, unsigned n)
{
  return watcher->n_reports >= n;
}

static bool
is_over (const RunWatcher *watcher, unsigned n)
{
  return watcher->is_over;
}

void
run_watcher_await_started (RunWatcher *watcher)
{
  turn_until (watcher, is_started, 0);
}

void
run_watcher_await_reports (RunWatcher *watcher, unsigned n_reports)
{
  turn_until (watcher, has_reports, n_reports);
}

void
run_watcher_await_over (RunWatcher *watcher)
{
  turn_until (watcher, is_over, 0);
}

void
run_watcher_detach (RunWatcher *watcher)
{
  watcher->executor->detach (watcher->run);
  forget (watcher);
}
