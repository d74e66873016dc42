/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/write-request.h"

#include <string.h>

#include "common/json/vestim-fields.h"
#include "common/vestim-api.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/responses.h"
#include "daemon/vestimd/jobs/service-fetch.h"

/* The exchange is answered: only requests that wait for the same key are left. */
static void
write_request_end (WriteRequest *request)
{
  Api *api = request->api;

  if (request->idempotency_key != NULL)
    idempotency_lookup_end (api->idempotency_lookup, request->idempotency_key);
  if (request->free_data != NULL)
    request->free_data (request->data);
  g_free (request->key);
  g_free (request);
  api_release (api);
}

void
write_request_respond (WriteRequest *request, int status, const GString *json)
{
  api_respond_json (request->exchange, status, json);
  write_request_end (request);
}

void
write_request_fail (WriteRequest *request, int status, const char *detail)
{
  http_exchange_fail (request->exchange, status, detail, NULL);
  write_request_end (request);
}

void
write_request_fail_fields (WriteRequest *request, const GPtrArray *errors)
{
  api_fail_fields (request->exchange, errors);
  write_request_end (request);
}

void
write_request_fail_code (WriteRequest *request, int code)
{
  api_fail_result (request->exchange, &(ServiceResult){ .code = code });
  write_request_end (request);
}

bool
write_request_read_body (WriteRequest *request, RequestBody *body)
{
  const HttpRequest *http = http_exchange_request (request->exchange);
  g_autofree char *malformed = request_body_parse (body, http->body, http->body_length);

  if (malformed == NULL && request->key_is_doubled)
    malformed = g_strdup ("There is more than one Idempotency-Key header. Send one.");
  if (malformed != NULL)
    write_request_fail (request, 400, malformed);
  return malformed == NULL;
}

bool
write_request_is_valid (WriteRequest *request, const RequestBody *body)
{
  if (request->key_fault != NULL)
    vestim_field_errors_add (body->errors, "Idempotency-Key", "%s", request->key_fault);
  if (body->errors->len > 0)
    {
      write_request_fail_fields (request, body->errors);
      return false;
    }
  return true;
}

Job *
write_request_find_job (WriteRequest *request)
{
  Job *job = api_find_job (request->exchange);

  if (job == NULL)
    write_request_end (request);
  return job;
}

/* ---- The service's result ---- */

static char *
render_answer (void *user, const ServiceResult *result)
{
  WriteRequest *request = user;

  if (request->render != NULL)
    return request->render (result);

  GString *json = g_string_sized_new (512);
  service_append_job (request->api->config.service, json, result->job);
  return g_string_free (json, FALSE);
}

static void
add_location (WriteRequest *request, const ServiceResult *result)
{
  g_autofree char *path = g_strconcat ("/jobs/", result->job->id, NULL);
  g_autofree char *location = api_dup_reference (request->exchange, path);

  http_exchange_add_header (request->exchange, "Location", location);
}

/* The client may have last seen another status, so the answer names it. */
static void
fail_state (const WriteRequest *request, const ServiceResult *result)
{
  const char *id = http_exchange_param (request->exchange, "id");
  const JobEntry *entry = id != NULL ? service_find_entry (request->api->config.service, id) : NULL;
  g_autofree char *detail = NULL;
  ServiceResult failure = *result;

  if (entry != NULL && result->detail != NULL)
    failure.detail = detail = g_strdup_printf (
        "The job %s. %s", vestim_job_state_phrase ((VestimJobState) entry->brief.state),
        result->detail);
  api_fail_result (request->exchange, &failure);
}

/* Without a body of its own, the answer is the job's shared JSON. A job that was moved may have
 * been deleted since: then it is the job as it was. */
static void
on_service_done (void *user, const ServiceResult *result, const char *body)
{
  WriteRequest *request = user;
  Service *service = request->api->config.service;
  g_autofree char *own = NULL;
  Job *job = NULL;

  if (result->code == 0 && request->status == 201)
    add_location (request, result);
  if (result->code == 0 && body == NULL)
    job = service_find (service, result->job->id);
  if (result->code == 0 && body == NULL && job == NULL)
    body = own = render_answer (request, result);

  if (result->code == SERVICE_E_STATE)
    fail_state (request, result);
  else if (result->code != 0)
    api_fail_result (request->exchange, result);
  else if (job != NULL)
    api_respond_bytes (request->exchange, request->status, job_get_json (service, job));
  else
    api_respond_body (request->exchange, request->status, body, strlen (body));
  write_request_end (request);
}

