/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "jobs/queue.h"
#include "jobs/service.h"
#include "jobs/verdict.h"

/* Shared by the service's own files, which are cut by verb: service.c holds the jobs,
 * service-change.c stores and announces, service-actions.c has what a client asks of one job,
 * service-bulk.c of many, service-runs.c follows attempts. */

struct Service
{
  ServiceConfig config;
  GPtrArray *by_sequence; /* all jobs, oldest first */
  Job *newest;
  size_t counts[VESTIM_N_JOB_STATES];
  Queue *queue; /* exactly the jobs that are queued, not busy and without a run */
  int64_t last_sequence;
  uint64_t version;
  int max_running;
  int n_active;    /* attempts from the commit of their start to their end */
  int n_adopting;  /* of these, attempts of an earlier daemon without news yet */
  int n_in_flight; /* changes on their way through the registry */

  void (*settled) (void *user);
  void *settled_user;
  bool is_stopping;
  bool keep_jobs;
  void (*stopped) (void *user);
  void *stopped_user;
  void (*closed) (void *user);
  void *closed_user;

  uv_idle_t deferred_idle; /* delivers `deferred` */
  GQueue deferred;         /* of Deferred */
  uv_timer_t retry_timer;  /* what the registry had no room for is tried again */
  GPtrArray *retry_ended;  /* of Job: ended, not yet stored */
  bool launch_paused;
  size_t n_resuming; /* of jobs that go back into the queue: nothing is launched ahead of them */
  uv_timer_t settle_timer;
  int open_handles;
};

typedef struct Bulk Bulk;

/* A job in memory. `data` is what is stored, with two exceptions: progress, message and metrics of
 * a running attempt (their store is the attempt's own progress file), and a started attempt that
 * has not shown a process yet (`launched`: stored as running, shown as queued). */
struct Job
{
  Service *service;
  VestimJob *data;
  JobText *text; /* (nullable) `data` serialized, made when asked for */
  Job *newer;
  Job *older;
  ExecutorRun *run;    /* (nullable) */
  VestimJob *launched; /* (nullable) */
  bool is_busy;        /* a change is on its way; others wait */
  bool is_adopting;
  Bulk *doomed;     /* (nullable) to be deleted once it has ended */
  Verdict *verdict; /* (nullable) how the attempt ended, until that is stored */
  GQueue waiters;   /* of Waiter */
};

/* What waits for a job to be free. `job` is NULL when it was deleted meanwhile. */
typedef void (*WaiterFn) (Job *job, void *user);

typedef struct
{
  WaiterFn fn;
  void *user;
} Waiter;

/* A client's change of one job or of many. */
typedef struct
{
  Service *service;
  ServiceCall call; /* `key` owned; `done` may be NULL */
  char *body;       /* (nullable) what `render` returned */
} Call;

Call *call_new (Service *service, const ServiceCall *call);

/* Renders the answer and adds it to `change`, to be stored with it. */
void call_store_answer (Call *call, RegistryChange *change, const ServiceResult *result);

/* Reports and frees. Not from within a client's call: see call_defer(). */
void call_finish (Call *call, const ServiceResult *result);

/* The same, when control is back in the loop. `detail` and `field` are static texts. */
void call_defer (Call *call, int code, const char *field, const char *detail);

/* SERVICE_E_* for a REGISTRY_E_*. */
int service_code_of (int registry_status);

/* A job that is free is taken; one that is busy takes the waiter. */
void job_when_free (Job *job, WaiterFn fn, void *user, bool first);
void job_take (Job *job);
void job_release (Job *job);

/* The one mover. Takes `next`, the job as it shall be; stores it, then shows and announces it, then
 * calls `after` (nullable), answers `call` (nullable) and releases the job, which must have been
 * taken. On failure memory stays as it was and `failed` (nullable) is called in place of `after`.
 */
typedef void (*JobFn) (Job *job);
void job_change (Job *job, VestimJob *next, Call *call, JobFn after, JobFn failed);

/* Replaces the data, keeping counts right, and announces. */
void job_show (Job *job, VestimJob *next);
void service_announce (Service *service, const ServiceEvent *event);
void service_announce_job (Job *job);

/* In and out of the list; `add` in order of sequence, taking `data`. */
Job *service_add (Service *service, VestimJob *data);
void service_remove (Job *job);

/* Starts what may start; afterwards checks whether a stop is complete. */
void service_pump (Service *service);
void service_check_stopped (Service *service);
void service_retry_later (Service *service);

/* Runs. */
void job_adopt (Job *job);
void job_store_verdict (Job *job);
void job_resume_if_possible (Job *job);
void service_settle (Service *service);

/* A doomed job has ended. */
void bulk_job_ended (Bulk *bulk, Job *job);

/* The daemon leaves without waiting for a doomed job; the bulk changes nothing any more. */
void bulk_abandon (Bulk *bulk);
