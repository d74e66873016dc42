/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "common/estimation/vestim-limits.h"
#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/job-slots.h"
#include "daemon/vestimd/jobs/job-store.h"
#include "daemon/vestimd/jobs/service-unique.h"

/* What a client asks of one job. Each request locks the job, checks whether the job's state allows
 * it, and passes the changed copy of the job to job_store(). */

#define GONE_DEPENDENCY "One of these jobs does not exist any more."
#define CYCLE \
  "The job would wait for itself, directly or by way of other jobs. Leave out the job that leads " \
  "back to it."

typedef struct Request Request;

struct Request
{
  Call *call;
  char *job_id;
  bool (*act) (Request *request, Job *job); /* takes the call; the result is that of a JobLockFn */
  VestimJob *values; /* (nullable) new values of the fields that are `given` */
  VestimJobFieldSet given;
  bool fresh;
};

static void
request_free (Request *request)
{
  vestim_job_free (request->values);
  g_free (request->job_id);
  g_free (request);
}

/* Answers the call; the request then needs the lock no longer. */
static bool
refuse (Request *request, int code, const char *field, const char *detail)
{
  call_defer (request->call, code, field, detail);
  return false;
}

/* Stores `next` (taken), unless another job holds its unique name. The result is that of `act`. */
static bool
store (Request *request, Job *job, VestimJob *next, JobFn stored, JobFn failed)
{
  bool is_active = next->state == VESTIM_JOB_QUEUED || next->state == VESTIM_JOB_RUNNING;
  const char *other_id = is_active ? unique_find_other (job->service, next) : NULL;

  if (other_id != NULL)
    {
      call_defer_unique (request->call, other_id);
      vestim_job_free (next);
      return false;
    }
  job_store (job, next, request->call, stored, failed);
  return true;
}

static void
forget_coming (Job *job)
{
  job->coming_depends_on = NULL;
}

/* The same for a change of what the job depends on, or after which that matters. */
static bool
store_dependencies (Request *request, Job *job, VestimJob *next)
{
  job->coming_depends_on = next->depends_on;
  if (store (request, job, next, forget_coming, forget_coming))
    return true;
  forget_coming (job);
  return false;
}

static bool
on_request_locked (Job *job, void *user)
{
  Request *request = user;
  bool keeps_lock;

  if (job == NULL)
    keeps_lock = refuse (request, SERVICE_E_NOT_FOUND, NULL, NULL);
  else if (job->service->is_stopping)
    keeps_lock = refuse (request, SERVICE_E_STOPPING, NULL, NULL);
  else
    keeps_lock = request->act (request, job);
  request_free (request);
  return keeps_lock;
}

/* False when the daemon is stopping: the call has then been answered. */
static bool
accept_call (Service *service, Call *call)
{
  if (!service->is_stopping)
    return true;
  call_defer (call, SERVICE_E_STOPPING, NULL, NULL);
  return false;
}

static void
on_request_fetched (void *user, int code)
{
  Request *request = user;
  Job *job = service_find (request->call->service, request->job_id);

  if (code != 0)
    {
      call_defer (request->call, code, NULL, NULL);
      request_free (request);
    }
  else if (job == NULL)
    on_request_locked (NULL, request);
  else
    job_lock_async (job, on_request_locked, request, false);
}

static void
request_start (Request *request, Service *service, const char *job_id)
{
  if (!accept_call (service, request->call))
    {
      request_free (request);
      return;
    }
  request->job_id = g_strdup (job_id);
  service_fetch_job (service, job_id, on_request_fetched, request);
}

static Request *
request_new (Service *service, const ServiceCall *call, bool (*act) (Request *, Job *))
{
  Request *request = g_new0 (Request, 1);

  request->call = call_new (service, call);
  request->act = act;
  return request;
}

/* ---- Create ---- */

typedef struct
{
  VestimJob *data;
  Call *call;
} Creation;

static void
on_created (void *user, int status)
{
  Creation *creation = user;
  Call *call = creation->call;
  Service *service = call->service;
  ServiceResult result = { .code = service_code_of (status) };

  if (status == 0)
    {
      Job *job = service_add (service, g_steal_pointer (&creation->data));

      dependencies_link (job);
      job_enqueue (job);
      service_announce_job (job);
      result.job = job->data;
    }
  if (status != 0)
    unique_give_back (service, creation->data, NULL);
  vestim_job_free (creation->data);
  g_free (creation);
  call_finish (call, &result);
  service_pump (service);
}

