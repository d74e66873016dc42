/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-memory.h"

#include <assert.h>

#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/service-private.h"
#include "daemon/vestimd/jobs/service-search.h"
#include "daemon/vestimd/jobs/service-unique.h"
#include "daemon/vestimd/sys/log.h"

/* A job that is queued or runs is in memory. Of the others, the `jobs_in_memory` that were used
 * last are; the rest is only in the index. A job leaves memory between two turns of the loop, and
 * only unlocked. Whoever needs it has it read first: so a job that is not in memory does not
 * change, except that a clear may delete it.
 *
 * One thread reads in the order of the requests. The first row that comes brings the job into
 * memory. A later row of the same job may be older than a change that was made since: each fetch
 * has a hold, so a job that changes meanwhile is still in memory when that row comes, and the row
 * is dropped. */

#define MODULE "jobs"
#define DROPS_PER_TURN 256

static bool
is_idle (const VestimJob *data)
{
  return data->state != VESTIM_JOB_QUEUED && data->state != VESTIM_JOB_RUNNING
         && !dependencies_matter (data);
}

/* ---- Leaving ---- */

static bool
may_leave (const Job *job)
{
  return !job->is_locked && job->lock_requests.length == 0 && job_is (job, JOB_IDLE)
         && !job->is_listed_for_check && job->service->n_walks == 0
         && !hold_needs (&job->service->memory.holds, job);
}

static void
leave (Job *job)
{
  JobEntry *entry = job_index_find (&job->service->index, job->data->sequence);

  entry->job = NULL;
  memory_unlink (job);
  job_free (job);
}

/* Jobs that may not leave now go to the end of the list. */
static void
on_drop (uv_idle_t *drop)
{
  Service *service = drop->data;
  ServiceMemory *memory = &service->memory;
  unsigned n = memory->idle.length;

  for (int i = 0; i < DROPS_PER_TURN && memory->idle.length > service->config.jobs_in_memory; i++)
    {
      Job *job = g_queue_peek_head (&memory->idle);

      if (may_leave (job))
        leave (job);
      else
        memory_touch (job);
    }
  if (memory->idle.length <= service->config.jobs_in_memory || memory->idle.length == n)
    uv_idle_stop (drop);
}

void
memory_drop_later (Service *service)
{
  if (service->memory.idle.length > service->config.jobs_in_memory)
    uv_idle_start (&service->memory.drop, on_drop);
}

static void
list_idle (Job *job)
{
  ServiceMemory *memory = &job->service->memory;

  job->idle_link.data = job;
  job->is_idle_listed = true;
  g_queue_push_tail_link (&memory->idle, &job->idle_link);
  memory_drop_later (job->service);
}

static void
unlist_idle (Job *job)
{
  if (job->is_idle_listed)
    g_queue_unlink (&job->service->memory.idle, &job->idle_link);
  job->is_idle_listed = false;
}

void
memory_touch (Job *job)
{
  if (!job->is_idle_listed)
    return;
  unlist_idle (job);
  list_idle (job);
}

void
memory_note_change (Job *job)
{
  JobEntry *entry = job_index_find (&job->service->index, job->data->sequence);

  entry->brief.state = job->data->state;
  entry->brief.kind = job->data->kind;
  if (entry->group != job->group)
    {
      queue_unref_group (job->service->queue, entry->group);
      entry->group = queue_ref_group (job->service->queue, job->group->name);
    }
  job->changed_at = job->service->version + 1; /* when it is announced */
  unlist_idle (job);
  if (is_idle (job->data))
    list_idle (job);
}

/* ---- Coming ---- */

void
memory_link (Job *job)
{
  Service *service = job->service;

  job->next = service->first;
  if (job->next != NULL)
    job->next->previous = job;
  service->first = job;
  job_index_find (&service->index, job->data->sequence)->job = job;
  service->memory.n_present++;
  if (is_idle (job->data))
    list_idle (job);
}

void
memory_unlink (Job *job)
{
  if (job->previous != NULL)
    job->previous->next = job->next;
  else
    job->service->first = job->next;
  if (job->next != NULL)
    job->next->previous = job->previous;
  job->service->memory.n_present--;
  unlist_idle (job);
}

Job *
memory_take (Service *service, VestimJob *data)
{
  Job *job;

  if (data->rank == INT64_MIN) /* stored by a program that knew no rank */
    data->rank = VESTIM_JOB_RANK_OF (data->sequence);
  service->last_rank = MAX (service->last_rank, data->rank);
  dependencies_note_read (service, data);
  unique_take (service, data);
  job = job_new (service, data);
  memory_link (job);
  return job;
}

