/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/api/api.h"
#include "daemon/vestimd/api/repeats.h"
#include "daemon/vestimd/api/request.h"
#include "daemon/vestimd/http/exchange.h"
#include "daemon/vestimd/jobs/service-calls.h"

/* A request that changes something: POST, PATCH or DELETE. It is begun by its handler; what repeats
 * an earlier request is answered at once, else `run` carries it out and ends it with one of the
 * functions below, possibly later. */

typedef struct ApiChange ApiChange;

struct ApiChange
{
  Api *api;
  HttpExchange *exchange;
  void (*run) (ApiChange *change);
  char *key;             /* (nullable) Idempotency-Key */
  const char *key_fault; /* (nullable) why the key cannot be used: 422, when its turn comes */
  bool key_is_doubled;   /* there are several: 400, when its turn comes */
  uint8_t digest[32];
  Repeat *repeat; /* (nullable) */
  int status;     /* of the answer when all goes well */
  char *(*render) (const ServiceResult *result);

  /* For `run`'s own use until the change has ended. */
  void *data;
  void (*free_data) (void *data);
};

void api_change_begin (HttpExchange *exchange, void (*run) (ApiChange *change));

/* For service_*(): ends the change with the result, `status` and what `render` (transfer full,
 * JSON) returns. NULL: the job of the result. */
ServiceCall api_change_call (ApiChange *change, int status,
                             char *(*render) (const ServiceResult *result));

/* End it without the service. */
void api_change_answer (ApiChange *change, int status, const GString *json);
void api_change_fail (ApiChange *change, int status, const char *detail);
void api_change_fail_fields (ApiChange *change, const GPtrArray *errors);
void api_change_fail_code (ApiChange *change, int code); /* SERVICE_E_* */

/* (nullable) the job of the route's {id}; NULL: the change is over (404). */
Job *api_change_find_job (ApiChange *change);

/* The body. False: the change is over (400). */
bool api_change_read (ApiChange *change, ApiRequest *request);

/* Whether `request` has no faults; else the change is over (422). */
bool api_change_is_valid (ApiChange *change, const ApiRequest *request);
