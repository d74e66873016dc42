/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "common/job/vestim-job.h"
#include "daemon/vestimd/jobs/executor/executor.h"
#include "daemon/vestimd/jobs/registry/registry.h"

/* The one owner of all jobs in memory. Every change goes: check the move → write the registry →
 * change memory → announce. What is read here is always what is stored. */

typedef struct Service Service;
typedef struct Job Job;

typedef enum
{
  SERVICE_EVENT_JOB,     /* `job` changed or is new */
  SERVICE_EVENT_DELETED, /* `job_id` */
  SERVICE_EVENT_CLEARED, /* `job_ids` (n_ids), or all of them when `all` */
} ServiceEventKind;

typedef struct
{
  ServiceEventKind kind;
  Job *job;
  const char *job_id;
  const char *const *job_ids;
  size_t n_ids;
  bool all;
} ServiceEvent;

typedef struct
{
  uv_loop_t *loop;
  Registry *registry;
  Executor *executor;
  const char *jobs_dir;
  const char *estimator; /* path of vestim-estimate */
  int max_running;
  int64_t (*now_ms) (void); /* wall clock; a seam for tests */
  /* Called after each stored change, in order. */
  void (*announce) (void *user, const ServiceEvent *event);
  void *announce_user;
} ServiceConfig;

/* Start: new, then load (blocking, from the registry; 0 or the registry's error), then start, which
 * takes up what ran and lets the queue go. `settled` is called once, when it is known of each job
 * that was left running whether it still runs, or after a short while at the latest. */
Service *service_new (const ServiceConfig *config);
int service_load (Service *service);
void service_start (Service *service, void (*settled) (void *user), void *user);

/* Ends (or, with `keep_jobs`, leaves) the running jobs, refuses changes from now on, and calls
 * `stopped` once, when all is stored. A second call with `keep_jobs` leaves what still runs at
 * once. */
void service_stop (Service *service, bool keep_jobs, void (*stopped) (void *user), void *user);

/* Closes the handles; `closed` is called when the last one is gone, and the service with it. */
void service_close (Service *service, void (*closed) (void *user), void *user);

/* Reading. A Job is valid until control returns to the loop. */
Job *service_find (Service *service, const char *job_id);
Job *service_newest (Service *service);
Job *service_older (Job *job); /* the next older one, NULL at the end */
/* The newest job with a sequence below `sequence`, whether or not that one still exists. */
Job *service_before (Service *service, int64_t sequence);
const VestimJob *job_get (const Job *job);
/* The job object in JSON: borrowed, take a reference to keep it. */
GBytes *job_get_json (Service *service, Job *job);
size_t service_count (const Service *service, VestimJobState state);
size_t service_total (const Service *service);
int service_get_max_running (const Service *service);
/* Counts all changes, so that equal numbers mean equal lists. */
uint64_t service_get_version (const Service *service);
