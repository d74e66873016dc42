/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/job-store.h"
#include "daemon/vestimd/jobs/service-bulk.h"
#include "daemon/vestimd/jobs/service-clear.h"

/* Changes of many jobs in one transaction: delete, clear, stop all.
 *
 * A bulk asks for the lock of each job that fits. When it gets one, the job may have changed: if it
 * still fits, it becomes an item and stays locked, else it is unlocked again. A job that is to be
 * deleted while its attempt runs is stopped first and stays in JOB_PENDING_DELETE until that
 * attempt has ended. The intent is stored before the stop. So if the daemon is killed meanwhile,
 * the job ends with a reason and is not resumed. A job whose attempt cannot be ended is given up:
 * it is no longer an item.
 *
 * `n_awaited` counts the locks and ends that are still to come. When it reaches zero, the bulk
 * stores the change of all its items at once. Then it shows and unlocks them, or removes them. If
 * the transaction fails, or the daemon stops before, it rolls back: it unlocks its items unchanged,
 * but the attempts that it stopped have ended. */

typedef enum
{
  BULK_DELETE, /* one job */
  BULK_CLEAR,
  BULK_STOP,
} BulkKind;

typedef struct
{
  Job *job;
  VestimJob *next; /* (nullable) of BULK_STOP, while it is being stored */
} BulkItem;

struct Bulk
{
  Service *service;
  BulkKind kind;
  Call *call;
  ServiceStates states;
  bool spares_needed; /* also what is pinned */
  GArray *items;      /* of BulkItem */
  int64_t last;       /* the highest sequence that it is about */
  size_t n_absent;    /* jobs that were not in memory, and are cleared already */
  size_t n_awaited;
  bool is_abandoned; /* the daemon is stopping: roll back */
  size_t n_given_up;
  char *refusal; /* (nullable) why the first of them was given up */
};

/* A job whose intent is being stored. */
typedef struct
{
  Bulk *bulk;
  Job *job;
} Marking;

static Bulk *
bulk_new (Service *service, BulkKind kind, ServiceStates states, Call *call)
{
  Bulk *bulk = g_new0 (Bulk, 1);

  bulk->service = service;
  bulk->kind = kind;
  bulk->states = states;
  bulk->call = call;
  bulk->last = service->last_sequence;
  bulk->items = g_array_new (false, false, sizeof (BulkItem));
  return bulk;
}

static void
bulk_free (Bulk *bulk)
{
  g_array_unref (bulk->items);
  g_free (bulk->refusal);
  g_free (bulk);
}

/* ---- After the commit ---- */

static void
announce_deletions (Bulk *bulk, const char *const *ids, size_t n_ids)
{
  Service *service = bulk->service;
  ServiceEvent event = { .job_ids = ids, .n_ids = n_ids };

  if (n_ids == 0)
    return;
  event.kind = bulk->kind == BULK_DELETE ? SERVICE_EVENT_DELETED : SERVICE_EVENT_CLEARED;
  event.job_id = ids[0];
  event.all = bulk->kind == BULK_CLEAR && service_total (service) == 0;
  service_announce (service, &event);
}

/* Removes the jobs, and refuses the requests that wait for their locks. */
static void
drop_jobs (Bulk *bulk)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  GQueue orphaned = G_QUEUE_INIT;

  for (unsigned i = 0; i < bulk->items->len; i++)
    {
      Job *job = g_array_index (bulk->items, BulkItem, i).job;

      while (!g_queue_is_empty (&job->lock_requests))
        g_queue_push_tail (&orphaned, g_queue_pop_head (&job->lock_requests));
      g_ptr_array_add (ids, g_strdup (job->data->id));
      service_remove (job);
    }
  announce_deletions (bulk, (const char *const *) ids->pdata, ids->len);
  lock_requests_cancel (&orphaned);
}

static void
show_stops (Bulk *bulk)
{
  for (unsigned i = 0; i < bulk->items->len; i++)
    {
      BulkItem *item = &g_array_index (bulk->items, BulkItem, i);

      job_show_stored (item->job, g_steal_pointer (&item->next));
      job_stop_attempt (item->job);
      job_unlock (item->job);
    }
}

static void
rollback (Bulk *bulk)
{
  for (unsigned i = 0; i < bulk->items->len; i++)
    {
      BulkItem *item = &g_array_index (bulk->items, BulkItem, i);

      vestim_job_free (item->next);
      if (!job_continue_attempt (item->job))
        job_unlock (item->job);
    }
}

static size_t
count_items (const Bulk *bulk)
{
  return bulk->items->len + bulk->n_absent;
}