void
service_create (Service *service, const ServiceFields *fields, bool hold, const ServiceCall *call)
{
  Call *copy = call_new (service, call);
  Creation *creation;
  RegistryTransaction *transaction;
  VestimJob *data;
  ServiceResult result;

  if (!accept_call (service, copy))
    return;
  if (!dependencies_exist (service, NULL, fields->values->depends_on))
    {
      call_defer (copy, SERVICE_E_INVALID, "depends_on", GONE_DEPENDENCY);
      return;
    }
  data = vestim_job_new ();
  data->sequence = ++service->last_sequence;
  data->created_at = data->updated_at = service->config.now_ms ();
  data->id = vestim_job_id_new (data->created_at, data->sequence);
  data->rank = service_take_rank (service);
  vestim_job_fields_copy (data, fields->values, fields->given);
  if ((fields->given & VESTIM_JOB_FIELD_SET (name)) == 0)
    {
      g_free (data->name);
      data->name = g_strdup_printf ("Job %" G_GINT64_FORMAT, data->sequence);
    }
  if (data->kind != VESTIM_JOB_KIND_NONE && !hold)
    data->state = VESTIM_JOB_QUEUED;
  if (unique_find_other (service, data) != NULL)
    {
      call_defer_unique (copy, unique_find_other (service, data));
      vestim_job_free (data);
      return;
    }
  unique_take (service, data);

  creation = g_new0 (Creation, 1);
  creation->data = data;
  creation->call = copy;
  transaction = registry_transaction_new ();
  registry_transaction_insert (transaction, data);
  result = (ServiceResult){ .job = data };
  call_store_answer (copy, transaction, &result);
  service_submit (service, transaction, on_created, creation);
}

/* ---- Patch ---- */

/* (nullable) Why the fields cannot change now. An attempt that is being started has been given
 * them. An estimation that is over can go on with other limits, so these may change. */
static const char *
refuse_change (const Request *request, const Job *job)
{
  const VestimJob *data = job->data;
  VestimJobState state = data->is_blocked ? VESTIM_JOB_QUEUED : data->state; /* it never ran */
  const char *error = vestim_job_fields_refuse_change (request->given, state);
  VestimJobFieldSet used = request->given & ~VESTIM_JOB_FIELD_SET (priority);

  if (job_is_handed_over (job)
      && vestim_job_fields_refuse_change (used, VESTIM_JOB_RUNNING) != NULL)
    return "Its start has begun, so only its name, priority, tags, note and whether it is pinned "
           "can be changed. Stop it first, or wait for its end.";
  if (error == NULL || data->kind != VESTIM_JOB_KIND_ESTIMATION
      || !vestim_job_state_is_final (data->state)
      || (request->given & VESTIM_JOB_FIELD_SET (selections)) == 0)
    return error;
  if (!vestim_limits_are_the_difference (data->selections, request->values->selections))
    return "Of the selections of an estimation that is over, only max_epochs, max_minutes and "
           "patience can be changed, and tasks and minutes of search. Create a new job for other "
           "selections.";
  return vestim_job_fields_refuse_change (request->given & ~VESTIM_JOB_FIELD_SET (selections),
                                          data->state);
}

/* (nullable) */
static const char *
refuse_dependencies (const Request *request, const Job *job)
{
  const char *depends_on = request->values->depends_on;

  if ((request->given & VESTIM_JOB_FIELD_SET (depends_on)) == 0)
    return NULL;
  if (!dependencies_exist (job->service, job, depends_on))
    return GONE_DEPENDENCY;
  return dependencies_make_cycle (job->service, job, depends_on) ? CYCLE : NULL;
}

static bool
act_patch (Request *request, Job *job)
{
  const char *fault = refuse_dependencies (request, job);
  const char *error = refuse_change (request, job);
  VestimJob *next;

  if (fault != NULL)
    return refuse (request, SERVICE_E_INVALID, "depends_on", fault);
  if (error != NULL)
    return refuse (request, SERVICE_E_STATE, NULL, error);
  next = vestim_job_copy (job->data);
  vestim_job_fields_copy (next, request->values, request->given);
  if (!vestim_job_fields_equal (job->data, next, request->given))
    return store_dependencies (request, job, next);
  vestim_job_free (next);
  job_store_answer (job, request->call);
  return true;
}

void
service_patch (Service *service, const char *job_id, const ServiceFields *fields,
               const ServiceCall *call)
{
  Request *request = request_new (service, call, act_patch);

  request->values = vestim_job_copy (fields->values);
  request->given = fields->given;
  request_start (request, service, job_id);
}

/* ---- Start, stop, finish, retry ---- */

static bool
act_start (Request *request, Job *job)
{
  VestimJob *next;

  if (job->data->state != VESTIM_JOB_CREATED)
    return refuse (request, SERVICE_E_STATE, NULL,
                   "Only a job with the status \"created\" can be started.");
  if (job->data->kind == VESTIM_JOB_KIND_NONE)
    return refuse (request, SERVICE_E_INVALID, "kind",
                   "The job has no kind yet. Set it with PATCH, then start the job.");
  next = vestim_job_copy (job->data);
  next->state = VESTIM_JOB_QUEUED;
  return store (request, job, next, NULL, NULL);
}

