/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/executor/local-executor.h"
#include "tests/support/job-folder.h"

/* A loop with a local executor, and one attempt whose events it records. */
typedef struct
{
  JobFolder folder;
  uv_loop_t loop;
  uv_timer_t deadline;
  Executor *executor;
  ExecutorAttempt *attempt;
  unsigned n_waiting;
  unsigned n_started;
  unsigned n_reports;
  unsigned n_reports_before_start;
  int64_t started_at;
  double progress;
  char *message;
  char *metrics;
  bool is_absent;
  bool is_over;
  AttemptResult result; /* its strings are kept below */
  char *signal, *error, *summary;
} AttemptWatcher;

void attempt_watcher_init (AttemptWatcher *watcher);
void attempt_watcher_init_plain (AttemptWatcher *watcher); /* without pidfd and inotify */
/* With another shim, which must be ready within `start_limit_ms`. */
void attempt_watcher_init_shim (AttemptWatcher *watcher, const char *shim, unsigned start_limit_ms);
/* Closes everything, asserts that the loop is empty, removes the folder. */
void attempt_watcher_clear (AttemptWatcher *watcher);

/* A shell runs `script`. */
void attempt_watcher_launch (AttemptWatcher *watcher, int attempt, const char *script);
void attempt_watcher_launch_spec (AttemptWatcher *watcher, AttemptSpec *spec);
void attempt_watcher_adopt (AttemptWatcher *watcher, int attempt);

/* They run the loop until … */
void attempt_watcher_await_waiting (AttemptWatcher *watcher);
void attempt_watcher_await_started (AttemptWatcher *watcher);
void attempt_watcher_await_reports (AttemptWatcher *watcher, unsigned n_reports);
void attempt_watcher_await_over (AttemptWatcher *watcher); /* ended or absent */

/* As if the daemon died: detaches the attempt, and forgets its events. */
void attempt_watcher_detach (AttemptWatcher *watcher);
