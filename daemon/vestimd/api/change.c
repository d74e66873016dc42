/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/change.h"

#include <string.h>

#include "daemon/vestimd/api/answers.h"
#include "daemon/vestimd/api/api-private.h"
#include "common/vestim-api.h"
#include "common/json/vestim-fields.h"
#include "common/job/vestim-job-json.h"

/* The exchange is answered: nothing of the change is left but those who wait for its key. */
static void
change_end (ApiChange *change)
{
  Api *api = change->api;

  if (change->repeat != NULL)
    repeats_leave (api->repeats, change->repeat);
  if (change->free_data != NULL)
    change->free_data (change->data);
  g_free (change->key);
  g_free (change);
  api_release (api);
}

void
api_change_answer (ApiChange *change, int status, const GString *json)
{
  api_answer_json (change->exchange, status, json);
  change_end (change);
}

void
api_change_fail (ApiChange *change, int status, const char *detail)
{
  http_exchange_fail (change->exchange, status, detail, NULL);
  change_end (change);
}

void
api_change_fail_fields (ApiChange *change, const GPtrArray *errors)
{
  api_fail_fields (change->exchange, errors);
  change_end (change);
}

void
api_change_fail_code (ApiChange *change, int code)
{
  api_fail_result (change->exchange, &(ServiceResult){ .code = code });
  change_end (change);
}

bool
api_change_read (ApiChange *change, ApiRequest *request)
{
  const HttpRequest *http = http_exchange_request (change->exchange);
  g_autofree char *malformed = api_request_parse (request, http->body, http->body_length);

  if (malformed == NULL && change->key_is_doubled)
    malformed = g_strdup ("There is more than one Idempotency-Key header. Send one.");
  if (malformed != NULL)
    api_change_fail (change, 400, malformed);
  return malformed == NULL;
}

bool
api_change_is_valid (ApiChange *change, const ApiRequest *request)
{
  if (change->key_fault != NULL)
    vestim_field_errors_add (request->errors, "Idempotency-Key", "%s", change->key_fault);
  if (request->errors->len > 0)
    {
      api_change_fail_fields (change, request->errors);
      return false;
    }
  return true;
}

Job *
api_change_find_job (ApiChange *change)
{
  Job *job =
      service_find (change->api->config.service, http_exchange_param (change->exchange, "id"));

  if (job == NULL)
    api_change_fail_code (change, SERVICE_E_NOT_FOUND);
  return job;
}

/* ---- The service's side ---- */

static char *
render_answer (void *user, const ServiceResult *result)
{
  ApiChange *change = user;

  if (change->render != NULL)
    return change->render (result);

  GString *json = g_string_sized_new (512);
  vestim_job_json_append (json, result->job, change->api->config.jobs_dir);
  return g_string_free (json, FALSE);
}

static void
add_location (ApiChange *change, const ServiceResult *result)
{
  g_autofree char *location = g_strconcat ("/jobs/", result->job->id, NULL);

  http_exchange_add_header (change->exchange, "Location", location);
}

/* The status that is in the way is not always the one that the client last saw. */
static void
fail_state (const ApiChange *change, const ServiceResult *result)
{
  const char *id = http_exchange_param (change->exchange, "id");
  Job *job = id != NULL ? service_find (change->api->config.service, id) : NULL;
  g_autofree char *detail = NULL;
  ServiceResult failure = *result;

  if (job != NULL && result->detail != NULL)
    failure.detail = detail = g_strdup_printf (
        "The job is %s. %s", vestim_job_state_name (job_get (job)->state), result->detail);
  api_fail_result (change->exchange, &failure);
}

/* Without a body of its own, the answer is the very text that the job is sent with from now on. */
static void
on_change_done (void *user, const ServiceResult *result, const char *body)
{
  ApiChange *change = user;
  Service *service = change->api->config.service;
  Job *job = NULL;

  if (result->code == 0 && change->status == 201)
    add_location (change, result);
  if (result->code == 0 && body == NULL)
    job = service_find (service, result->job->id);

  if (result->code == SERVICE_E_STATE)
    fail_state (change, result);
  else if (result->code != 0)
    api_fail_result (change->exchange, result);
  else if (job != NULL)
    api_answer_text (change->exchange, change->status, job_get_text (service, job));
  else
    api_answer_body (change->exchange, change->status, body, strlen (body));
  change_end (change);
}

ServiceCall
api_change_call (ApiChange *change, int status, char *(*render) (const ServiceResult *result))
{
  bool needs_body = render != NULL || change->key != NULL;
  ServiceCall call = { .key = change->key,
                       .render = needs_body ? render_answer : NULL,
                       .done = on_change_done,
                       .user = change };

  change->status = status;
  change->render = render;
  memcpy (call.digest, change->digest, sizeof call.digest);
  return call;
}

/* ---- Repeats ---- */

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

/* A key that cannot be used is told when the request is found to be sound in all that is checked
 * before; api_change_is_valid() sees to it. */
static void
run_with_fault (ApiChange *change, const char *fault)
{
  change->key_fault = fault;
  change->run (change);
}

static void
on_verdict (void *user, RepeatVerdict verdict, Repeat *repeat, const char *body, size_t length)
{
  ApiChange *change = user;

  change->repeat = repeat;
  switch (verdict)
    {
    case REPEAT_FIRST:
      if (change->api->closed == NULL)
        change->run (change);
      else
        api_change_fail_code (change, SERVICE_E_STOPPING);
      break;
    case REPEAT_STORED:
      api_answer_body (change->exchange, 200, body, length);
      change_end (change);
      break;
    case REPEAT_OTHER:
      run_with_fault (change,
                      "This key was used with another request. Use a new key for each request.");
      break;
    case REPEAT_FAILED:
      api_change_fail_code (change, SERVICE_E_FAILED);
      break;
    }
}

void
api_change_begin (HttpExchange *exchange, void (*run) (ApiChange *change))
{
  const char *key = http_exchange_header (exchange, "Idempotency-Key");
  ApiChange *change = g_new0 (ApiChange, 1);

  change->api = api_of (exchange);
  change->exchange = exchange;
  change->run = run;
  api_hold (change->api);
  change->key_is_doubled = http_exchange_has_twice (exchange, "Idempotency-Key");
  if (key == NULL || change->key_is_doubled)
    {
      run (change);
      return;
    }
  if (!is_valid_key (key))
    {
      run_with_fault (change, "A key has 1 to 255 visible ASCII characters.");
      return;
    }
  change->key = g_strdup (key);
  make_digest (http_exchange_request (exchange), change->digest);
  repeats_enter (change->api->repeats, key, change->digest, on_verdict, change);
}
