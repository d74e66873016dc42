/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "daemon/vestimd/jobs/job-store.h"

/* The one way by which a job changes: taken, stored, shown, announced, released. A job is busy
 * from taking to release; what else wants to change it waits its turn, so that every change is made
 * from what is stored. */

typedef struct
{
  Call *call;
  int code;
  const char *field;
  const char *detail;
} Deferred;

typedef struct
{
  Job *job;
  VestimJob *next; /* (nullable) NULL: the job stays as it is */
  Call *call;
  JobFn after;
  JobFn failed;
} PendingStore;

/* ---- Calls ---- */

Call *
call_new (Service *service, const ServiceCall *call)
{
  Call *copy = g_new0 (Call, 1);

  copy->service = service;
  copy->call = *call;
  copy->call.key = g_strdup (call->key);
  return copy;
}

void
call_store_answer (Call *call, RegistryTransaction *transaction, const ServiceResult *result)
{
  if (call == NULL || call->call.render == NULL)
    return;
  call->body = call->call.render (call->call.user, result);
  if (call->call.key != NULL)
    registry_transaction_set_key (transaction, call->call.key, call->call.digest, call->body,
                                  strlen (call->body));
}

void
call_finish (Call *call, const ServiceResult *result)
{
  if (call == NULL)
    return;
  if (call->call.done != NULL)
    call->call.done (call->call.user, result, result->code == 0 ? call->body : NULL);
  g_free ((char *) call->call.key);
  g_free (call->body);
  g_free (call);
}

static void
on_deferred (uv_idle_t *idle)
{
  Service *service = idle->data;
  Deferred *deferred;

  while ((deferred = g_queue_pop_head (&service->deferred)) != NULL)
    {
      ServiceResult result = {
        .code = deferred->code,
        .field = deferred->field,
        .detail = deferred->detail,
      };

      service->n_in_flight--;
      call_finish (deferred->call, &result);
      g_free (deferred);
    }
  uv_idle_stop (idle);
  service_check_stopped (service);
}

void
call_defer (Call *call, int code, const char *field, const char *detail)
{
  Service *service = call->service;
  Deferred *deferred = g_new0 (Deferred, 1);

  deferred->call = call;
  deferred->code = code;
  deferred->field = field;
  deferred->detail = detail;
  service->n_in_flight++;
  g_queue_push_tail (&service->deferred, deferred);
  uv_idle_start (&service->deferred_idle, on_deferred);
}

int
service_code_of (int registry_status)
{
  switch (registry_status)
    {
    case 0:
      return 0;
    case REGISTRY_E_FULL:
      return SERVICE_E_FULL;
    case REGISTRY_E_DAMAGED:
      return SERVICE_E_DAMAGED;
    default:
      return SERVICE_E_FAILED;
    }
}

/* ---- Taking and releasing ---- */

void
job_lock_async (Job *job, JobLockFn fn, void *user, bool first)
{
  LockRequest *request;

  if (!job->is_busy)
    {
      fn (job, user);
      return;
    }
  request = g_new0 (LockRequest, 1);
  request->fn = fn;
  request->user = user;
  if (first)
    g_queue_push_head (&job->lock_requests, request);
  else
    g_queue_push_tail (&job->lock_requests, request);
}

void
job_lock (Job *job)
{
  assert (!job->is_busy);
  job->is_busy = true;
  queue_remove (job->service->queue, job);
}

void
job_unlock (Job *job)
{
  Service *service = job->service;
  LockRequest *request;

  assert (job->is_busy);
  job->is_busy = false;
  /* The last request may only start something that reports later, so the job outlives the loop. */
  while (!job->is_busy && (request = g_queue_pop_head (&job->lock_requests)) != NULL)
    {
      request->fn (job, request->user);
      g_free (request);
    }
  if (!job->is_busy && job->data->state == VESTIM_JOB_QUEUED && job->attempt == NULL)
    queue_push (service->queue, job);
  service_pump (service);
}

/* ---- Showing ---- */

void
service_announce (Service *service, const ServiceEvent *event)
{
  service->version++;
  service->config.announce (service->config.announce_user, event);
}

void
service_announce_job (Job *job)
{
  ServiceEvent event = { .kind = SERVICE_EVENT_JOB, .job = job };

  job_text_unref (g_steal_pointer (&job->text));
  service_announce (job->service, &event);
}

/* What a running attempt reported since the change was made is newer than what was stored. */
static void
keep_reports (const VestimJob *from, VestimJob *next)
{
  next->progress = from->progress;
  g_free (next->message);
  next->message = g_strdup (from->message);
  g_free (next->details.metrics);
  next->details.metrics = g_strdup (from->details.metrics);
}

void
job_show (Job *job, VestimJob *next)
{
  Service *service = job->service;

  if (job->data->state == VESTIM_JOB_RUNNING && next->state == VESTIM_JOB_RUNNING)
    keep_reports (job->data, next);
  service->counts[job->data->state]--;
  service->counts[next->state]++;
  vestim_job_free (job->data);
  job->data = next;
  service_announce_job (job);
}

/* ---- Changing ---- */

static void
on_stored (void *user, int status)
{
  PendingStore *pending = user;
  Job *job = pending->job;
  Service *service = job->service;
  Call *call = pending->call;
  JobFn then = status == 0 ? pending->after : pending->failed;
  ServiceResult result = { .code = service_code_of (status) };

  service->n_in_flight--;
  if (status == 0 && pending->next != NULL)
    job_show (job, g_steal_pointer (&pending->next));
  vestim_job_free (pending->next);
  g_free (pending);

  if (then != NULL)
    then (job);
  result.job = job->data;
  call_finish (call, &result);
  job_unlock (job);
  service_check_stopped (service);
}

void
job_store (Job *job, VestimJob *next, Call *call, JobFn after, JobFn failed)
{
  Service *service = job->service;
  RegistryTransaction *transaction = registry_transaction_new ();
  PendingStore *pending = g_new0 (PendingStore, 1);
  ServiceResult result = { .job = next };

  assert (job->is_busy);
  assert (next->state == job->data->state
          || vestim_job_state_can_move (job->data->state, next->state));
  next->updated_at = service->config.now_ms ();
  pending->job = job;
  pending->next = next;
  pending->call = call;
  pending->after = after;
  pending->failed = failed;

  registry_transaction_update (transaction, next);
  call_store_answer (call, transaction, &result);
  service->n_in_flight++;
  registry_submit (service->config.registry, transaction, on_stored, pending);
}

void
job_store_answer (Job *job, Call *call)
{
  Service *service = job->service;
  RegistryTransaction *transaction = registry_transaction_new ();
  PendingStore *pending = g_new0 (PendingStore, 1);
  ServiceResult result = { .job = job->data };

  assert (job->is_busy);
  pending->job = job;
  pending->call = call;
  call_store_answer (call, transaction, &result);
  service->n_in_flight++;
  registry_submit (service->config.registry, transaction, on_stored, pending);
}

void
job_store_start (Job *job)
{
  Service *service = job->service;
  RegistryTransaction *transaction = registry_transaction_new ();
  PendingStore *pending = g_new0 (PendingStore, 1);

  assert (job->is_busy && job->data->started_at != 0);
  pending->job = job;
  registry_transaction_update (transaction, job->data);
  service->n_in_flight++;
  registry_submit (service->config.registry, transaction, on_stored, pending);
}
