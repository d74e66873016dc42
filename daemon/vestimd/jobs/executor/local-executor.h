/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "daemon/vestimd/jobs/executor/executor.h"

/* Runs jobs as processes of this machine. Each has a shim, vestim-run, that outlives the daemon;
 * who holds the lock of run.lock in a job's folder is its living shim. */

typedef struct
{
  uv_loop_t *loop;
  const char *shim;         /* path of vestim-run; copied */
  unsigned long open_files; /* soft limit of jobs; 0: that of this process */
  /* Seams for tests: as on a kernel that has none of these. */
  bool without_pidfd;
  bool without_inotify;
} LocalExecutorConfig;

/* `(transfer full)`: gone when the callback of its close() has been called. */
Executor *local_executor_new (const LocalExecutorConfig *config);
