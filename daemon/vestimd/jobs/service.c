/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/service-unique.h"
#include "daemon/vestimd/jobs/job-slots.h"
#include "daemon/vestimd/jobs/service-bulk.h"
#include "daemon/vestimd/jobs/service-changes.h"
#include "daemon/vestimd/jobs/service-private.h"

/* The service owns all jobs. Its code is cut into these files:
 *
 *   service.c           the list of jobs; start and stop of the service
 *   job-index.c         all jobs in order, in a few bytes each
 *   service-memory.c    which jobs are in memory
 *   service-search.c    finds jobs that are not in memory
 *   service-calls.c     a client's call and its answer
 *   service-actions.c   calls for one job: create, patch, start, stop, retry
 *   service-bulk.c      calls for many jobs: delete, clear, stop all
 *   service-steps.c     work on many jobs, in steps
 *   service-clear.c     the part of a clear that is about jobs that are not in memory
 *   service-changes.c   calls for the queue as a whole, one after the other
 *   service-settings.c  its settings and its groups
 *   service-move.c      the order of its jobs
 *   service-queue.c     takes jobs from the queue and stores the start of their attempts
 *   job-slots.c         a job's place in the queue, and the slots that its attempt holds
 *   service-handover.c  hands the attempts of jobs over to their executor
 *   service-attempts.c  follows and ends them
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

static JobBrief
brief_of (const VestimJob *data)
{
  return (JobBrief){
    .sequence = data->sequence,
    .stamp = vestim_job_id_stamp (data->id),
    .state = data->state,
    .kind = data->kind,
  };
}

Job *
service_add (Service *service, VestimJob *data)
{
  Job *job = job_new (service, data);
  JobBrief brief = brief_of (data);

  job_index_add (&service->index, &brief,
                 queue_ref_group (service->queue, vestim_job_group (data)));
  service->counts[data->state]++;
  unique_take (service, data);
  memory_link (job);
  memory_note_change (job);
  return job;
}

void
service_remove_entry (Service *service, JobEntry *entry)
{
  service->counts[entry->brief.state]--;
  queue_unref_group (service->queue, entry->group);
  job_index_remove (&service->index, entry);
}

void
service_remove (Job *job)
{
  Service *service = job->service;

  job_dequeue (job);
  g_ptr_array_remove_fast (service->retry_ended, job);
  memory_unlink (job);
  service_remove_entry (service, job_index_find (&service->index, job->data->sequence));
  unique_give_back (service, job->data, NULL);
  dependencies_unlink (job);
  dependencies_note_deletion (service, job->data);
  job_free (job);
}

/* (nullable) */
static JobEntry *
find_entry (const Service *service, const char *job_id)
{
  int64_t sequence = vestim_job_id_sequence (job_id);
  JobEntry *entry = sequence > 0 ? job_index_find (&service->index, sequence) : NULL;

  return entry != NULL && entry->brief.stamp == vestim_job_id_stamp (job_id) ? entry : NULL;
}

Job *
service_find (Service *service, const char *job_id)
{
  const JobEntry *entry = find_entry (service, job_id);

  if (entry == NULL || entry->job == NULL)
    return NULL;
  memory_touch (entry->job);
  return entry->job;
}

const JobEntry *
service_find_entry (const Service *service, const char *job_id)
{
  return find_entry (service, job_id);
}

JobIndexWalk
service_walk (const Service *service, int64_t before)
{
  return job_index_walk (&service->index, before);
}

const JobEntry *
service_next_older (const Service *service, JobIndexWalk *walk)
{
  return job_index_next (&service->index, walk);
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
  size_t n = 0;

  for (int state = 0; state < VESTIM_N_JOB_STATES; state++)
    n += service->counts[state];
  return n;
}

size_t
service_count_absent (const Service *service)
{
  return service_total (service) - service->memory.n_present;
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
  while (service->first != NULL)
    {
      Job *next = service->first->next;

      job_free (service->first);
      service->first = next;
    }
  job_index_clear (&service->index);
  memory_clear (service);
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
  job_index_init (&service->index);
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
  memory_init (service);
  steps_init (service);
  return service;
}

static void
on_brief (void *user, const JobBrief *brief, const char *group)
{
  Service *service = user;

  job_index_add (&service->index, brief, queue_ref_group (service->queue, group));
  service->counts[brief->state]++;
}

static void
on_job_loaded (void *user, VestimJob *data)
{
  memory_take (user, data);
}

void
service_load (Service *service)
{
  static const RegistryLoadFns fns = { on_brief, on_job_loaded };

  service_load_settings (service);
  service->last_rank = VESTIM_JOB_RANK_OF (service->last_sequence);
  registry_load (service->config.registry, &fns, service);
  waits_load (service);
  dependencies_load (service);
  for (Job *job = service->first; job != NULL; job = job->next)
    if (job->data->is_blocked)
      service_recheck (job);
    else
      job_enqueue (job);
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
  for (Job *job = service->first; job != NULL; job = job->next)
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

  job_executor (job)->detach (g_steal_pointer (&job->attempt));
  job_move (job, JOB_DETACHED);
  if (deletion != NULL)
    bulk_abandon (deletion);
}

/* Attempts on other machines go on. */
static void
leave_or_end_attempts (Service *service)
{
  for (Job *job = service->first; job != NULL; job = job->next)
    if (job->attempt == NULL)
      continue;
    else if (service->keep_jobs || job->data->executor != VESTIM_EXECUTOR_LOCAL)
      detach_attempt (job);
    else
      job_executor (job)->stop (job->attempt);
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
  leave_or_end_attempts (service);
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
  memory_close (service, on_handle_closed);
  steps_close (service, on_handle_closed);
}
