/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/job/vestim-job.h"
#include "common/vestim-machine.h"
#include "daemon/vestimd/jobs/attempt-status.h"
#include "daemon/vestimd/jobs/job-lock.h"
#include "daemon/vestimd/jobs/queue/queue.h"
#include "daemon/vestimd/jobs/service-waits.h"
#include "daemon/vestimd/jobs/service.h"

/* A job in memory: its phase and its lock. For the service's own files. */

/* What this daemon is doing with the job's attempt. Clients see `data->state` instead. The table in
 * job.c says what holds in each phase and which may follow. */
typedef enum
{
  JOB_IDLE,
  JOB_STORING_START,
  JOB_LAUNCHING,
  JOB_ADOPTING,
  JOB_ABSENT,
  JOB_RUNNING,
  JOB_PENDING_DELETE,
  JOB_ENDED,
  JOB_FOUND_ENDED,
  JOB_DETACHED,
} JobPhase;

#define N_JOB_PHASES 10

typedef struct Bulk Bulk;
typedef struct JobLinks JobLinks;

/* `data` is what is stored, with two exceptions. Progress, message and metrics of a running attempt
 * are stored in the attempt's own progress file. And an attempt that has not shown a process yet is
 * stored as running but shown as queued: see job_is_handed_over(). */
struct Job
{
  Service *service;
  VestimJob *data;
  GBytes *json;          /* (nullable) `data` serialized, made on demand */
  unsigned json_version; /* service_waiting_version() of that */
  Job *next;             /* in the list of all in memory */
  Job *previous;
  GList idle_link; /* in the service's list of jobs that may leave memory */
  bool is_idle_listed;
  unsigned n_holds;    /* see ServiceHold */
  uint64_t changed_at; /* the service's version after the last change; 0: none since it was read */

  VestimMachine phase;
  ExecutorAttempt *attempt; /* (nullable) */
  Bulk *deletion;           /* (nullable) */
  AttemptStatus *ended;     /* (nullable) */
  char *stuck;              /* (nullable) why its attempt does not end */
  char *wait_reason;        /* (nullable) for what its attempt waits at the executor */
  int tried_attempt;        /* an earlier daemon may have launched it, but it never started */
  bool was_deletion_cut;    /* an earlier daemon wanted to delete it after the end of its attempt */

  uint64_t queued_at; /* uv_hrtime() when `data` became queued */
  uint64_t start_due; /* uv_now() when the start of the attempt shall be stored */

  bool is_locked;
  bool is_leaving;      /* its deletion is being stored */
  GQueue lock_requests; /* of LockRequest */

  QueueGroup *group;
  QueueItem *item; /* (nullable) while it is queued or holds slots */

  /* What it waits for (service-waits.c, dependencies.c). */
  JobLinks *links;    /* (nullable) */
  GTree *wait_tree;   /* (nullable) the one that the job is in */
  int64_t wait_until; /* its key there */
  JobWait counted_wait;
  unsigned shown_mark; /* waits_mark() when the job was last announced */
  GList check_link;
  bool is_listed_for_check;
  bool has_coming_state;
  VestimJobState coming_state;   /* is being stored */
  const char *coming_depends_on; /* (nullable) the same, or will matter then */
};

/* Takes `data`. */
Job *job_new (Service *service, VestimJob *data);
void job_free (Job *job);

bool job_is (const Job *job, JobPhase phase);

/* (nullable) NULL: this daemon has no such executor. While there is an attempt, it is there. */
Executor *job_executor (const Job *job);

/* Whether the job is shown as queued, while the executor starts its attempt or what became of that
 * is not stored yet. It can be changed: it is not locked for that. Whatever is stored meanwhile
 * says that the attempt runs (job-store.c). */
bool job_is_handed_over (const Job *job);

/* The state, or the one that is being stored because of a dependency. */
VestimJobState job_coming_state (const Job *job);

/* Whether the attempt is to end: a client stopped or deletes the job. */
bool job_must_end (const Job *job);

/* `(transfer full)` the queued or running job after a client's stop: over, or asked to end if an
 * attempt is under way. */
VestimJob *job_dup_stopped (const Job *job);

/* The only function that changes the phase. */
void job_move (Job *job, JobPhase to);
