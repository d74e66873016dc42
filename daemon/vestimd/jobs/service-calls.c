/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/vestimd/jobs/service-private.h"

/* A client's call ends with exactly one `done`, and never before the client's function has
 * returned. What the registry answers comes later by itself; an answer that is known at once waits
 * in `deferred` for the next turn of the loop. */

typedef struct
{
  Call *call;
  int code;
  const char *field;
  const char *detail;
} Deferred;

Call *
call_new (Service *service, const ServiceCall *call)
{
  Call *copy = g_new0 (Call, 1);

  copy->service = service;
  copy->call = *call;
  copy->call.key = g_strdup (call->key);
  return copy;
}

void
call_store_answer (Call *call, RegistryTransaction *transaction, const ServiceResult *result)
{
  if (call == NULL || call->call.render == NULL)
    return;
  call->body = call->call.render (call->call.user, result);
  if (call->call.key != NULL)
    registry_transaction_set_key (transaction, call->call.key, call->call.digest, call->body,
                                  strlen (call->body));
}

void
call_finish (Call *call, const ServiceResult *result)
{
  if (call == NULL)
    return;
  if (call->call.done != NULL)
    call->call.done (call->call.user, result, result->code == 0 ? call->body : NULL);
  g_free ((char *) call->call.key);
  g_free (call->body);
  g_free (call->other_id);
  g_free (call);
}

static void
on_deferred (uv_idle_t *idle)
{
  Service *service = idle->data;
  Deferred *deferred;

  while ((deferred = g_queue_pop_head (&service->deferred)) != NULL)
    {
      ServiceResult result = {
        .code = deferred->code,
        .field = deferred->field,
        .detail = deferred->detail,
        .other_id = deferred->call->other_id,
      };

      service->n_in_flight--;
      call_finish (deferred->call, &result);
      g_free (deferred);
    }
  uv_idle_stop (idle);
  service_check_stopped (service);
}

void
call_defer (Call *call, int code, const char *field, const char *detail)
{
  Service *service = call->service;
  Deferred *deferred = g_new0 (Deferred, 1);

  deferred->call = call;
  deferred->code = code;
  deferred->field = field;
  deferred->detail = detail;
  service->n_in_flight++;
  g_queue_push_tail (&service->deferred, deferred);
  uv_idle_start (&service->deferred_idle, on_deferred);
}

void
call_defer_unique (Call *call, const char *other_id)
{
  call->other_id = g_strdup (other_id);
  call_defer (call, SERVICE_E_UNIQUE, NULL, NULL);
}

int
service_code_of (int registry_status)
{
  switch (registry_status)
    {
    case 0:
      return 0;
    case REGISTRY_E_FULL:
      return SERVICE_E_FULL;
    case REGISTRY_E_BUSY:
      return SERVICE_E_BUSY;
    case REGISTRY_E_DAMAGED:
      return SERVICE_E_DAMAGED;
    default:
      return SERVICE_E_FAILED;
    }
}
