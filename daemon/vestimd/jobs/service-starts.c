/* SPDX-License-Identifier: MIT */
#include "daemon/posix/process.h"
#include "daemon/vestimd/jobs/job-store.h"

/* The start of an attempt is stored a moment after it was seen. So a short attempt stores its start
 * and its end in one transaction. If the daemon dies in between, the next one decides by the traces
 * of the attempt (executor/local-attempt.c). If the machine goes down, the traces may be lost, so
 * the first daemon after a boot counts every attempt that should have started as seen. It stores
 * that together with the boot, since the next daemon finds the same boot. */

#define PAUSE_MS 10
#define BOOT_SETTING "boot_id"

static bool
on_start_locked (Job *job, void *user)
{
  if (job == NULL || job->data->state != VESTIM_JOB_RUNNING)
    return false;
  job_store_start (job);
  return true;
}

static void
store_first (Service *service)
{
  job_lock_async (g_queue_pop_head (&service->starts.jobs), on_start_locked, NULL, true);
}

static void on_start_timer (uv_timer_t *timer);

static void
set_timer (Service *service)
{
  const Job *first = g_queue_peek_head (&service->starts.jobs);
  uint64_t now = uv_now (service->config.loop);

  if (first == NULL)
    uv_timer_stop (&service->starts.timer);
  else
    uv_timer_start (&service->starts.timer, on_start_timer,
                    first->start_due > now ? first->start_due - now : 0, 0);
}

static void
on_start_timer (uv_timer_t *timer)
{
  Service *service = timer->data;
  const Job *first;

  while ((first = g_queue_peek_head (&service->starts.jobs)) != NULL
         && first->start_due <= uv_now (service->config.loop))
    store_first (service);
  set_timer (service);
}

void
service_add_start (Job *job)
{
  Service *service = job->service;

  job->start_due = uv_now (service->config.loop) + PAUSE_MS;
  g_queue_push_tail (&service->starts.jobs, job);
  if (service->starts.jobs.length == 1)
    set_timer (service);
}

void
service_remove_start (Job *job)
{
  g_queue_remove (&job->service->starts.jobs, job);
}

void
service_store_starts (Service *service)
{
  while (!g_queue_is_empty (&service->starts.jobs))
    store_first (service);
}

/* ---- The boot ---- */

/* The time of the start is unknown. Attempts on other machines do not care about this one. */
static void
count_starts_as_seen (Service *service, RegistryTransaction *transaction)
{
  for (Job *job = service->first; job != NULL; job = job->next)
    if (job->data->state == VESTIM_JOB_RUNNING && job->data->started_at == 0
        && job->data->executor == VESTIM_EXECUTOR_LOCAL)
      {
        job->data->started_at = job->data->updated_at;
        registry_transaction_update (transaction, job->data);
      }
}

void
service_note_boot (Service *service)
{
  g_autofree char *stored = registry_get_setting (service->config.registry, BOOT_SETTING);
  char boot_id[PROCESS_BOOT_ID + 1];
  RegistryTransaction *transaction;

  process_read_boot_id (boot_id);
  if (g_strcmp0 (stored, boot_id) == 0)
    return;
  transaction = registry_transaction_new ();
  if (stored != NULL)
    count_starts_as_seen (service, transaction);
  registry_transaction_set_setting (transaction, BOOT_SETTING, boot_id);
  service_submit (service, transaction, NULL, NULL);
}
