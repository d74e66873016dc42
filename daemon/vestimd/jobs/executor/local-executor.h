/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "daemon/vestimd/jobs/executor/executor.h"

/* Runs jobs as processes of this machine. Each has a shim, vestim-run, that outlives the daemon.
 * The living shim of a job holds the lock of run.lock in the job folder. */

typedef struct
{
  uv_loop_t *loop;
  const char *shim;         /* path of vestim-run; copied */
  unsigned long open_files; /* soft limit of jobs; 0: that of this process */
  const char *cgroup;       /* (nullable) the control group in which attempts get theirs; copied */
  const char *oom_group;    /* (nullable) that which counts kills for memory otherwise; copied */
  unsigned start_limit_ms;  /* for tests: after this a shim that is not ready is ended; 0: 30 s */
  /* For tests: as on a kernel without them. */
  bool without_pidfd;
  bool without_inotify;
} LocalExecutorConfig;

/* `(transfer full)`: its close() frees it, before the callback. */
Executor *local_executor_new (const LocalExecutorConfig *config);
