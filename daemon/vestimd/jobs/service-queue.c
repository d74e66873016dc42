/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/job-slots.h"
#include "daemon/vestimd/jobs/job-store.h"
#include "daemon/vestimd/jobs/service-changes.h"

/* From the queue to the start of an attempt, which the registry stores first, and back if the
 * attempt never started. */

/* The registry holds an attempt that may have started. A later daemon would count it as lost after
 * a boot of the machine. If this cannot be stored, the job waits all the same. */
void
job_store_requeue (Job *job)
{
  job_move (job, JOB_IDLE);
  job_store (job, vestim_job_copy (job->data), NULL, NULL, NULL);
}

static bool
on_requeue_locked (Job *job, void *user)
{
  if (job == NULL || !job_is (job, JOB_IDLE) || job->data->state != VESTIM_JOB_QUEUED)
    return false;
  job_store (job, vestim_job_copy (job->data), NULL, NULL, NULL);
  return true;
}

void
job_requeue (Job *job)
{
  job_move (job, JOB_IDLE);
  job_lock_async (job, on_requeue_locked, NULL, true);
}

static void
on_launch_stored (void *user, int status)
{
  Job *job = user;
  Service *service = job->service;

  if (status == 0 && service->is_stopping)
    {
      job_store_requeue (job);
      return;
    }
  if (status == 0)
    job_launch_attempt (job);
  else
    {
      job_move (job, JOB_IDLE);
      service->launch_paused = true;
      service_retry_later (service);
    }
  job_unlock (job);
}

static void
launch (Job *job)
{
  RegistryTransaction *transaction;
  g_autoptr (VestimJob) next = NULL;

  if (!waits_admit (job)) /* the clock was set back */
    {
      job_dequeue (job);
      return;
    }
  transaction = registry_transaction_new ();
  next = vestim_job_copy (job->data);
  job_lock (job);
  job_move (job, JOB_STORING_START);
  job_set_running (job, next);
  g_clear_pointer (&next->message, g_free);
  next->updated_at = job->service->config.now_ms ();
  registry_transaction_update (transaction, next);
  service_submit (job->service, transaction, on_launch_stored, job);
}

/* While something is lacking, one job at a time tries whether that has passed. */
static bool
may_launch (const Service *service)
{
  return service->is_settled && !service->is_stopping && !service->launch_paused
         && service->n_resuming == 0 && service->n_walks == 0
         && (service->lack == NULL
             || service->n_in_phase[JOB_STORING_START] + service->n_in_phase[JOB_LAUNCHING] == 0);
}

void
service_pump (Service *service)
{
  QueueItem *item;

  waits_continue (service);
  while (may_launch (service)
         && (item = queue_next (service->queue, (int64_t) uv_now (service->config.loop))) != NULL)
    launch (job_of_item (item));
  if (queue_take_changes (service->queue))
    service_announce_queue (service);
}
