/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/executor/local-executor.h"
#include "tests/support/job-folder.h"

/* A loop with a process executor, and a run whose events are kept to look at. */
typedef struct
{
  JobFolder folder;
  uv_loop_t loop;
  uv_timer_t deadline;
  Executor *executor;
  ExecutorAttempt *run;
  unsigned n_started;
  unsigned n_reports;
  unsigned n_reports_before_start;
  int64_t started_at;
  double progress;
  char *message;
  char *metrics;
  bool is_absent;
  bool is_over;
  AttemptResult outcome; /* its strings are kept below */
  char *signal, *error, *result;
} RunWatcher;

void run_watcher_init (RunWatcher *watcher);
void run_watcher_init_plain (RunWatcher *watcher); /* without pidfd and inotify */
/* Closes all, asserts that nothing is left on the loop, removes the folder. */
void run_watcher_clear (RunWatcher *watcher);

/* What `script` says is run by a shell. */
void run_watcher_launch (RunWatcher *watcher, int attempt, const char *script);
void run_watcher_launch_spec (RunWatcher *watcher, AttemptSpec *spec);
void run_watcher_adopt (RunWatcher *watcher, int attempt);

/* Turn the loop until … */
void run_watcher_await_started (RunWatcher *watcher);
void run_watcher_await_reports (RunWatcher *watcher, unsigned n_reports);
void run_watcher_await_over (RunWatcher *watcher); /* ended or absent */

/* The daemon dies: lets go of the run, and forgets what was seen. */
void run_watcher_detach (RunWatcher *watcher);
