/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-changes.h"

#include "daemon/vestimd/jobs/job-store.h"

void *
queue_change_new (size_t size, Service *service, const ServiceCall *call)
{
  QueueChange *change = g_malloc0 (size);

  change->call = call_new (service, call);
  return change;
}

static void
change_free (QueueChange *change)
{
  if (change->clear != NULL)
    change->clear (change);
  g_free (change);
}

static void prepare_next (Service *service);

static void
on_change_stored (void *user, int status)
{
  QueueChange *change = user;
  Service *service = change->call->service;
  ServiceResult result = { .code = service_code_of (status) };

  g_queue_pop_head (&service->queue_changes);
  if (status == 0)
    change->apply (change, &result);
  call_finish (change->call, &result);
  change_free (change);
  prepare_next (service);
  service_pump (service);
}

/* False: the change is over. */
static bool
submit (QueueChange *change)
{
  Service *service = change->call->service;
  RegistryTransaction *transaction = registry_transaction_new ();
  ServiceResult result = { 0 };

  if (!change->prepare (change, transaction, &result))
    {
      registry_transaction_free (transaction);
      change_free (change);
      return false;
    }
  call_store_answer (change->call, transaction, &result);
  service_submit (service, transaction, on_change_stored, change);
  return true;
}

/* The first change of the list is the one that is being stored. */
static void
prepare_next (Service *service)
{
  QueueChange *change;

  while ((change = g_queue_peek_head (&service->queue_changes)) != NULL)
    {
      if (service->is_stopping)
        {
          call_defer (change->call, SERVICE_E_STOPPING, NULL, NULL);
          change_free (change);
        }
      else if (submit (change))
        return;
      g_queue_pop_head (&service->queue_changes);
    }
}

void
service_change_queue (QueueChange *change)
{
  Service *service = change->call->service;

  g_queue_push_tail (&service->queue_changes, change);
  if (service->queue_changes.length == 1)
    prepare_next (service);
}

void
service_announce_queue (Service *service)
{
  const ServiceEvent event = { .kind = SERVICE_EVENT_QUEUE };

  service_announce (service, &event);
}
