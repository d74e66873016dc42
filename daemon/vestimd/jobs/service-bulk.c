/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/job-store.h"
#include "daemon/vestimd/jobs/service-bulk.h"
#include "daemon/vestimd/jobs/service-bulk-items.h"
#include "daemon/vestimd/jobs/service-clear.h"

/* Changes of many jobs in one transaction: delete, clear, stop all. Each part of the work is done
 * in steps (service-steps.h): the walk that asks for the locks, the transaction, and what follows
 * the commit. A bulk begins its walk when that of an earlier one is over, so two of them never wait
 * for each other's locks.
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

#define ITEMS_PER_STEP 50

struct Bulk
{
  StepWork work; /* first */
  Service *service;
  BulkKind kind;
  Call *call;
  ServiceStates states;
  bool spares_needed; /* also what is pinned */
  GArray *items;      /* of BulkItem */
  int64_t before;     /* the walk goes on below this sequence */
  unsigned n_done;    /* of `items`, by the steps */
  RegistryTransaction *transaction;
  int status;      /* of the transaction */
  size_t n_absent; /* jobs that were not in memory, and are cleared already */
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
  bulk->before = service->last_sequence + 1;
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

/* (nullable) the next items for a step, of which there are `*n`. */
static BulkItem *
take_items (Bulk *bulk, unsigned *n)
{
  unsigned first = bulk->n_done;

  *n = MIN (bulk->items->len - first, ITEMS_PER_STEP);
  bulk->n_done += *n;
  return *n > 0 ? &g_array_index (bulk->items, BulkItem, first) : NULL;
}

static void
begin_steps (Bulk *bulk, bool (*step) (StepWork *work), void (*done) (StepWork *work))
{
  bulk->n_done = 0;
  bulk->work.step = step;
  bulk->work.done = done;
  if (bulk->kind != BULK_DELETE)
    {
      steps_begin (bulk->service, &bulk->work);
      return;
    }
  while (step (&bulk->work))
    ;
  done (&bulk->work);
}

static bool
settle_some (StepWork *work)
{
  Bulk *bulk = (Bulk *) work;
  unsigned n;
  BulkItem *items = take_items (bulk, &n);

  if (bulk->is_abandoned || bulk->status != 0)
    bulk_items_roll_back (items, n);
  else if (bulk->kind == BULK_STOP)
    bulk_items_show_stopped (items, n);
  else
    bulk_items_remove (bulk->service, bulk->kind, items, n);
  return bulk->n_done < bulk->items->len;
}

static void
on_settled (StepWork *work)
{
  Bulk *bulk = (Bulk *) work;
  Service *service = bulk->service;
  const ServiceResult result = { .code = service_code_of (bulk->status),
                                 .count = count_items (bulk) };

  if (bulk->is_abandoned)
    call_defer (bulk->call, SERVICE_E_STOPPING, NULL, NULL);
  else if (bulk->status == 0 && bulk->refusal != NULL)
    finish_refused (bulk);
  else
    call_finish (bulk->call, &result);
  bulk_free (bulk);
  service_pump (service);
}

static void
on_bulk_stored (void *user, int status)
{
  Bulk *bulk = user;

  bulk->status = status;
  begin_steps (bulk, settle_some, on_settled);
}

/* ---- Collecting the items ---- */

static bool
prepare_some (StepWork *work)
{
  Bulk *bulk = (Bulk *) work;
  unsigned n;
  BulkItem *items = take_items (bulk, &n);

  bulk_items_add_changes (bulk->kind, items, n, bulk->transaction);
  return bulk->n_done < bulk->items->len;
}

static void
on_prepared (StepWork *work)
{
  Bulk *bulk = (Bulk *) work;
  const ServiceResult result = { .count = count_items (bulk) };

  if (bulk->refusal == NULL)
    call_store_answer (bulk->call, bulk->transaction, &result);
  service_submit (bulk->service, g_steal_pointer (&bulk->transaction), on_bulk_stored, bulk);
}

/* The copies are made now, not when the jobs were locked: attempts may have started since. */
static void
store_bulk (Bulk *bulk)
{
  bulk->transaction = registry_transaction_new ();
  begin_steps (bulk, prepare_some, on_prepared);
}

void
bulk_arrive (Bulk *bulk)
{
  assert (bulk->n_awaited > 0);
  if (--bulk->n_awaited > 0)
    return;
  if (bulk->is_abandoned)
    begin_steps (bulk, settle_some, on_settled);
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
      job_executor (job)->stop (job->attempt);
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

/* Asks for some of the jobs that fit now; those that fit later stay as they are. */
static bool
ask_some (StepWork *work)
{
  Bulk *bulk = (Bulk *) work;
  const JobIndex *index = &bulk->service->index;
  JobIndexWalk walk = job_index_walk (index, bulk->before);
  const JobEntry *entry = NULL;

  walk.states = bulk->states;
  for (int i = 0; i < ITEMS_PER_STEP && (entry = job_index_next (index, &walk)) != NULL; i++)
    {
      bulk->before = entry->brief.sequence;
      if (entry->job == NULL)
        continue;
      bulk->n_awaited++;
      job_lock_async (entry->job, on_item_locked, bulk, false);
    }
  return entry != NULL;
}

static void
on_all_asked (StepWork *work)
{
  Bulk *bulk = (Bulk *) work;

  Service *service = bulk->service;

  service->n_walks--;
  memory_drop_later (service);
  bulk_arrive (bulk);
  service_pump (service);
}

/* `n_awaited` starts at one, so that the bulk cannot be complete before it has asked for all jobs.
 */
static void
bulk_start (Bulk *bulk)
{
  bulk->n_awaited = 1;
  bulk->service->n_walks++;
  begin_steps (bulk, ask_some, on_all_asked);
}

static void
bulk_start_with (Bulk *bulk, Job *only)
{
  bulk->n_awaited = 1;
  job_lock_async (only, on_item_locked, bulk, false);
}

static bool
bulk_refuse_if_stopping (Bulk *bulk)
{
  if (!bulk->service->is_stopping)
    return false;
  call_defer (bulk->call, SERVICE_E_STOPPING, NULL, NULL);
  bulk_free (bulk);
  return true;
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
    bulk_start_with (deletion->bulk, job);
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
  Deletion *deletion;

  if (bulk_refuse_if_stopping (bulk))
    return;
  deletion = g_new0 (Deletion, 1);
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
      if (!bulk_refuse_if_stopping (bulk))
        bulk_start (bulk);
      return;
    }
  call_defer (bulk->call, code, NULL, NULL);
  bulk_free (bulk);
}

void
service_clear (Service *service, ServiceStates states, const ServiceCall *call)
{
  Bulk *bulk = bulk_new (service, BULK_CLEAR, states, call_new (service, call));

  if (!bulk_refuse_if_stopping (bulk))
    service_clear_absent (service, states, bulk->before - 1, on_absent_cleared, bulk);
}

void
service_stop_all (Service *service, const ServiceCall *call)
{
  ServiceStates states = (1u << VESTIM_JOB_QUEUED) | (1u << VESTIM_JOB_RUNNING);

  Bulk *bulk = bulk_new (service, BULK_STOP, states, call_new (service, call));

  if (!bulk_refuse_if_stopping (bulk))
    bulk_start (bulk);
}