/* ---- Fetching ---- */

typedef struct
{
  Service *service;
  ServiceHold *hold;
  GArray *sequences; /* int64_t */
  ServiceFetchFn fn;
  void *user;
} Fetch;

static void
lose (JobEntry *entry)
{
  g_autofree char *id = vestim_job_id_of_stamp (entry->brief.stamp, entry->brief.sequence);

  if (entry->brief.mark != JOB_ENTRY_LOST)
    log_error (MODULE, "another program changed or removed the job in the registry id=%s", id);
  entry->brief.mark = JOB_ENTRY_LOST;
}

/* Takes `data` (nullable). False if the entry is being deleted. */
static bool
take_row (Service *service, int64_t sequence, VestimJob *data)
{
  JobEntry *entry = job_index_find (&service->index, sequence);
  bool is_wanted = entry != NULL && entry->job == NULL;

  if (is_wanted && entry->brief.mark == JOB_ENTRY_DELETING)
    {
      vestim_job_free (data);
      return false;
    }
  if (is_wanted && data != NULL && data->state == entry->brief.state)
    {
      entry->brief.mark = JOB_ENTRY_SOUND;
      entry->brief.kind = data->kind;
      memory_take (service, data);
      return true;
    }
  if (is_wanted)
    lose (entry);
  vestim_job_free (data);
  return true;
}

int
memory_code_of (int registry_status)
{
  if (registry_status == 0)
    return 0;
  return registry_status == REGISTRY_E_BUSY ? SERVICE_E_UNREAD_NOW : SERVICE_E_UNREAD;
}

static void
finish_fetch (Fetch *fetch, int code)
{
  Service *service = fetch->service;

  service->n_in_flight--;
  fetch->fn (fetch->user, code);
  service_hold_free (fetch->hold);
  g_array_unref (fetch->sequences);
  g_free (fetch);
  service_check_stopped (service);
}

static void
on_rows (void *user, int status, GPtrArray *rows)
{
  Fetch *fetch = user;
  bool is_complete = true;

  for (unsigned i = 0; status == 0 && i < rows->len; i++)
    is_complete &= take_row (fetch->service, g_array_index (fetch->sequences, int64_t, i),
                             g_steal_pointer (&rows->pdata[i]));
  if (is_complete)
    finish_fetch (fetch, memory_code_of (status));
  else
    g_ptr_array_add (fetch->service->memory.waiting, fetch);
}

static void
start_fetch (Fetch *fetch)
{
  registry_read_jobs (fetch->service->config.registry,
                      (const int64_t *) (const void *) fetch->sequences->data,
                      fetch->sequences->len, on_rows, fetch);
}

void
memory_fetch_waiting (Service *service)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&service->memory.waiting);

  service->memory.waiting = g_ptr_array_new ();
  for (unsigned i = 0; i < waiting->len; i++)
    start_fetch (waiting->pdata[i]);
}

void
service_fetch (Service *service, const int64_t *sequences, size_t n, ServiceFetchFn fn, void *user)
{
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->service = service;
  fetch->hold = service_hold_new (service);
  fetch->sequences = g_array_sized_new (false, false, sizeof *sequences, (unsigned) n);
  g_array_append_vals (fetch->sequences, sequences, (unsigned) n);
  fetch->fn = fn;
  fetch->user = user;
  service->n_in_flight++;
  start_fetch (fetch);
}

void
service_fetch_job (Service *service, const char *job_id, ServiceFetchFn fn, void *user)
{
  const JobEntry *entry = service_find_entry (service, job_id);

  if (entry == NULL || entry->job != NULL)
    fn (user, 0);
  else
    service_fetch (service, &entry->brief.sequence, 1, fn, user);
}

/* ---- Life ---- */

void
memory_init (Service *service)
{
  ServiceMemory *memory = &service->memory;

  g_queue_init (&memory->idle);
  g_queue_init (&memory->holds);
  memory->waiting = g_ptr_array_new ();
  uv_idle_init (service->config.loop, &memory->drop);
  memory->drop.data = service;
  service->open_handles++;
}

void
memory_close (Service *service, uv_close_cb closed)
{
  uv_close ((uv_handle_t *) &service->memory.drop, closed);
}

void
memory_clear (Service *service)
{
  assert (service->memory.waiting->len == 0);
  g_ptr_array_unref (service->memory.waiting);
}
