/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <uv.h>

#include "common/vestim-machine.h"
#include "daemon/attempt/lock-record.h"
#include "daemon/vestimd/jobs/executor/local-result.h"
#include "daemon/vestimd/jobs/executor/local-tasks.h"
#include "daemon/vestimd/jobs/executor/progress.h"

/* One attempt of the local executor: shared by the files local-*.c only.
 *
 * The table of moves is in local-attempt.c. "Cleanup" is `vestim-run --end`, which ends what a
 * killed shim left. */
typedef enum
{
  STATE_LAUNCHING,          /* a worker writes job.json and starts the shim */
  STATE_LAUNCH_PAUSE,       /* until the next launch */
  STATE_LOOKING,            /* a worker finds out what became of the attempt */
  STATE_LOOK_PAUSE,         /* until the next look */
  STATE_FOLLOWING,          /* the shim lives; a worker reads progress now and then */
  STATE_COLLECTING,         /* the shim has ended, or may have: a worker takes in its end */
  STATE_CLEANING,           /* a worker starts the cleanup */
  STATE_CLEANUP_FOLLOWING,  /* the cleanup runs */
  STATE_CLEANUP_COLLECTING, /* the cleanup has ended, or may have: a worker takes in its end */
  STATE_CLOSED,             /* no callback comes any more; freed when all handles are closed */
} AttemptState;

typedef struct Poll Poll;

struct ExecutorAttempt
{
  LocalExecutor *executor;
  AttemptEvents events;
  void *user;

  /* Constant, so that any thread may read it. */
  struct
  {
    bool is_launch; /* else adopted */
    char *job_id;
    char *folder;
    int number;
    char *cwd;
    char *job_json;
    GString *input; /* arguments and environment, as vestim-run reads them */
    double timeout_s;
    AttemptOptions options; /* `stdin_path` owned */
    AttemptLimits limits;
  } spec;

  /* Used by the loop alone. */
  VestimMachine machine;
  struct
  {
    bool must_stop;
    bool must_finish;
    bool must_pause;
    bool must_read; /* there is progress to be read when the worker is free */
    bool is_start_reported, is_wait_reported;
    bool may_have_run; /* set once for good: it is never launched again, nor called absent */
    unsigned n_launches, n_hung; /* n_hung: shims that were not ready in time */
    uint64_t kill_at; /* of the loop's clock: if its shim has not started the job, it is ended */
    unsigned n_cleanups;
    uint64_t last_report; /* of the loop's clock */
    unsigned n_open;      /* handles; it is freed when none is open and no worker is at it */
    uv_work_t work;
    uv_timer_t report_timer;
    uv_timer_t pause_timer;
    uv_timer_t stuck_timer; /* from a stop on */
    uint64_t stopped_at;    /* of the loop's clock */
    uv_fs_event_t watch;    /* of the progress file */
    Poll *exit_poll;
    Poll *ready_poll;
  } loop;

  /* Used by a worker while it is at a task, by the loop otherwise. The exception is `shim`: the
   * loop may use it while a worker reads progress or collects, which changes its `status` and
   * `is_reaped` alone. */
  struct
  {
    Task task;                               /* TASK_NONE: no worker is at it */
    bool is_new;                             /* until its first launch: see AttemptSpec */
    bool must_stop, must_finish, must_pause; /* as the loop had them when the task began */
    PauseMark pause_mark;
    bool must_tell; /* the shim has to look for the mark */
    bool is_unpausable, is_unpausable_reported;
    bool is_marked;    /* it was asked to finish; else the next task that reads tries again */
    bool must_be_lost; /* its `may_have_run` then */
    int r;             /* of a launch, a cleanup or a read: 0 or -errno */
    LookResult look;
    unsigned n_looks;         /* that found it starting */
    unsigned n_late, n_stops; /* looks that found a shim that is late; stops sent to it */
    CollectResult collect;
    bool needs_cleanup; /* there is an exit record, and processes that the shim did not end */
    Shim shim;
    int ready_fd; /* what the shim says of its start; -1: none */
    LockRecord record;
    Progress *progress;
    LocalResult result;
  } worker;
};

/* local-attempt.c: on the loop. The mover also starts the task of the new state. */
void attempt_move (ExecutorAttempt *attempt, AttemptState state);
bool attempt_is_in (const ExecutorAttempt *attempt, AttemptState state);
void attempt_start_pause (ExecutorAttempt *attempt, unsigned delay_ms);
void attempt_read_progress (ExecutorAttempt *attempt); /* when the worker is free */
void attempt_close (ExecutorAttempt *attempt);
void attempt_handle_closed (ExecutorAttempt *attempt);
ExecutorAttempt *attempt_new (LocalExecutor *executor, const AttemptSpec *spec,
                              const AttemptEvents *events, void *user, bool is_launch);

/* local-stuck.c: on the loop. Reports an attempt that does not end; call it when it is stopped. */
void attempt_watch_end (ExecutorAttempt *attempt);

/* local-steps.c: on the loop, when a task is done. */
void attempt_take_step (ExecutorAttempt *attempt, Task done);
