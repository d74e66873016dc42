/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "jobs/lock-record.h"
#include "jobs/process.h"
#include "jobs/progress.h"

#define PROCESS_MODULE "process"

/* Exit codes of vestim-run that mean something to us; see vestim-run(1). */
#define SHIM_EXIT_TAKEN 75
#define SHIM_EXIT_ERRNO 128

typedef struct
{
  Executor base;
  uv_loop_t *loop;
  char *shim;
  bool without_pidfd;
  bool without_inotify;
  unsigned n_runs;
  bool is_closing;
  uv_timer_t anchor; /* never started: its close defers the last callback */
  void (*closed) (void *user);
  void *closed_user;
} ProcessExecutor;

/* A process that we follow. */
typedef struct
{
  pid_t pid;
  int pidfd;      /* -1: none; owned until a poll handle takes it */
  bool is_child;  /* else it was started by an earlier daemon */
  int status;     /* as of waitpid(), once a child was reaped */
  bool has_ended; /* its descriptor said so */
} Shim;

typedef struct
{
  ExecutorOutcome base; /* its strings are the ones below */
  char *signal;
  char *error;
  char *result;
} Outcome;

/* A descriptor on the loop; allocated, so that one can be opened while the last one closes. */
typedef struct
{
  uv_poll_t handle;
  int fd;
  ExecutorRun *run;
  void (*fn) (ExecutorRun *run);
} Poll;

typedef enum
{
  TASK_NONE,
  TASK_LAUNCH,  /* write job.json, start the shim */
  TASK_LOOK,    /* find out who holds the folder, and what became of the attempt */
  TASK_READ,    /* take in progress */
  TASK_COLLECT, /* take in the end: progress, exit record, result */
  TASK_END,     /* start `vestim-run --end` for what a killed shim left */
} Task;

typedef enum
{
  LOOK_HELD,     /* by `shim`, which runs this attempt */
  LOOK_STARTING, /* by a process that has not said yet that it runs this attempt */
  LOOK_OVER,     /* there is an exit record */
  LOOK_LOST,     /* it was started, nobody holds the lock, and there is no exit record */
  LOOK_ABSENT,   /* it was not started */
} LookResult;

typedef enum
{
  COLLECT_RUNNING,
  COLLECT_OVER,    /* `outcome` holds the exit record */
  COLLECT_NOTHING, /* the shim is gone without one; `record` is what run.lock says */
} CollectResult;

struct ExecutorRun
{
  ProcessExecutor *executor;
  ExecutorEvents events;
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
  bool was_started; /* reported */
  bool wants_stop;
  bool wants_read;
  bool wants_collect;
  Task next; /* when the retry timer is due */
  unsigned n_looks;
  unsigned n_launches;
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
  bool must_stop; /* `wants_stop` when the task began */
  int result;     /* 0 or -errno, a LookResult or a CollectResult */
  Shim shim;
  int ready_fd;
  LockRecord record;
  Progress *progress;
  Outcome outcome;
};

/* process-spawn.c: blocking, on worker threads. 0 or -errno, then `outcome.error` says why. */
int process_launch (ExecutorRun *run);
int process_launch_end (ExecutorRun *run);
/* `(transfer full)` arguments and environment as vestim-run reads them. */
GString *process_make_input (const ExecutorSpec *spec, char *const *environment);

/* process-look.c: blocking, on worker threads. */
LookResult process_look (ExecutorRun *run);
CollectResult process_collect (ExecutorRun *run);

/* process-outcome.c: `outcome_read` is blocking, and false without an exit record of this attempt.
 */
bool outcome_read (Outcome *outcome, const char *folder, int attempt);
void outcome_fail (Outcome *outcome, const char *format, ...) G_GNUC_PRINTF (2, 3);
void outcome_lose (Outcome *outcome, const LockRecord *record);
void outcome_clear (Outcome *outcome);

/* process-follow.c: the loop's side. */
Poll *poll_open (ExecutorRun *run, int fd,
                 void (*fn) (ExecutorRun *run)); /* takes `fd`; (nullable) */
void poll_close (Poll **poll);
void run_follow (ExecutorRun *run);
void run_signal_stop (ExecutorRun *run);
void run_report_started (ExecutorRun *run, int64_t started_at);
void run_report_progress (ExecutorRun *run);
void run_watch_progress (ExecutorRun *run);
void run_await_start (ExecutorRun *run);

/* process.c */
void run_start_task (ExecutorRun *run, Task task);
void run_retry_later (ExecutorRun *run, Task task, unsigned delay_ms);
void run_pump (ExecutorRun *run);
void run_handle_closed (ExecutorRun *run);
