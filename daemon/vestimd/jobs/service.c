/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/service-unique.h"
#include "daemon/vestimd/jobs/job-slots.h"
#include "daemon/vestimd/jobs/service-bulk.h"
#include "daemon/vestimd/jobs/service-changes.h"

/* The service owns all jobs in memory. Its code is cut into these files:
 *
 *   service.c           the list of jobs; start and stop of the service
 *   service-calls.c     a client's call and its answer
 *   service-actions.c   calls for one job: create, patch, start, stop, retry
 *   service-bulk.c      calls for many jobs: delete, clear, stop all
 *   service-changes.c   calls for the queue as a whole, one after the other
 *   service-settings.c  its settings and its groups
 *   service-move.c      the order of its jobs
 *   service-queue.c     takes jobs from the queue and stores the start of their attempts
 *   job-slots.c         a job's place in the queue, and the slots that its attempt holds
 *   service-attempts.c  starts, follows and ends the attempts of jobs
 *   service-retry.c     queues jobs again by their retry policy
 *   service-starts.c    stores that attempts have started
 *   service-resume.c    queues interrupted jobs again at the start
 *   service-waits.c     queued jobs that wait for other jobs or for a time
 *   dependencies.c      which jobs wait for which
 *   service-unique.c    the unique names that jobs hold
 *   service-waiting.c   says what a queued job waits for
 *   job.c               one job: the phase of its attempt, and its lock
 *   job-store.c         stores a job, then shows and announces it
 *
 * A change takes this way, whether a client or an attempt causes it:
 *
 *   1. Lock the job: job_lock_async(). So changes of one job happen one after the other.
 *   2. Check whether the job's state allows the change, and make the changed copy of the job.
 *   3. Submit it to the registry: job_store(). If the client sent an Idempotency-Key, its answer is
 *      stored in the same transaction.
 *   4. After the commit, show the copy, announce it to the API, answer the client, unlock the job.
 *      If the transaction failed, memory stays as it was and the client gets the error.
 *
 * Everything is on the loop's thread. */

/* ---- The list ---- */

/* The index of the first job with at least that sequence. */
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
  Job *job = job_new (service, data);

  assert (service->newest == NULL || service->newest->data->sequence < data->sequence);
  job->older = service->newest;
  if (service->newest != NULL)
    service->newest->newer = job;
  service->newest = job;
  g_ptr_array_add (service->by_sequence, job);
  service->counts[data->state]++;
  unique_take (service, data);
  return job;
}

