/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where an attempt of a job is started, followed and stopped. Local processes are one
 * implementation
 * ("local-executor.h"); one that hands jobs to a cluster's scheduler can take its place. All calls
 * and callbacks are on the loop's thread; no callback comes from within a call. */

typedef struct Executor Executor;
typedef struct ExecutorAttempt ExecutorAttempt;

/* What is to run. All pointers are borrowed for the call only. */
typedef struct
{
  const char *job_id;
  const char *folder; /* the job folder, absolute; exists or is made */
  int attempt;
  bool was_seen;           /* for adopt: it is known to have started, so that it cannot be absent */
  const char *const *argv; /* NULL-terminated */
  const char *cwd;         /* (nullable) NULL: the job folder */
  const char *const *env_set;   /* "NAME=value", NULL-terminated */
  const char *const *env_unset; /* NULL-terminated */
  double timeout_s;             /* 0: none */
  const char *job_json;         /* text of job.json, written before the start */
} AttemptSpec;

/* One merged report of progress, at most ten a second for each run. */
typedef struct
{
  double progress;     /* NAN: not reported yet */
  const char *message; /* (nullable) the last one reported */
  const char *metrics; /* (nullable) JSON object: the last value of each series */
} AttemptProgress;

typedef struct
{
  bool lost;    /* the shim or the machine died: nothing of the attempt is left running */
  bool stopped; /* executor_stop() reached it before its own end */
  bool timed_out;
  bool had_no_room;   /* it was never started, for lack of room on the disk; `error` says where. The
                         same attempt may be launched again */
  int exit_code;      /* -1: it was ended by a signal, or is unknown */
  const char *signal; /* (nullable) "SIGSEGV" */
  const char *error;  /* (nullable) why it could not be started: a sentence */
  int64_t started_at; /* ms since the epoch, 0: unknown */
  int64_t finished_at;
  double wall_s; /* NAN: unknown, the next two also */
  double cpu_s;
  int64_t max_rss_kb; /* -1: unknown */
  const char *result; /* (nullable) text of summary.json of this attempt, when it is strict JSON of
                         at most 8 MiB */
} AttemptResult;

typedef struct
{
  /* The attempt's process lives. Comes at most once, before progress. */
  void (*started) (void *user, int64_t started_at);
  void (*progress) (void *user, const AttemptProgress *progress);
  /* The attempt is over, all progress was delivered before. The run is freed after the call. */
  void (*ended) (void *user, const AttemptResult *result);
  /* Only after adopt of what was not seen: this attempt never started. The run is freed after the
   * call. */
  void (*absent) (void *user);
} AttemptEvents;

/* The operations; an implementation embeds this as its first member. */
struct Executor
{
  /* Starts the attempt, unless it was started already: an attempt is never run twice. */
  ExecutorAttempt *(*launch) (Executor *executor, const AttemptSpec *spec,
                              const AttemptEvents *events, void *user);
  /* Takes up an attempt that an earlier daemon committed: running, ended meanwhile, lost or absent.
   */
  ExecutorAttempt *(*adopt) (Executor *executor, const AttemptSpec *spec,
                             const AttemptEvents *events, void *user);
  /* Ends the attempt with all its processes; `ended` follows. Idempotent. */
  void (*stop) (ExecutorAttempt *run);
  /* Lets go of a run that goes on by itself; no callback follows, the run is freed. */
  void (*detach) (ExecutorAttempt *run);
  /* After the last run is gone. */
  void (*close) (Executor *executor, void (*closed) (void *user), void *user);
};
