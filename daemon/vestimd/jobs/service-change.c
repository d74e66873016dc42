/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "daemon/vestimd/jobs/service-change.h"

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
} Change;

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
call_store_answer (Call *call, RegistryTransaction *change, const ServiceResult *result)
{
  if (call == NULL || call->call.render == NULL)
    return;
  call->body = call->call.render (call->call.user, result);
  if (call->call.key != NULL)
    registry_transaction_set_key (change, call->call.key, call->call.digest, call->body,
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
job_when_free (Job *job, WaiterFn fn, void *user, bool first)
{
  Waiter *waiter;

  if (!job->is_busy)
    {
      fn (job, user);
      return;
    }
  waiter = g_new0 (Waiter, 1);
  waiter->fn = fn;
  waiter->user = user;
  if (first)
    g_queue_push_head (&job->waiters, waiter);
  else
    g_queue_push_tail (&job->waiters, waiter);
}

void
job_take (Job *job)
{
  assert (!job->is_busy);
  job->is_busy = true;
  queue_remove (job->service->queue, job);
}

void
job_release (Job *job)
{
  Service *service = job->service;
  Waiter *waiter;

  assert (job->is_busy);
  job->is_busy = false;
  /* The last waiter may only start something that reports later, so the job outlives the loop. */
  while (!job->is_busy && (waiter = g_queue_pop_head (&job->waiters)) != NULL)
    {
      waiter->fn (job, waiter->user);
      g_free (waiter);
    }
  if (!job->is_busy && job->data->state == VESTIM_JOB_QUEUED && job->run == NULL)
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
  Change *change = user;
  Job *job = change->job;
  Service *service = job->service;
  Call *call = change->call;
  JobFn then = status == 0 ? change->after : change->failed;
  ServiceResult result = { .code = service_code_of (status) };

  service->n_in_flight--;
  if (status == 0 && change->next != NULL)
    job_show (job, g_steal_pointer (&change->next));
  vestim_job_free (change->next);
  g_free (change);

  if (then != NULL)
    then (job);
  result.job = job->data;
  call_finish (call, &result);
  job_release (job);
  service_check_stopped (service);
}

void
job_change (Job *job, VestimJob *next, Call *call, JobFn after, JobFn failed)
{
  Service *service = job->service;
  RegistryTransaction *stored = registry_transaction_new ();
  Change *change = g_new0 (Change, 1);
  ServiceResult result = { .job = next };

  assert (job->is_busy);
  assert (next->state == job->data->state
          || vestim_job_state_can_move (job->data->state, next->state));
  next->updated_at = service->config.now_ms ();
  change->job = job;
  change->next = next;
  change->call = call;
  change->after = after;
  change->failed = failed;

  registry_transaction_update (stored, next);
  call_store_answer (call, stored, &result);
  service->n_in_flight++;
  registry_submit (service->config.registry, stored, on_stored, change);
}

void
job_keep (Job *job, Call *call)
{
  Service *service = job->service;
  RegistryTransaction *stored = registry_transaction_new ();
  Change *change = g_new0 (Change, 1);
  ServiceResult result = { .job = job->data };

  assert (job->is_busy);
  change->job = job;
  change->call = call;
  call_store_answer (call, stored, &result);
  service->n_in_flight++;
  registry_submit (service->config.registry, stored, on_stored, change);
}

void
job_store_start (Job *job)
{
  Service *service = job->service;
  RegistryTransaction *stored = registry_transaction_new ();
  Change *change = g_new0 (Change, 1);

  assert (job->is_busy && job->data->started_at != 0);
  change->job = job;
  registry_transaction_update (stored, job->data);
  service->n_in_flight++;
  registry_submit (service->config.registry, stored, on_stored, change);
}