void
service_remove (Job *job)
{
  Service *service = job->service;

  job_dequeue (job);
  g_ptr_array_remove_fast (service->retry_ended, job);
  if (job->newer != NULL)
    job->newer->older = job->older;
  else
    service->newest = job->older;
  if (job->older != NULL)
    job->older->newer = job->newer;
  g_ptr_array_remove_index (service->by_sequence, find_place (service, job->data->sequence));
  service->counts[job->data->state]--;
  unique_give_back (service, job->data, NULL);
  dependencies_unlink (job);
  dependencies_note_deletion (service, job->data);
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
service_find_sequence (const Service *service, int64_t sequence)
{
  unsigned place = find_place (service, sequence);
  Job *job = place < service->by_sequence->len ? service->by_sequence->pdata[place] : NULL;

  return job != NULL && job->data->sequence == sequence ? job : NULL;
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

size_t
service_count (const Service *service, VestimJobState state)
{
  return service->counts[state];
}

size_t
service_count_active (const Service *service)
{
  return (size_t) queue_count_running (service->queue);
}

size_t
service_total (const Service *service)
{
  return service->by_sequence->len;
}

const ServiceStats *
service_get_stats (const Service *service)
{
  return &service->stats;
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
  waits_clear (service);
  dependencies_clear (service);
  g_hash_table_unref (service->unique_names);
  queue_free (service->queue);
  service->closed (service->closed_user);
  g_free (service);
}

static void
settle (Service *service)
{
  void (*settled) (void *user) = g_steal_pointer (&service->settled);

  uv_timer_stop (&service->settle_timer);
  service->is_settled = true;
  if (settled != NULL)
    settled (service->settled_user);
  service_pump (service);
}

static void
on_settle_timer (uv_timer_t *timer)
{
  settle (timer->data);
}

void
service_check_settled (Service *service)
{
  if (!service->is_settled && service->n_in_phase[JOB_ADOPTING] == 0
      && service->n_in_phase[JOB_FOUND_ENDED] == 0)
    settle (service);
}

Service *
service_new (const ServiceConfig *config)
{
  Service *service = g_new0 (Service, 1);

  service->config = *config;
  service->by_sequence = g_ptr_array_new ();
  service->retry_ended = g_ptr_array_new ();
  service->queue = queue_new ();
  service->hardware = *config->hardware;
  g_queue_init (&service->queue_changes);
  service->stats.queue_waits.scale = &histogram_long_times;
  service->last_sequence = registry_last_sequence (config->registry);
  g_queue_init (&service->deferred);
  uv_idle_init (config->loop, &service->deferred_idle);
  uv_timer_init (config->loop, &service->retry_timer);
  uv_timer_init (config->loop, &service->settle_timer);
  uv_timer_init (config->loop, &service->starts.timer);
  g_queue_init (&service->starts.jobs);
  service->deferred_idle.data = service;
  service->retry_timer.data = service;
  service->settle_timer.data = service;
  service->starts.timer.data = service;
  service->open_handles = 4;
  waits_init (service);
  dependencies_init (service);
  service->unique_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return service;
}

static void
on_job_loaded (void *user, VestimJob *data)
{
  Service *service = user;

  if (data->rank == INT64_MIN) /* stored by a program that knew no rank */
    data->rank = VESTIM_JOB_RANK_OF (data->sequence);
  service->last_rank = MAX (service->last_rank, data->rank);
  service_add (service, data);
}

int
service_load (Service *service)
{
  int r;

  service_load_settings (service);
  service->last_rank = VESTIM_JOB_RANK_OF (service->last_sequence);
  r = registry_load (service->config.registry, on_job_loaded, service);
  waits_load (service);
  dependencies_load (service);
  for (Job *job = service->newest; job != NULL; job = job->older)
    if (job->data->is_blocked)
      service_recheck (job);
    else
      job_enqueue (job);
  return r;
}

void
service_start (Service *service, void (*settled) (void *user), void *user)
{
  /* Until an attempt has reported, its job is shown as it was stored. Two seconds are enough for
   * all attempts but those whose remaining processes have to be ended first. */
  enum
  {
    SETTLE_MS = 2000
  };

  service->settled = settled;
  service->settled_user = user;
  service_note_boot (service);
  for (Job *job = service->newest; job != NULL; job = job->older)
    if (job->data->state == VESTIM_JOB_RUNNING)
      job_adopt (job);
    else if (job->data->state == VESTIM_JOB_INTERRUPTED)
      job_resume_if_possible (job);

  service_check_settled (service);
  if (!service->is_settled)
    uv_timer_start (&service->settle_timer, on_settle_timer, SETTLE_MS, 0);
}

/* The attempt goes on without this daemon. Whoever waits for its start or end gets an answer. */
static void
detach_attempt (Job *job)
{
  Bulk *deletion = g_steal_pointer (&job->deletion);

  job->service->config.executor->detach (g_steal_pointer (&job->attempt));
  job_move (job, JOB_DETACHED);
  if (deletion != NULL)
    bulk_abandon (deletion);
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
  service_store_starts (service);
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

  if (!service->is_stopping || service->stopped == NULL || service_count_active (service) > 0
      || service->n_in_flight > 0 || has_unstored)
    return;
  /* The registry closes next. */
  uv_timer_stop (&service->retry_timer);
  uv_timer_stop (&service->starts.timer);
  uv_timer_stop (&service->waits.timer);
  uv_idle_stop (&service->waits.idle);
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
  uv_close ((uv_handle_t *) &service->starts.timer, on_handle_closed);
  uv_close ((uv_handle_t *) &service->waits.timer, on_handle_closed);
  uv_close ((uv_handle_t *) &service->waits.idle, on_handle_closed);
}
