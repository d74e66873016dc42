/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/vestimd/jobs/executor/attempt-options.h"

/* Starts, follows and stops attempts of jobs. The local executor (local-executor.h) runs them as
 * processes of this machine; another implementation may hand them to the scheduler of a cluster.
 * All calls and callbacks are on the loop's thread. No callback comes from within a call.
 *
 * launch() hands an attempt over, after the service has stored that. From then on it waits at the
 * executor, for any time, until it runs (`started`) or is over without that; in the end it is over
 * (`ended`). In each of these phases it can be stopped, finished, paused and detached, and the next
 * daemon can adopt it. docs/architecture.md says what clients see meanwhile. */

typedef struct Executor Executor;
typedef struct ExecutorAttempt ExecutorAttempt;

/* What is to run. All pointers are borrowed for the call only. */
typedef struct
{
  const char *job_id;
  const char *folder; /* the job folder, absolute; it is made when it is missing */
  int attempt;
  bool is_new;             /* for launch: the attempt is new, so no file in the folder is its own */
  bool was_seen;           /* for adopt: it is known to have started, so it is never absent */
  const char *const *argv; /* NULL-terminated */
  const char *cwd;         /* (nullable) NULL: the job folder */
  const char *const *env_set;   /* "NAME=value", NULL-terminated */
  const char *const *env_unset; /* NULL-terminated */
  const char *const *env_slots; /* "NAME=value", NULL-terminated: stronger than `env_set` */
  const char *const *env_extra; /* the same, for variables that are not set otherwise */
  double timeout_s;             /* 0: none */
  AttemptOptions options;
  AttemptLimits limits;
  const char *job_json; /* text of job.json, which is written before the start */
  bool must_finish;     /* as if finish() had been called */
  bool is_paused;       /* as if pause() had been called */
} AttemptSpec;

/* One merged report of progress; at most ten a second for each attempt. */
typedef struct
{
  double progress;     /* NAN: not reported yet */
  const char *message; /* (nullable) the last one reported */
  const char *metrics; /* (nullable) JSON object: the last value of each series */
} AttemptProgress;

typedef struct
{
  bool lost;        /* the shim or the machine died; no process of the attempt is left */
  bool stopped;     /* stop() reached it before its own end */
  bool was_adopted; /* an earlier daemon started it, and may have stopped it as well */
  bool timed_out;
  bool out_of_memory; /* it failed because the kernel killed a process of it for memory */
  const char *lack;   /* (nullable) the momentary lack that prevented the start: "what: what to do",
                         and `error` names the place. The same attempt may be launched again */
  bool never_started; /* with `stopped`: stop() came before its start */
  int exit_code;      /* -1: a signal ended it, or it is unknown */
  const char *signal; /* (nullable) "SIGSEGV" */
  const char *error;  /* (nullable) why it could not be started: a sentence */
  int64_t started_at; /* ms since the epoch, 0: unknown */
  int64_t finished_at;
  double wall_s; /* NAN: unknown, as the next two */
  double cpu_s;
  int64_t max_rss_kb; /* -1: unknown */
  const char *result; /* (nullable) text of summary.json of this attempt, when it is strict JSON of
                         at most 8 MiB */
} AttemptResult;

typedef struct
{
  /* The attempt waits at the executor: it does not run yet, and may still be taken back by stop().
   * `reason` is a sentence that says for what. Comes before `started`, and again for another
   * reason; never for a start that is quick. */
  void (*waiting) (void *user, const char *reason);
  /* The process of the attempt runs. Comes at most once, before progress. */
  void (*started) (void *user, int64_t started_at);
  void (*progress) (void *user, const AttemptProgress *progress);
  /* stop() has not ended the attempt yet; `reason` is a sentence that says why. Called again while
   * this is so. `ended` may still follow. */
  void (*stuck) (void *user, const char *reason);
  /* pause() cannot halt the attempt; `reason` is a static sentence that says why. */
  void (*unpausable) (void *user, const char *reason);
  /* The attempt is over; all its progress came before. It is freed after the call. */
  void (*ended) (void *user, const AttemptResult *result);
  /* Only after adopt, without `was_seen` and stop(): this attempt never started, and nobody has it.
   * It is freed after the call. */
  void (*absent) (void *user);
} AttemptEvents;

/* The operations; an implementation embeds this as its first member. */
struct Executor
{
  /* Starts the attempt, unless it was started already: an attempt never runs twice. */
  ExecutorAttempt *(*launch) (Executor *executor, const AttemptSpec *spec,
                              const AttemptEvents *events, void *user);
  /* Takes over an attempt that an earlier daemon stored: it waits, runs, has ended, is lost or
   * absent. */
  ExecutorAttempt *(*adopt) (Executor *executor, const AttemptSpec *spec,
                             const AttemptEvents *events, void *user);
  /* Ends the attempt with all its processes; `ended` follows. One that does not run yet is taken
   * back: it must never start later, whoever has it. Idempotent. */
  void (*stop) (ExecutorAttempt *attempt);
  /* Asks the program to end early with the results that it has, by the file ATTEMPT_FINISH_FILE.
   * `ended` follows when the program does so. Idempotent. */
  void (*finish) (ExecutorAttempt *attempt);
  /* Halts all processes of the attempt, or lets them go on, also when it is not running yet. A stop
   * lets them go on. What cannot be halted says so in a message. Idempotent. */
  void (*pause) (ExecutorAttempt *attempt, bool is_paused);
  /* Leaves a running attempt to itself: no callback follows, and it is freed. */
  void (*detach) (ExecutorAttempt *attempt);
  /* After the last attempt is gone. */
  void (*close) (Executor *executor, void (*closed) (void *user), void *user);
};
