/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/api/api.h"
#include "daemon/vestimd/api/idempotency-lookup.h"
#include "daemon/vestimd/api/request-body.h"
#include "daemon/vestimd/http/exchange.h"
#include "daemon/vestimd/jobs/service-calls.h"

/* A request that writes: POST, PATCH or DELETE. The route's handler begins it. If its idempotency
 * key has a stored answer, that is sent; otherwise `handler` runs, and ends the request with one of
 * the functions below, possibly later. */

typedef struct WriteRequest WriteRequest;

struct WriteRequest
{
  Api *api;
  HttpExchange *exchange;
  void (*handler) (WriteRequest *request);
  char *key;             /* (nullable) Idempotency-Key */
  const char *key_fault; /* (nullable) why the key cannot be used (422, after the other checks) */
  bool key_is_doubled;   /* there are several (400, with malformed JSON) */
  uint8_t digest[32];
  IdempotencyKey *idempotency_key; /* (nullable) */
  int status;                      /* of the answer on success */
  char *(*render) (const ServiceResult *result);

  /* For the handler's own use until the request has ended. */
  void *data;
  void (*free_data) (void *data);
};

void write_request_begin (HttpExchange *exchange, void (*handler) (WriteRequest *request));

/* For service_*(): ends the request with the result, `status` and what `render` (transfer full,
 * JSON) returns. NULL: the job of the result. */
ServiceCall write_request_call (WriteRequest *request, int status,
                                char *(*render) (const ServiceResult *result));

/* End the request without the service. */
void write_request_respond (WriteRequest *request, int status, const GString *json);
void write_request_fail (WriteRequest *request, int status, const char *detail);
void write_request_fail_fields (WriteRequest *request, const GPtrArray *errors);
void write_request_fail_code (WriteRequest *request, int code); /* SERVICE_E_* */

/* (nullable) the job of the route's {id}; NULL: the request is over (404). */
Job *write_request_find_job (WriteRequest *request);

/* The body. False: the request is over (400). */
bool write_request_read_body (WriteRequest *request, RequestBody *body);

/* Whether `body` has no errors; else the request is over (422). */
bool write_request_is_valid (WriteRequest *request, const RequestBody *body);
