/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "daemon/vestimd/jobs/executor/executor.h"

/* What is done for a run on worker threads. All of it blocks. */

/* A process that we follow. */
typedef struct
{
  pid_t pid;
  int pidfd;      /* -1: none; owned until a poll handle takes it */
  bool is_child;  /* else it was started by an earlier daemon */
  int status;     /* as of waitpid(), once a child was reaped */
  bool has_ended; /* its descriptor said so */
} Shim;

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
  COLLECT_OVER,    /* `result` holds the exit record */
  COLLECT_NOTHING, /* the shim is gone without one; `record` is what run.lock says */
} CollectResult;

/* process-spawn.c: blocking, on worker threads. 0 or -errno, then `result` says why. */
int process_launch (ExecutorAttempt *run);
int process_launch_end (ExecutorAttempt *run);
/* `(transfer full)` arguments and environment as vestim-run reads them. */
GString *process_make_input (const AttemptSpec *spec, char *const *environment);

/* process-look.c: blocking, on worker threads. */
LookResult process_look (ExecutorAttempt *run);
CollectResult process_collect (ExecutorAttempt *run);

/* By a shim's descriptor, else (-1) by its PID. A job may halt its shim (SIGSTOP), which then would
 * neither tell that the job has started nor hear that it is to end it. */
void process_send_continue (int pidfd, pid_t pid);
void process_send_stop (int pidfd, pid_t pid);
