/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "daemon/attempt/exit-record.h"
#include "daemon/vestim-run/claimed-folder.h"
#include "daemon/vestim-run/input.h"
#include "daemon/vestim-run/options.h"
#include "daemon/vestim-run/supervisor.h"

/* One attempt. For run-job.c, its steps, and run-start.c, the start of the program. */

typedef struct
{
  int reader;
  int writer;
} Pipe;

typedef struct
{
  const Options *options;
  LockedFolder folder;
  ClaimOwner owner; /* of a claimed attempt, as the next */
  Fence *fence;     /* (nullable) */
  JobInput input;
  LockRecord record;
  ExitRecord exit_record;
  LogWriter log;
  ProgressWriter progress;
  JobGroup group;
  OomWatch oom_watch;
  int signal_fd;
  Pipe log_pipe;
  Pipe progress_pipe;
  int stdin_fd;        /* -1: none */
  int wait_status;     /* of the program */
  char sentence[1024]; /* why it could not be started */
} Job;

/* `run_…` are 0, or -errno after a failure that `sentence` does not describe. */

bool run_is_claimed (const Job *job);

/* Opens log, progress and their pipes. */
int run_open_outputs (Job *job);

/* Writes run.lock. On a shared disk it has no process: see claim.h. */
int run_write_lock (const Job *job);

/* Reads the arguments and the environment of the program. Perhaps `sentence` says why not. */
int run_read_input (Job *job);

/* Starts the program, or `sentence` says why not; -errno after a momentary lack. */
int run_start (Job *job);
