/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "daemon/attempt/lock-record.h"
#include "daemon/vestimd/jobs/executor/local-result.h"
#include "daemon/vestimd/jobs/executor/local-poll.h"
#include "daemon/vestimd/jobs/executor/local-tasks.h"
#include "daemon/vestimd/jobs/executor/local-executor.h"
#include "daemon/vestimd/jobs/executor/progress.h"

#define PROCESS_MODULE "process"

typedef struct
{
  Executor base;
  uv_loop_t *loop;
  char *shim;
  unsigned long open_files;
  bool without_pidfd;
  bool without_inotify;
  unsigned n_runs;
  bool is_closing;
  uv_timer_t anchor; /* never started: its close defers the last callback */
  void (*closed) (void *user);
  void *closed_user;
} LocalExecutor;

typedef enum
{
  TASK_NONE,
  TASK_LAUNCH,  /* write job.json, start the shim */
  TASK_LOOK,    /* find out who holds the folder, and what became of the attempt */
  TASK_READ,    /* take in progress */
  TASK_COLLECT, /* take in the end: progress, exit record, result */
  TASK_END,     /* start `vestim-run --end` for what a killed shim left */
} Task;

struct ExecutorAttempt
{
  LocalExecutor *executor;
  AttemptEvents events;
  void *user;

  /* What runs. */
  char *job_id;
  char *folder;
  char *cwd;
  char *job_json;
  GString *input; /* arguments and environment, as vestim-run reads them */
  int attempt;
  double timeout_s;
  bool is_launch; /* else adopted */

  /* Where it stands. */
  Task task;      /* on a worker thread now, which may then use what is below "For the tasks" */
  bool is_ending; /* what we follow is `vestim-run --end` */
  bool is_followed;
  bool was_started;  /* reported */
  bool may_have_run; /* never to be launched again, nor called absent */
  bool wants_stop;
  bool wants_read;
  bool wants_collect;
  Task next; /* when the retry timer is due */
  unsigned n_looks;
  unsigned n_launches;
  unsigned n_ends;
  uint64_t last_report; /* of the loop's clock */

  /* Handles. The run is freed when none is open and no task is under way. */
  unsigned n_open;
  bool is_closing;
  uv_work_t work;
  uv_timer_t report_timer;
  uv_timer_t retry_timer;
  uv_fs_event_t watch;
  bool is_watching;
  Poll *exit_poll;
  Poll *ready_poll;

  /* For the tasks. */
  bool must_stop;     /* `wants_stop` when the task began */
  bool must_be_lost;  /* `may_have_run` when the task began */
  bool has_leftovers; /* there is an exit record, and processes that its shim did not end */
  int task_result;    /* 0 or -errno, a LookResult or a CollectResult */
  Shim shim;
  int ready_fd;
  LockRecord record;
  Progress *progress;
  LocalResult result;
};

/* process-follow.c: the loop's side. */
void run_follow (ExecutorAttempt *run);
void run_signal_stop (ExecutorAttempt *run);
void run_report_started (ExecutorAttempt *run, int64_t started_at);
void run_report_progress (ExecutorAttempt *run);
void run_watch_progress (ExecutorAttempt *run);
void run_await_start (ExecutorAttempt *run);
void run_take_ready (ExecutorAttempt *run); /* the last word of a shim that is gone */

/* process-steps.c: on the loop, when a task is done. */
void run_take_step (ExecutorAttempt *run, Task done);

/* process.c */
void run_close (ExecutorAttempt *run);
void run_start_task (ExecutorAttempt *run, Task task);
void run_retry_later (ExecutorAttempt *run, Task task, unsigned delay_ms);
void run_pump (ExecutorAttempt *run);
void run_handle_closed (ExecutorAttempt *run);
