/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service-private.h"

/* The one way by which jobs change: taken, stored, shown, announced, released. For the service's
 * own files. */

/* What waits for a job to be free. `job` is NULL when it was deleted meanwhile. */
typedef void (*JobLockFn) (Job *job, void *user);

typedef struct
{
  JobLockFn fn;
  void *user;
} LockRequest;

/* A client's change of one job or of many. */
typedef struct
{
  Service *service;
  ServiceCall call; /* `key` owned; `done` may be NULL */
  char *body;       /* (nullable) what `render` returned */
} Call;

Call *call_new (Service *service, const ServiceCall *call);

/* Renders the answer and adds it to `transaction`, to be stored with it. */
void call_store_answer (Call *call, RegistryTransaction *transaction, const ServiceResult *result);

/* Reports and frees. Not from within a client's call: see call_defer(). */
void call_finish (Call *call, const ServiceResult *result);

/* The same, when control is back in the loop. `detail` and `field` are static texts. */
void call_defer (Call *call, int code, const char *field, const char *detail);

/* SERVICE_E_* for a REGISTRY_E_*. */
int service_code_of (int registry_status);

/* A job that is free is taken; one that is busy takes the request. */
void job_lock_async (Job *job, JobLockFn fn, void *user, bool first);
void job_lock (Job *job);
void job_unlock (Job *job);

/* The one mover. Takes `next`, the job as it shall be; stores it, then shows and announces it, then
 * calls `after` (nullable), answers `call` (nullable) and releases the job, which must have been
 * taken. On failure memory stays as it was and `failed` (nullable) is called in place of `after`.
 */
typedef void (*JobFn) (Job *job);
void job_store (Job *job, VestimJob *next, Call *call, JobFn after, JobFn failed);

/* The same for a change that comes to nothing: nothing is shown or announced, but the answer to
 * `call` is stored with its key. The job must have been taken, and is released. */
void job_store_answer (Job *job, Call *call);

/* Stores the job as it is shown, once its attempt was seen to start; nothing is shown or announced.
 * Where that fails, the attempt's traces have to do. The job must have been taken, and is released.
 */
void job_store_start (Job *job);

/* Replaces the data, keeping counts right, and announces. */
void job_show (Job *job, VestimJob *next);
void service_announce (Service *service, const ServiceEvent *event);
void service_announce_job (Job *job);