ServiceCall
write_request_call (WriteRequest *request, int status,
                    char *(*render) (const ServiceResult *result))
{
  bool needs_body = render != NULL || request->key != NULL;
  ServiceCall call = { .key = request->key,
                       .render = needs_body ? render_answer : NULL,
                       .done = on_service_done,
                       .user = request };

  request->status = status;
  request->render = render;
  memcpy (call.digest, request->digest, sizeof call.digest);
  return call;
}

/* ---- The idempotency key ---- */

static void
make_digest (const HttpRequest *request, uint8_t digest[32])
{
  const char *parts[] = { request->method, request->path, request->query };
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = 32;

  for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i] != NULL)
      g_checksum_update (checksum, (const guchar *) parts[i], (gssize) strlen (parts[i]) + 1);
    else
      g_checksum_update (checksum, (const guchar *) "\1", 1);
  if (request->body_length > 0)
    g_checksum_update (checksum, (const guchar *) request->body, (gssize) request->body_length);
  g_checksum_get_digest (checksum, digest, &length);
}

static bool
is_valid_key (const char *key)
{
  size_t length = strlen (key);

  for (size_t i = 0; i < length; i++)
    if (!g_ascii_isgraph (key[i]))
      return false;
  return length >= 1 && length <= VESTIM_MAX_IDEMPOTENCY_KEY;
}

static void
on_job_fetched (void *user, int code)
{
  WriteRequest *request = user;

  code = api_code_after_wait (request->api, code);
  if (code == 0)
    request->handler (request);
  else
    write_request_fail_code (request, code);
}

/* The job of the route may have left memory while the key was looked up. */
static void
handle (WriteRequest *request)
{
  const char *id = http_exchange_param (request->exchange, "id");

  if (id != NULL)
    service_fetch_job (request->api->config.service, id, on_job_fetched, request);
  else
    request->handler (request);
}

/* The handler first checks what comes before the key in the order of errors; then
 * write_request_is_valid() reports the key. */
static void
handle_with_fault (WriteRequest *request, const char *fault)
{
  request->key_fault = fault;
  handle (request);
}

static void
on_looked_up (void *user, IdempotencyResult result, IdempotencyKey *idempotency_key,
              const char *body, size_t length)
{
  WriteRequest *request = user;

  request->idempotency_key = idempotency_key;
  switch (result)
    {
    case IDEMPOTENCY_NEW:
      if (request->api->closed == NULL)
        handle (request);
      else
        write_request_fail_code (request, SERVICE_E_STOPPING);
      break;
    case IDEMPOTENCY_STORED:
      api_respond_body (request->exchange, 200, body, length);
      write_request_end (request);
      break;
    case IDEMPOTENCY_MISMATCH:
      handle_with_fault (request,
                         "This key was used with another request. Use a new key for each request.");
      break;
    case IDEMPOTENCY_BUSY:
      write_request_fail_code (request, SERVICE_E_BUSY);
      break;
    case IDEMPOTENCY_FAILED:
      write_request_fail_code (request, SERVICE_E_FAILED);
      break;
    }
}

void
write_request_begin (HttpExchange *exchange, void (*handler) (WriteRequest *request))
{
  const char *key = http_exchange_header (exchange, "Idempotency-Key");
  WriteRequest *request = g_new0 (WriteRequest, 1);

  request->api = api_of (exchange);
  request->exchange = exchange;
  request->handler = handler;
  api_hold (request->api);
  request->key_is_doubled = http_exchange_has_twice (exchange, "Idempotency-Key");
  if (key == NULL || request->key_is_doubled)
    {
      handler (request);
      return;
    }
  if (!is_valid_key (key))
    {
      handle_with_fault (request, "A key has 1 to 255 visible ASCII characters.");
      return;
    }
  request->key = g_strdup (key);
  make_digest (http_exchange_request (exchange), request->digest);
  idempotency_lookup_begin (request->api->idempotency_lookup, key, request->digest, on_looked_up,
                            request);
}
