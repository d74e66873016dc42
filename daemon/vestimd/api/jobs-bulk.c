/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/answers.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/change.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/query.h"
#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"

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
read_states (ApiRequest *request, ServiceStates *states)
{
  const VestimJsonNode *list = vestim_json_member (request->body, "status");
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
    vestim_field_errors_add (request->errors, "status",
                             "This must be a list of at least one of created, queued, running, "
                             "completed, failed, stopped and interrupted.");
  *states = found;
}

static void
run_clear (ApiChange *change)
{
  static const char *const known[] = { "status", NULL };
  g_auto (ApiRequest) request = { .doc = NULL };
  g_auto (Query) query = { .n = 0 };
  ServiceStates states = SERVICE_ALL_STATES;

  if (!api_change_read (change, &request))
    return;
  query_parse (&query, http_exchange_request (change->exchange)->query, request.errors);
  query_get_states (&query, "status", &states, request.errors);
  read_states (&request, &states);
  api_request_refuse_unknown (&request, known);
  if (!api_change_is_valid (change, &request))
    return;

  ServiceCall call = api_change_call (change, 200, render_cleared);
  service_clear (change->api->config.service, states, &call);
}

void
api_jobs_clear (HttpExchange *exchange)
{
  api_change_begin (exchange, run_clear);
}

static void
run_stop (ApiChange *change)
{
  static const char *const known[] = { NULL };
  g_auto (ApiRequest) request = { .doc = NULL };

  if (!api_change_read (change, &request))
    return;
  api_request_refuse_unknown (&request, known);
  if (!api_change_is_valid (change, &request))
    return;

  ServiceCall call = api_change_call (change, 202, render_stopped);
  service_stop_all (change->api->config.service, &call);
}

void
api_jobs_stop (HttpExchange *exchange)
{
  api_change_begin (exchange, run_stop);
}