/* Some jobs, or the only one, could not be deleted. */
static void
finish_refused (Bulk *bulk)
{
  g_autofree char *detail =
      bulk->kind == BULK_DELETE
          ? g_strdup (bulk->refusal)
          : g_strdup_printf ("%zu of %zu jobs were cleared. %s", count_items (bulk),
                             count_items (bulk) + bulk->n_given_up, bulk->refusal);
  const ServiceResult result = { .code = SERVICE_E_STATE, .detail = detail };

  call_finish (bulk->call, &result);
}

static void
on_bulk_stored (void *user, int status)
{
  Bulk *bulk = user;
  Service *service = bulk->service;
  ServiceResult result = { .code = service_code_of (status), .count = count_items (bulk) };

  if (status != 0)
    rollback (bulk);
  else if (bulk->kind == BULK_STOP)
    show_stops (bulk);
  else
    drop_jobs (bulk);
  if (status == 0 && bulk->refusal != NULL)
    finish_refused (bulk);
  else
    call_finish (bulk->call, &result);
  bulk_free (bulk);
  service_pump (service);
}

/* ---- Collecting the items ---- */

/* The copies are made now, not when the jobs were locked: attempts may have started since. */
static void
store_bulk (Bulk *bulk)
{
  RegistryTransaction *transaction = registry_transaction_new ();
  ServiceResult result = { .count = count_items (bulk) };

  for (unsigned i = 0; i < bulk->items->len; i++)
    {
      BulkItem *item = &g_array_index (bulk->items, BulkItem, i);

      if (bulk->kind == BULK_STOP)
        {
          item->next = job_dup_stopped (item->job);
          job_add_update (item->job, transaction, item->next);
        }
      else
        {
          registry_transaction_delete (transaction, item->job->data->sequence, item->job->data->id);
          dependencies_remember (bulk->service, transaction, item->job->data);
        }
    }
  if (bulk->refusal == NULL)
    call_store_answer (bulk->call, transaction, &result);
  service_submit (bulk->service, transaction, on_bulk_stored, bulk);
}

void
bulk_arrive (Bulk *bulk)
{
  assert (bulk->n_awaited > 0);
  if (--bulk->n_awaited > 0)
    return;
  if (bulk->is_abandoned)
    {
      rollback (bulk);
      call_defer (bulk->call, SERVICE_E_STOPPING, NULL, NULL);
      bulk_free (bulk);
    }
  else if (bulk->refusal != NULL && bulk->items->len == 0)
    {
      finish_refused (bulk);
      bulk_free (bulk);
    }
  else if (bulk->kind == BULK_DELETE && bulk->items->len == 0)
    {
      call_defer (bulk->call, SERVICE_E_NOT_FOUND, NULL, NULL);
      bulk_free (bulk);
    }
  else
    store_bulk (bulk);
}

static void
remove_item (Bulk *bulk, const Job *job)
{
  for (unsigned i = 0; i < bulk->items->len; i++)
    if (g_array_index (bulk->items, BulkItem, i).job == job)
      {
        g_array_remove_index_fast (bulk->items, i);
        return;
      }
}

void
bulk_give_up (Bulk *bulk, Job *job, const char *reason)
{
  remove_item (bulk, job);
  if (bulk->n_given_up++ == 0)
    bulk->refusal = bulk->kind == BULK_DELETE
                        ? g_strdup (reason)
                        : g_strdup_printf ("%s remains. %s", job->data->id, reason);
  job_move (job, job->data->state == VESTIM_JOB_QUEUED ? JOB_LAUNCHING : JOB_RUNNING);
  job_unlock (job);
  bulk_arrive (bulk);
}

void
bulk_abandon (Bulk *bulk)
{
  bulk->is_abandoned = true;
  bulk_arrive (bulk);
}

/* The intent is stored. If that failed for lack of room, the job is deleted all the same, which
 * makes room. The attempt may have ended meanwhile. */
static void
on_marked (void *user, int status)
{
  Marking *marking = user;
  Bulk *bulk = marking->bulk;
  Job *job = marking->job;
  Service *service = bulk->service;

  g_free (marking);
  if (status == 0)
    job->data->intent = VESTIM_JOB_INTENT_DELETE;
  bulk->is_abandoned = bulk->is_abandoned || service->is_stopping;
  if (job->attempt == NULL || bulk->is_abandoned)
    bulk_arrive (bulk);
  else
    {
      job_move (job, JOB_PENDING_DELETE);
      job->deletion = bulk;
      service_check_settled (service);
      service->config.executor->stop (job->attempt);
    }
}

