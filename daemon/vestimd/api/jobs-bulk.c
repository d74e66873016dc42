/* SPDX-License-Identifier: MIT */
#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/query.h"
#include "daemon/vestimd/api/write-request.h"

static char *
render_cleared (const ServiceResult *result)
{
  return g_strdup_printf ("{\"message\":\"%zu job%s cleared.\",\"cleared\":%zu}", result->count,
                          result->count == 1 ? "" : "s", result->count);
}

static char *
render_stopped (const ServiceResult *result)
{
  return g_strdup_printf ("{\"message\":\"%zu job%s stopped.\",\"stopped\":%zu}", result->count,
                          result->count == 1 ? "" : "s", result->count);
}

/* "status" of the body: a list of words. */
static void
read_states (RequestBody *body, ServiceStates *states)
{
  const VestimJsonNode *list = vestim_json_member (body->root, "status");
  ServiceStates found = 0;

  if (list == NULL)
    return;
  for (const VestimJsonNode *n = vestim_json_first (list); n != NULL; n = vestim_json_next (n))
    {
      g_autofree char *word = vestim_json_dup_string (n);
      VestimJobState state = VESTIM_JOB_CREATED;

      if (word == NULL || !vestim_job_state_parse (word, &state))
        found = 0;
      else
        found |= 1u << state;
      if (found == 0)
        break;
    }
  if (vestim_json_type (list) != VESTIM_JSON_ARRAY || found == 0)
    vestim_field_errors_add (body->errors, "status",
                             "This must be a list with at least one of created, queued, running, "
                             "completed, failed, stopped and interrupted.");
  *states = found;
}

static void
handle_clear (WriteRequest *request)
{
  static const char *const known[] = { "status", NULL };
  g_auto (RequestBody) body = { .doc = NULL };
  g_auto (Query) query = { .n = 0 };
  ServiceStates states = SERVICE_ALL_STATES;

  if (!write_request_read_body (request, &body))
    return;
  query_parse (&query, http_exchange_request (request->exchange)->query, body.errors);
  query_get_states (&query, "status", NULL, &states, body.errors);
  read_states (&body, &states);
  request_body_refuse_unknown (&body, known);
  if (!write_request_is_valid (request, &body))
    return;

  ServiceCall call = write_request_call (request, 200, render_cleared);
  service_clear (request->api->config.service, states, &call);
}

void
api_jobs_clear (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_clear);
}

static void
handle_stop (WriteRequest *request)
{
  static const char *const known[] = { NULL };
  g_auto (RequestBody) body = { .doc = NULL };

  if (!write_request_read_body (request, &body))
    return;
  request_body_refuse_unknown (&body, known);
  if (!write_request_is_valid (request, &body))
    return;

  ServiceCall call = write_request_call (request, 202, render_stopped);
  service_stop_all (request->api->config.service, &call);
}

void
api_jobs_stop (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_stop);
}
