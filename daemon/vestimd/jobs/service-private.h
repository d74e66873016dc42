/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/job/vestim-command.h"
#include "daemon/vestimd/jobs/queue.h"
#include "daemon/vestimd/jobs/service-calls.h"
#include "daemon/vestimd/jobs/attempt-status.h"

/* Shared by the service's own files, which are cut by verb: service.c holds the jobs,
 * job-store.c stores and announces, service-actions.c has what a client asks of one job,
 * service-bulk.c of many, service-attempts.c follows attempts, service-resume.c lets jobs go on. */

struct Service
{
  ServiceConfig config;
  GPtrArray *by_sequence; /* all jobs, oldest first */
  Job *newest;
  size_t counts[VESTIM_N_JOB_STATES];
  Queue *queue; /* exactly the jobs that are queued, not busy and without an attempt */
  int64_t last_sequence;
  uint64_t version;
  int max_running;
  int n_active;    /* attempts from the commit of their start to their end */
  int n_adopting;  /* of these, attempts of an earlier daemon without news yet */
  int n_in_flight; /* changes on their way through the registry */

  bool is_settled; /* of each job that was left running it is known whether it runs */
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
  bool is_without_room; /* no job could be started for that since; said in the log */
  size_t n_resuming;    /* of jobs that go back into the queue: nothing is launched ahead of them */
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
  ExecutorAttempt *attempt; /* (nullable) */
  VestimJob *launched;      /* (nullable) */
  bool is_busy;             /* a change is on its way; others wait */
  bool is_adopting;
  Bulk *pending_delete; /* (nullable) to be deleted once it has ended */
  AttemptStatus *ended; /* (nullable) how the attempt ended, until that is stored */
  GQueue lock_requests; /* of LockRequest */
};

/* In and out of the list; `add` in order of sequence, taking `data`. */
Job *service_add (Service *service, VestimJob *data);
void service_remove (Job *job);

/* Starts what may start; afterwards checks whether a stop is complete. */
void service_pump (Service *service);
void service_check_stopped (Service *service);
void service_retry_later (Service *service);

/* Runs. */
void job_adopt (Job *job);
void job_store_end (Job *job);
void job_resume_if_possible (Job *job);
void service_settle (Service *service);

/* `(transfer full, nullable)` the stored selections of a command; NULL when they are none, as only
 * a registry changed by other hands has. */
VestimCommand *job_read_command (const VestimJob *job);

/* A job whose deletion is pending has ended. */
void bulk_job_ended (Bulk *bulk, Job *job);

/* The daemon leaves without waiting for such a job; the bulk changes nothing any more. */
void bulk_abandon (Bulk *bulk);
