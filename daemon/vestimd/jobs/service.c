/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "common/job/vestim-job-json.h"
#include "daemon/vestimd/jobs/job-store.h"

/* ---- The list ---- */

/* The place of the first job with at least that sequence. */
static unsigned
find_place (const Service *service, int64_t sequence)
{
  unsigned low = 0;
  unsigned high = service->by_sequence->len;

  while (low < high)
    {
      unsigned middle = low + (high - low) / 2;
      const Job *job = g_ptr_array_index (service->by_sequence, middle);

      if (job->data->sequence < sequence)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

Job *
service_add (Service *service, VestimJob *data)
{
  Job *job = g_new0 (Job, 1);

  assert (service->newest == NULL || service->newest->data->sequence < data->sequence);
  job->service = service;
  job->data = data;
  g_queue_init (&job->lock_requests);
  job->older = service->newest;
  if (service->newest != NULL)
    service->newest->newer = job;
  service->newest = job;
  g_ptr_array_add (service->by_sequence, job);
  service->counts[data->state]++;
  return job;
}

static void
job_free (Job *job)
{
  assert (job->attempt == NULL && g_queue_is_empty (&job->lock_requests));
  vestim_job_free (job->data);
  vestim_job_free (job->launched);
  attempt_status_free (job->ended);
  job_text_unref (job->text);
  g_free (job);
}

void
service_remove (Job *job)
{
  Service *service = job->service;

  queue_remove (service->queue, job);
  g_ptr_array_remove_fast (service->retry_ended, job);
  if (job->newer != NULL)
    job->newer->older = job->older;
  else
    service->newest = job->older;
  if (job->older != NULL)
    job->older->newer = job->newer;
  g_ptr_array_remove_index (service->by_sequence, find_place (service, job->data->sequence));
  service->counts[job->data->state]--;
  job_free (job);
}

Job *
service_find (Service *service, const char *job_id)
{
  int64_t sequence = vestim_job_id_sequence (job_id);
  unsigned place = find_place (service, sequence);
  Job *job;

  if (sequence == 0 || place == service->by_sequence->len)
    return NULL;
  job = g_ptr_array_index (service->by_sequence, place);
  return strcmp (job->data->id, job_id) == 0 ? job : NULL;
}

Job *
service_before (Service *service, int64_t sequence)
{
  unsigned place = find_place (service, sequence);

  return place > 0 ? g_ptr_array_index (service->by_sequence, place - 1) : NULL;
}

Job *
service_newest (Service *service)
{
  return service->newest;
}

Job *
service_older (Job *job)
{
  return job->older;
}

const VestimJob *
job_get (const Job *job)
{
  return job->data;
}

JobText *
job_get_text (Service *service, Job *job)
{
  if (job->text == NULL)
    {
      g_autoptr (GString) out = g_string_sized_new (512);

      vestim_job_json_append (out, job->data, service->config.jobs_dir);
      job->text = job_text_new (out->str, out->len);
    }
  return job->text;
}

size_t
service_count (const Service *service, VestimJobState state)
{
  return service->counts[state];
}

size_t
service_total (const Service *service)
{
  return service->by_sequence->len;
}

int
service_get_max_running (const Service *service)
{
  return service->max_running;
}

uint64_t
service_get_version (const Service *service)
{
  return service->version;
}

/* ---- Life ---- */

static void
on_handle_closed (uv_handle_t *handle)
{
  Service *service = handle->data;

  if (--service->open_handles > 0)
    return;
  while (service->newest != NULL)
    {
      Job *older = service->newest->older;

      job_free (service->newest);
      service->newest = older;
    }
  g_ptr_array_unref (service->by_sequence);
  g_ptr_array_unref (service->retry_ended);
  queue_free (service->queue);
  service->closed (service->closed_user);
  g_free (service);
}

static void
on_settle_timer (uv_timer_t *timer)
{
  service_settle (timer->data);
}

Service *
service_new (const ServiceConfig *config)
{
  Service *service = g_new0 (Service, 1);

  service->config = *config;
  service->by_sequence = g_ptr_array_new ();
  service->retry_ended = g_ptr_array_new ();
  service->queue = queue_new ();
  service->max_running = config->max_running;
  service->last_sequence = registry_last_sequence (config->registry);
  g_queue_init (&service->deferred);
  uv_idle_init (config->loop, &service->deferred_idle);
  uv_timer_init (config->loop, &service->retry_timer);
  uv_timer_init (config->loop, &service->settle_timer);
  service->deferred_idle.data = service;
  service->retry_timer.data = service;
  service->settle_timer.data = service;
  service->open_handles = 3;
  return service;
}

static void
on_job_loaded (void *user, VestimJob *data)
{
  Service *service = user;
  Job *job = service_add (service, data);

  if (data->state == VESTIM_JOB_QUEUED)
    queue_push (service->queue, job);
}

int
service_load (Service *service)
{
  return registry_load (service->config.registry, on_job_loaded, service);
}

void
service_start (Service *service, void (*settled) (void *user), void *user)
{
  /* Until its attempts have told how they are, a job is shown as what it was stored as; two
   * seconds are more than any of them takes but one whose leftovers have to be killed. */
  enum
  {
    SETTLE_MS = 2000
  };

  service->settled = settled;
  service->settled_user = user;
  for (Job *job = service->newest; job != NULL; job = job->older)
    if (job->data->state == VESTIM_JOB_RUNNING)
      job_adopt (job);
    else if (job->data->state == VESTIM_JOB_INTERRUPTED)
      job_resume_if_possible (job);

  if (service->n_adopting == 0)
    service_settle (service);
  else
    uv_timer_start (&service->settle_timer, on_settle_timer, SETTLE_MS, 0);
}

void
service_settle (Service *service)
{
  void (*settled) (void *user) = g_steal_pointer (&service->settled);

  uv_timer_stop (&service->settle_timer);
  service->is_settled = true;
  if (settled != NULL)
    settled (service->settled_user);
  service_pump (service);
}

/* The run goes on by itself; who waits for its end or its start is answered. */
static void
detach_attempt (Job *job)
{
  Service *service = job->service;

  service->config.executor->detach (g_steal_pointer (&job->attempt));
  service->n_active--;
  if (job->pending_delete != NULL)
    bulk_abandon (job->pending_delete);
  else if (job->launched != NULL)
    {
      vestim_job_free (g_steal_pointer (&job->launched));
      job_unlock (job);
    }
}

static void
detach_attempts (Service *service)
{
  for (Job *job = service->newest; job != NULL; job = job->older)
    if (job->attempt != NULL)
      detach_attempt (job);
}

void
service_stop (Service *service, bool keep_jobs, void (*stopped) (void *user), void *user)
{
  service->keep_jobs = keep_jobs;
  service->is_stopping = true;
  if (stopped != NULL)
    {
      service->stopped = stopped;
      service->stopped_user = user;
    }
  if (keep_jobs)
    detach_attempts (service);
  else
    for (Job *job = service->newest; job != NULL; job = job->older)
      if (job->attempt != NULL)
        service->config.executor->stop (job->attempt);
  service_check_stopped (service);
}

void
service_check_stopped (Service *service)
{
  bool has_unstored = service->retry_ended->len > 0 && !service->keep_jobs;

  if (!service->is_stopping || service->stopped == NULL || service->n_active > 0
      || service->n_in_flight > 0 || has_unstored)
    return;
  g_steal_pointer (&service->stopped) (service->stopped_user);
}

void
service_close (Service *service, void (*closed) (void *user), void *user)
{
  service->closed = closed;
  service->closed_user = user;
  uv_close ((uv_handle_t *) &service->deferred_idle, on_handle_closed);
  uv_close ((uv_handle_t *) &service->retry_timer, on_handle_closed);
  uv_close ((uv_handle_t *) &service->settle_timer, on_handle_closed);
}
