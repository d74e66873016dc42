/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "daemon/attempt/log-ring.h"
#include "daemon/attempt/progress-file.h"
#include "daemon/vestim-run/fence.h"
#include "daemon/vestim-run/oom-watch.h"

/* Follows a started job to its end: takes in its log and progress, halts it after SIGUSR1 and lets
 * it go on, ends it after SIGTERM or at the time limit, and ends the processes that it leaves. */
typedef struct
{
  pid_t job;
  int signal_fd; /* of supervisor_block_signals(); these are borrowed */
  int log_pipe;
  int progress_pipe;
  LogWriter *log;
  ProgressWriter *progress;
  const JobGroup *group; /* of the job; perhaps none */
  OomWatch *oom_watch;
  Fence *fence;         /* (nullable) */
  bool has_timestamps;  /* of the lines of the log */
  bool keeps_leftovers; /* does not end the processes that the job leaves */
  int stop_signal;      /* see ending.h, as the next */
  int64_t stop_grace_ms;
  double timeout_s;                      /* 0: none; it stands still while the job is paused */
  bool (*is_pause_wanted) (void *user);  /* asked at the start and after each SIGUSR1 */
  void (*on_folder_change) (void *user); /* SIGIO came: see locked_folder_watch() */
  void *user;
} SupervisorSpec;

typedef struct
{
  int wait_status;
  bool stopped; /* SIGTERM came before the program's own end */
  bool timed_out;
  bool out_of_memory; /* it failed because the kernel killed a process of it for memory */
  bool fenced;        /* the fence was raised: see fence.h */
  bool has_leftovers; /* some process of the job goes on, see `keeps_leftovers` */
} SupervisorResult;

/* Blocks or ignores every signal that could disturb a shim. A signalfd or -errno. */
int supervisor_block_signals (void);

/* The signals that it ignores; 0 is the end. */
extern const int supervisor_ignored[];

/* Before it, in a shim that no daemon started: ends what a shell or nohup has ignored. */
void supervisor_reset_signals (void);

/* Returns when no process of the job is left that has to be ended, and its pipes are read. 0 or
 * -errno. */
int supervisor_run (const SupervisorSpec *spec, SupervisorResult *result);
