/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-bulk-items.h"

#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/job-store.h"

void
bulk_items_add_changes (BulkKind kind, BulkItem *items, unsigned n,
                        RegistryTransaction *transaction)
{
  for (unsigned i = 0; i < n; i++)
    {
      Job *job = items[i].job;

      if (kind == BULK_STOP)
        {
          items[i].next = job_dup_stopped (job);
          job_add_update (job, transaction, items[i].next);
          continue;
        }
      job->is_leaving = true;
      registry_transaction_delete (transaction, job->data->sequence, job->data->id);
      dependencies_remember (job->service, transaction, job->data);
    }
}

void
bulk_items_show_stopped (BulkItem *items, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    {
      job_show_stored (items[i].job, g_steal_pointer (&items[i].next));
      job_stop_attempt (items[i].job);
      job_unlock (items[i].job);
    }
}

static void
announce (Service *service, BulkKind kind, GPtrArray *ids)
{
  const ServiceEvent event = {
    .kind = kind == BULK_DELETE ? SERVICE_EVENT_DELETED : SERVICE_EVENT_CLEARED,
    .job_ids = (const char *const *) ids->pdata,
    .n_ids = ids->len,
    .job_id = ids->pdata[0],
    .all = kind == BULK_CLEAR && service_total (service) == 0,
  };

  service_announce (service, &event);
}

void
bulk_items_remove (Service *service, BulkKind kind, const BulkItem *items, unsigned n)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  GQueue orphaned = G_QUEUE_INIT; /* requests that wait for the locks */

  for (unsigned i = 0; i < n; i++)
    {
      Job *job = items[i].job;

      while (!g_queue_is_empty (&job->lock_requests))
        g_queue_push_tail (&orphaned, g_queue_pop_head (&job->lock_requests));
      g_ptr_array_add (ids, g_strdup (job->data->id));
      service_remove (job);
    }
  if (n > 0)
    announce (service, kind, ids);
  lock_requests_cancel (&orphaned);
}

void
bulk_items_roll_back (BulkItem *items, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    {
      vestim_job_free (items[i].next);
      items[i].job->is_leaving = false;
      if (!job_continue_attempt (items[i].job))
        job_unlock (items[i].job);
    }
}
