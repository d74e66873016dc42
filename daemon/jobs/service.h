/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "common/vestim-job.h"
#include "jobs/executor.h"
#include "jobs/text.h"
#include "registry/registry.h"

/* The one owner of all jobs in memory. Every change goes: check the move → write the registry →
 * change memory → announce. What is read here is always what is stored. */

typedef struct Service Service;
typedef struct Job Job;

enum
{
  SERVICE_E_NOT_FOUND = 1, /* no such job */
  SERVICE_E_STATE,         /* not in this status; `detail` says so */
  SERVICE_E_INVALID,       /* 422; `detail` says what, `field` where */
  SERVICE_E_FULL,          /* no room on the disk, nothing was stored */
  SERVICE_E_FAILED,        /* the storage failed, nothing was stored */
  SERVICE_E_STOPPING,      /* the daemon stops */
};

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
/* The serialized job object: borrowed, ref to keep. */
JobText *job_get_text (Service *service, Job *job);
size_t service_count (const Service *service, VestimJobState state);
size_t service_total (const Service *service);
int service_get_max_running (const Service *service);
/* Counts all changes, so that equal numbers mean equal lists. */
uint64_t service_get_version (const Service *service);

/* Changing. Each call ends with exactly one `done`, never from within the call. */
typedef struct
{
  int code;             /* 0 or SERVICE_E_* */
  const char *detail;   /* (nullable) with SERVICE_E_STATE and SERVICE_E_INVALID */
  const char *field;    /* (nullable) with SERVICE_E_INVALID */
  const VestimJob *job; /* (nullable) as it will be shown, for changes of one job */
  size_t count;         /* for changes of many */
} ServiceResult;

/* A repeatable request: with `key`, what `render` returns is stored as the first answer in the same
 * commit. `render` is called once, before the commit, for a change that is going to be stored, and
 * returns the body (transfer full). `done` gets that body back (borrowed) with code 0, else NULL.
 */
typedef struct
{
  const char *key; /* (nullable) Idempotency-Key; copied */
  uint8_t digest[32];
  char *(*render) (void *user, const ServiceResult *result);
  void (*done) (void *user, const ServiceResult *result, const char *body);
  void *user;
} ServiceCall;

typedef struct
{
  const char *name; /* (nullable) */
  VestimJobKind kind;
  bool hold;
  int priority;
  const char *selections; /* JSON text, checked */
  size_t selections_length;
} ServiceNewJob;

typedef struct
{
  const char *name; /* each NULL or unset: unchanged */
  bool has_priority;
  int priority;
  bool has_kind;
  VestimJobKind kind;
  const char *selections;
  size_t selections_length;
} ServicePatch;

/* A bit for each VestimJobState; SERVICE_ALL_STATES for all. */
typedef unsigned ServiceStates;
#define SERVICE_ALL_STATES ((1u << VESTIM_N_JOB_STATES) - 1)

void service_create (Service *service, const ServiceNewJob *new_job, const ServiceCall *call);
void service_patch (Service *service, const char *job_id, const ServicePatch *patch,
                    const ServiceCall *call);
void service_start_job (Service *service, const char *job_id, const ServiceCall *call);
void service_stop_job (Service *service, const char *job_id, const ServiceCall *call);
void service_retry (Service *service, const char *job_id, const ServiceCall *call);
void service_delete (Service *service, const char *job_id, const ServiceCall *call);
void service_clear (Service *service, ServiceStates states, const ServiceCall *call);
void service_stop_all (Service *service, const ServiceCall *call);
void service_set_max_running (Service *service, int max_running, const ServiceCall *call);
