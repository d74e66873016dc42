/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>
#include <uv.h>

#include "daemon/vestimd/jobs/executor/executor.h"

/* The local executor, and what worker threads do for its attempts; all of that blocks. */

#define EXECUTOR_MODULE "executor"

typedef struct
{
  Executor base;
  uv_loop_t *loop;
  char *shim;
  unsigned long open_files;
  char *cgroup;    /* (nullable) */
  char *oom_group; /* (nullable) */
  unsigned start_limit_ms;
  bool without_pidfd;
  bool without_inotify;
  unsigned n_attempts;
  bool is_closing;
  uv_timer_t anchor; /* never started: its close delays the last callback */
  void (*closed) (void *user);
  void *closed_user;
} LocalExecutor;

/* local-executor.c */
void local_executor_attempt_freed (LocalExecutor *executor);

/* What a worker thread does for an attempt. */
typedef enum
{
  TASK_NONE,
  TASK_LAUNCH,
  TASK_LOOK,
  TASK_READ, /* take in progress, and ask to finish if that is due */
  TASK_COLLECT,
  TASK_CLEAN_UP,
} Task;

/* Whether the job folder has ATTEMPT_PAUSE_FILE. */
typedef enum
{
  PAUSE_MARK_UNKNOWN, /* of an adopted attempt, or it could not be changed */
  PAUSE_MARK_UNSET,
  PAUSE_MARK_SET,
} PauseMark;

/* A process that we follow: the shim, or the cleanup. */
typedef struct
{
  pid_t pid;
  int pidfd;      /* -1: none; owned until a poll handle takes it */
  bool is_child;  /* else an earlier daemon started it */
  int status;     /* as of waitpid(), once a child was reaped */
  bool is_reaped; /* a child: `status` is set */
  bool has_ended; /* its descriptor said so, or it was reaped */
} Shim;

typedef enum
{
  LOOK_HELD,     /* by `shim`, which runs this attempt */
  LOOK_STARTING, /* by a process that has not said yet that it runs this attempt */
  LOOK_LATE,     /* its shim lives, but has neither locked the folder nor started the program */
  LOOK_OVER,     /* there is an exit record */
  LOOK_LOST,     /* it was started, nobody holds the lock, and there is no exit record */
  LOOK_ABSENT,   /* it was not started */
  LOOK_UNSURE,   /* for lack of descriptors or memory: look again */
} LookResult;

typedef enum
{
  COLLECT_RUNNING,
  COLLECT_OVER,    /* `result` holds the end */
  COLLECT_UNSURE,  /* it has ended, and something is lacking to read how: collect again */
  COLLECT_NOTHING, /* the shim ended without an exit record; `record` is what run.lock says */
} CollectResult;

/* local-spawn.c: on a worker. 0 or -errno, and then `result` says why. */
int local_launch (ExecutorAttempt *attempt);
int local_clean_up (ExecutorAttempt *attempt);
/* Makes the file that asks the program to finish, once, if the attempt must finish. */
void local_ask_to_finish (ExecutorAttempt *attempt);
/* local-pause.c: on a worker. */
/* Makes or removes ATTEMPT_PAUSE_FILE before the shim starts. 0 or -errno. */
int local_mark_pause (ExecutorAttempt *attempt, int folder);
/* The same while the shim lives, which then has to be told. */
void local_ask_to_pause (ExecutorAttempt *attempt);
/* `(transfer full)` arguments and environment as vestim-run reads them. */
GString *local_make_input (const AttemptSpec *spec, char *const *environment);

/* local-look.c: on a worker. */
LookResult local_look (ExecutorAttempt *attempt);
CollectResult local_collect (ExecutorAttempt *attempt);

/* By a shim's descriptor, else (-1) by its PID. A job may halt its shim (SIGSTOP), which then could
 * not report the start of the job, nor end it. */
void shim_send_continue (int pidfd, pid_t pid);
void shim_send_stop (int pidfd, pid_t pid);
/* It then looks for ATTEMPT_PAUSE_FILE. */
void shim_send_wish (int pidfd, pid_t pid);
/* A shim that hangs before it has started its job. */
void shim_send_kill (int pidfd, pid_t pid);