static void
mark_and_stop (Bulk *bulk, Job *job)
{
  RegistryTransaction *transaction = registry_transaction_new ();
  g_autoptr (VestimJob) next = vestim_job_copy (job->data);
  Marking *marking = g_new0 (Marking, 1);

  marking->bulk = bulk;
  marking->job = job;
  next->intent = VESTIM_JOB_INTENT_DELETE;
  job_add_update (job, transaction, next);
  service_submit (bulk->service, transaction, on_marked, marking);
}

static bool
is_spared (const Bulk *bulk, const Job *job)
{
  return bulk->spares_needed
         && (job->data->pinned || service_is_needed (bulk->service, job->data->sequence));
}

static bool
on_item_locked (Job *job, void *user)
{
  Bulk *bulk = user;
  BulkItem item = { .job = job };

  if (bulk->service->is_stopping)
    bulk->is_abandoned = true;
  if (bulk->is_abandoned || job == NULL || (bulk->states & (1u << job->data->state)) == 0
      || is_spared (bulk, job))
    {
      bulk_arrive (bulk);
      return false;
    }
  g_array_append_val (bulk->items, item);
  if (bulk->kind != BULK_STOP && job->attempt != NULL)
    mark_and_stop (bulk, job);
  else
    bulk_arrive (bulk);
  return true;
}

/* Asks for the jobs that fit now; those that fit later stay as they are. `n_awaited` starts at one,
 * so that the bulk cannot be complete before it has asked for all of them. */
static void
bulk_start (Bulk *bulk, Job *only)
{
  Service *service = bulk->service;

  if (service->is_stopping)
    {
      call_defer (bulk->call, SERVICE_E_STOPPING, NULL, NULL);
      bulk_free (bulk);
      return;
    }
  bulk->n_awaited = 1;
  for (Job *job = only != NULL ? only : service->newest; job != NULL; job = job->older)
    {
      if ((bulk->states & (1u << job->data->state)) != 0 && job->data->sequence <= bulk->last)
        {
          bulk->n_awaited++;
          job_lock_async (job, on_item_locked, bulk, false);
        }
      if (only != NULL)
        break;
    }
  bulk_arrive (bulk);
}

typedef struct
{
  Service *service;
  char *job_id;
  Bulk *bulk;
} Deletion;

static void
on_deletion_fetched (void *user, int code)
{
  Deletion *deletion = user;
  Job *job = service_find (deletion->service, deletion->job_id);

  if (code == 0 && job != NULL)
    bulk_start (deletion->bulk, job);
  else
    {
      call_defer (deletion->bulk->call, code != 0 ? code : SERVICE_E_NOT_FOUND, NULL, NULL);
      bulk_free (deletion->bulk);
    }
  g_free (deletion->job_id);
  g_free (deletion);
}

static void
delete_job (Service *service, const char *job_id, Bulk *bulk)
{
  Deletion *deletion = g_new0 (Deletion, 1);

  deletion->service = service;
  deletion->job_id = g_strdup (job_id);
  deletion->bulk = bulk;
  service_fetch_job (service, job_id, on_deletion_fetched, deletion);
}

void
service_delete (Service *service, const char *job_id, const ServiceCall *call)
{
  delete_job (service, job_id,
              bulk_new (service, BULK_DELETE, SERVICE_ALL_STATES, call_new (service, call)));
}

void
service_delete_unneeded (Service *service, const char *job_id, const ServiceCall *call)
{
  const ServiceStates over = (1u << VESTIM_JOB_COMPLETED) | (1u << VESTIM_JOB_FAILED)
                             | (1u << VESTIM_JOB_STOPPED) | (1u << VESTIM_JOB_INTERRUPTED);
  Bulk *bulk = bulk_new (service, BULK_DELETE, over, call_new (service, call));

  bulk->spares_needed = true;
  delete_job (service, job_id, bulk);
}

static void
on_absent_cleared (void *user, int code, size_t n_cleared)
{
  Bulk *bulk = user;

  bulk->n_absent = n_cleared;
  if (code == 0)
    {
      bulk_start (bulk, NULL);
      return;
    }
  call_defer (bulk->call, code, NULL, NULL);
  bulk_free (bulk);
}

void
service_clear (Service *service, ServiceStates states, const ServiceCall *call)
{
  Bulk *bulk = bulk_new (service, BULK_CLEAR, states, call_new (service, call));

  if (service->is_stopping)
    on_absent_cleared (bulk, SERVICE_E_STOPPING, 0);
  else
    service_clear_absent (service, states, bulk->last, on_absent_cleared, bulk);
}

void
service_stop_all (Service *service, const ServiceCall *call)
{
  ServiceStates states = (1u << VESTIM_JOB_QUEUED) | (1u << VESTIM_JOB_RUNNING);

  bulk_start (bulk_new (service, BULK_STOP, states, call_new (service, call)), NULL);
}
