/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service-calls.h"

/* A client's call on its way through the service (service-calls.c). For the service's own files. */

/* A client's call while it is under way. */
typedef struct
{
  Service *service;
  ServiceCall call; /* `key` owned; `done` may be NULL */
  char *body;       /* (nullable) what `render` returned */
  char *other_id;   /* (nullable) with SERVICE_E_UNIQUE */
} Call;

Call *call_new (Service *service, const ServiceCall *call);

/* Renders the answer and adds it to `transaction`. No effect when `call` is NULL. */
void call_store_answer (Call *call, RegistryTransaction *transaction, const ServiceResult *result);

/* Calls `done` and frees `call` (nullable). Not from within a client's call: see call_defer(). */
void call_finish (Call *call, const ServiceResult *result);

/* The same, when control is back in the loop. `field` and `detail` (nullable) are static texts. */
void call_defer (Call *call, int code, const char *field, const char *detail);

/* Refuses the call because the job `other_id` holds the unique name. */
void call_defer_unique (Call *call, const char *other_id);

/* The SERVICE_E_* for a REGISTRY_E_*. */
int service_code_of (int registry_status);
