/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/job-store.h"

#include <assert.h>

#include "common/job/vestim-job-json.h"
#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/service-unique.h"
#include "daemon/vestimd/jobs/job-slots.h"

/* Every change of a stored job passes through here, and the order is fixed: store, then show, then
 * announce, then answer the client, then unlock the job. So clients never see what is not stored,
 * and the next change starts from what this one stored. */

/* A transaction of one job that is on its way. */
typedef struct
{
  Job *job;
  VestimJob *next; /* (nullable) NULL: the job stays as it is */
  Call *call;      /* (nullable) */
  JobFn stored;    /* (nullable) */
  JobFn failed;    /* (nullable) */
} PendingStore;

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

  g_clear_pointer (&job->json, g_bytes_unref);
  job->shown_mark = waits_mark (job);
  service_announce (job->service, &event);
}

/* While `next` was being stored, the running attempt may have started or reported more. */
static void
keep_reports (const VestimJob *from, VestimJob *next)
{
  next->started_at = from->started_at;
  next->is_released = from->is_released;
  next->progress = from->progress;
  g_free (next->message);
  next->message = g_strdup (from->message);
  g_free (next->details.metrics);
  next->details.metrics = g_strdup (from->details.metrics);
  g_free (next->details.gpu_indices);
  next->details.gpu_indices = g_strdup (from->details.gpu_indices);
}

void
job_show (Job *job, VestimJob *next)
{
  Service *service = job->service;

  if (job->data->state == VESTIM_JOB_RUNNING && next->state == VESTIM_JOB_RUNNING)
    keep_reports (job->data, next);
  service->counts[job->data->state]--;
  service->counts[next->state]++;
  if (next->state == VESTIM_JOB_QUEUED && job->data->state != VESTIM_JOB_QUEUED)
    job->queued_at = uv_hrtime ();
  unique_give_back (service, job->data, next);
  unique_take (service, next);
  next->rank = job->data->rank; /* a move may have been stored meanwhile */
  job_leave_queue (job);
  vestim_job_free (job->data);
  job->data = next;
  job_enter_queue (job);
  memory_note_change (job);
  dependencies_link (job);
  dependencies_note_status (job);
  service_announce_job (job);
}

void
job_show_stored (Job *job, VestimJob *next)
{
  if (job->data->state == VESTIM_JOB_RUNNING && next->state == VESTIM_JOB_QUEUED
      && next->attempt == job->data->attempt)
    next->state = VESTIM_JOB_RUNNING;
  job_show (job, next);
}

/* ---- Storing ---- */

typedef struct
{
  Service *service;
  RegistryDoneFn done;
  void *user;
} Submission;

static void
on_submission_done (void *user, int status)
{
  g_autofree Submission *submission = user;

  submission->service->n_in_flight--;
  if (submission->done != NULL)
    submission->done (submission->user, status);
  service_check_stopped (submission->service);
}

void
service_submit (Service *service, RegistryTransaction *transaction, RegistryDoneFn done, void *user)
{
  Submission *submission = g_new0 (Submission, 1);

  submission->service = service;
  submission->done = done;
  submission->user = user;
  service->n_in_flight++;
  registry_submit (service->config.registry, transaction, on_submission_done, submission);
}

/* With the final status, and not after it: else a daemon that dies in between would forget the
 * hook.
 */
static void
add_hook (const Job *job, RegistryTransaction *transaction, const VestimJob *next)
{
  g_autoptr (GString) json = NULL;

  if (!job->service->config.has_hooks || !vestim_job_state_is_final (next->state)
      || vestim_job_state_is_final (job->data->state))
    return;
  json = g_string_new (NULL);
  vestim_job_json_append (json, next, job->service->config.jobs_dir);
  g_string_append_c (json, '\n');
  registry_transaction_add_hook (transaction, next, json->str);
}

/* If the daemon dies now, the next one must not take an attempt that is being started for one that
 * was never handed over. */
void
job_add_update (const Job *job, RegistryTransaction *transaction, const VestimJob *next)
{
  g_autoptr (VestimJob) stored = NULL;

  if (job_is_handed_over (job) && next->state == VESTIM_JOB_QUEUED)
    {
      stored = vestim_job_copy (next);
      job_set_running (job, stored);
    }
  if (next->not_before != 0 && next->not_before != job->data->not_before)
    waits_store_clock (job->service, transaction);
  registry_transaction_update (transaction, stored != NULL ? stored : next);
  add_hook (job, transaction, next);
}

static void
on_stored (void *user, int status)
{
  PendingStore *pending = user;
  Job *job = pending->job;
  Call *call = pending->call;
  JobFn then = status == 0 ? pending->stored : pending->failed;
  ServiceResult result = { .code = service_code_of (status) };

  if (status == 0 && pending->next != NULL)
    job_show_stored (job, g_steal_pointer (&pending->next));
  else
    unique_give_back (job->service, pending->next, job->data);
  vestim_job_free (pending->next);
  g_free (pending);

  if (then != NULL)
    then (job);
  result.job = job->data;
  call_finish (call, &result);
  job_unlock (job);
}

/* Takes `transaction` and what `pending` holds. */
static void
submit (RegistryTransaction *transaction, const PendingStore *pending)
{
  assert (pending->job->is_locked);
  service_submit (pending->job->service, transaction, on_stored,
                  g_memdup2 (pending, sizeof *pending));
}

void
job_store (Job *job, VestimJob *next, Call *call, JobFn stored, JobFn failed)
{
  RegistryTransaction *transaction = registry_transaction_new ();
  const PendingStore pending = {
    .job = job, .next = next, .call = call, .stored = stored, .failed = failed
  };
  ServiceResult result = { .job = next };

  assert (next->state == job->data->state || next->attempt > job->data->attempt
          || vestim_job_state_can_move (job->data->state, next->state));
  if (job->data->state == VESTIM_JOB_QUEUED && next->state != VESTIM_JOB_QUEUED)
    g_clear_pointer (&next->message, g_free); /* it says why the job waits */
  next->updated_at = job->service->config.now_ms ();
  unique_take (job->service, next);
  job_add_update (job, transaction, next);
  call_store_answer (call, transaction, &result);
  submit (transaction, &pending);
}

void
job_store_answer (Job *job, Call *call)
{
  RegistryTransaction *transaction = registry_transaction_new ();
  const PendingStore pending = { .job = job, .call = call };
  ServiceResult result = { .job = job->data };

  call_store_answer (call, transaction, &result);
  submit (transaction, &pending);
}

void
job_store_start (Job *job)
{
  RegistryTransaction *transaction = registry_transaction_new ();
  const PendingStore pending = { .job = job };

  assert (job->data->started_at != 0);
  registry_transaction_update (transaction, job->data);
  submit (transaction, &pending);
}