void
service_start_job (Service *service, const char *job_id, const ServiceCall *call)
{
  request_start (request_new (service, call, act_start), service, job_id);
}

static bool
act_stop (Request *request, Job *job)
{
  if (job->data->state != VESTIM_JOB_QUEUED && job->data->state != VESTIM_JOB_RUNNING)
    return refuse (request, SERVICE_E_STATE, NULL,
                   "Only a job that is queued or running can be stopped.");
  job_store (job, job_dup_stopped (job), request->call, job_stop_attempt, NULL);
  return true;
}

void
service_stop_job (Service *service, const char *job_id, const ServiceCall *call)
{
  request_start (request_new (service, call, act_stop), service, job_id);
}

static void
finish_attempt (Job *job)
{
  if (job->attempt != NULL)
    job_executor (job)->finish (job->attempt);
}

static bool
act_finish (Request *request, Job *job)
{
  VestimJob *next;

  if (job->data->kind != VESTIM_JOB_KIND_ESTIMATION || job->data->state != VESTIM_JOB_RUNNING)
    return refuse (request, SERVICE_E_STATE, NULL,
                   "Only an estimation that is running can end its training and test the best "
                   "network so far.");
  if (job_must_end (job))
    return refuse (request, SERVICE_E_STATE, NULL,
                   "The job is being stopped. Retry it after its end, then finish it.");
  if (job->data->intent == VESTIM_JOB_INTENT_FINISH)
    {
      job_store_answer (job, request->call);
      return true;
    }
  next = vestim_job_copy (job->data);
  next->intent = VESTIM_JOB_INTENT_FINISH;
  job_store (job, next, request->call, finish_attempt, NULL);
  return true;
}

void
service_finish_job (Service *service, const char *job_id, const ServiceCall *call)
{
  request_start (request_new (service, call, act_finish), service, job_id);
}

/* A queued job leaves the queue, or returns to it, with the lock. */
static void
pause_attempt (Job *job)
{
  if (job->attempt != NULL)
    job_executor (job)->pause (job->attempt, job->data->paused);
}

static bool
set_paused (Request *request, Job *job, bool is_paused)
{
  VestimJob *next;

  if (job->data->state != VESTIM_JOB_QUEUED && job->data->state != VESTIM_JOB_RUNNING)
    return refuse (request, SERVICE_E_STATE, NULL,
                   "Only a job that is queued or running can be paused and resumed.");
  if (job_must_end (job))
    return refuse (request, SERVICE_E_STATE, NULL,
                   "The job is being stopped, so it cannot be paused or resumed any more.");
  if (job->data->paused == is_paused)
    {
      job_store_answer (job, request->call);
      return true;
    }
  next = vestim_job_copy (job->data);
  next->paused = is_paused;
  job_store (job, next, request->call, pause_attempt, NULL);
  return true;
}

static bool
act_pause (Request *request, Job *job)
{
  return set_paused (request, job, true);
}

static bool
act_resume (Request *request, Job *job)
{
  return set_paused (request, job, false);
}

void
service_pause_job (Service *service, const char *job_id, const ServiceCall *call)
{
  request_start (request_new (service, call, act_pause), service, job_id);
}

void
service_resume_job (Service *service, const char *job_id, const ServiceCall *call)
{
  request_start (request_new (service, call, act_resume), service, job_id);
}

static bool
act_retry (Request *request, Job *job)
{
  VestimJob *next;

  if (!vestim_job_state_is_final (job->data->state))
    return refuse (request, SERVICE_E_STATE, NULL,
                   "Only a job that is over can be retried. Stop it first, or wait for its end.");
  if (dependencies_close_cycle (job))
    return refuse (request, SERVICE_E_STATE, NULL,
                   "A job on which it depends has been changed to depend on this one, so none of "
                   "them could start. Change the depends_on of the other one first.");
  next = vestim_job_copy (job->data);
  vestim_job_reset_attempt (next);
  next->paused = false;
  next->fresh = next->fresh || request->fresh;
  next->state = VESTIM_JOB_QUEUED;
  next->is_blocked = false;
  next->attempt++;
  next->retries = 0;
  next->idle_resumes = 0;
  next->resume_progress = NAN;
  return store_dependencies (request, job, next);
}

void
service_retry (Service *service, const char *job_id, bool fresh, const ServiceCall *call)
{
  Request *request = request_new (service, call, act_retry);

  request->fresh = fresh;
  request_start (request, service, job_id);
}
