/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <unistd.h>

#include "daemon/vestimd/api/answers.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/change.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/query.h"
#include "daemon/vestimd/api/request.h"
#include "common/vestim-api.h"
#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"

void
api_root_get (HttpExchange *exchange)
{
  g_autoptr (GString) json = g_string_new ("{\"name\":\"VEstim\",\"version\":");

  vestim_json_append_string (json, api_of (exchange)->config.version);
  g_string_append (json, ",\"links\":{\"jobs\":\"/jobs\",\"events\":\"/events\","
                         "\"status\":\"/server/status\",\"settings\":\"/server/settings\","
                         "\"shutdown\":\"/server/shutdown\","
                         "\"estimation_check\":\"/estimation/check\"}}");
  api_answer_json (exchange, 200, json);
}

static void
append_counts (GString *json, const Service *service)
{
  for (int state = 0; state < VESTIM_N_JOB_STATES; state++)
    g_string_append_printf (json, "%s\"%s\":%zu", state > 0 ? "," : "",
                            vestim_job_state_name ((VestimJobState) state),
                            service_count (service, (VestimJobState) state));
}

void
api_status_get (HttpExchange *exchange)
{
  Api *api = api_of (exchange);
  g_autoptr (GString) json = g_string_new ("{\"status\":\"online\"");

  g_string_append_printf (json, ",\"pid\":%d,\"version\":", (int) getpid ());
  vestim_json_append_string (json, api->config.version);
  g_string_append (json, ",\"started_at\":");
  vestim_json_append_time (json, api->config.started_at);
  g_string_append (json, ",\"uptime_s\":");
  vestim_json_append_double (json, (double) ((uv_hrtime () - api->start_time) / 1000000) / 1000.0);
  g_string_append_printf (json, ",\"max_running\":%d,\"jobs\":{",
                          service_get_max_running (api->config.service));
  append_counts (json, api->config.service);
  g_string_append_printf (json, "},\"jobs_bytes\":%" PRId64 "}", disk_usage_get (api->disk_usage));
  api_answer_json (exchange, 200, json);
}

static char *
render_settings (const ServiceResult *result)
{
  return g_strdup_printf ("{\"max_running\":%zu}", result->count);
}

static void
run_settings (ApiChange *change)
{
  static const char *const known[] = { "max_running", NULL };
  g_auto (ApiRequest) request = { .doc = NULL };
  int64_t value = 0;

  if (!api_change_read (change, &request))
    return;
  if (request.errors->len == 0
      && (!vestim_json_get_int64 (vestim_json_member (request.body, "max_running"), &value)
          || value < 1 || value > VESTIM_MAX_RUNNING))
    vestim_field_errors_add (request.errors, "max_running",
                             "Say how many jobs may run at the same time: a number from 1 to %d.",
                             VESTIM_MAX_RUNNING);
  api_request_refuse_unknown (&request, known);
  if (!api_change_is_valid (change, &request))
    return;
  ServiceCall call = api_change_call (change, 200, render_settings);
  service_set_max_running (change->api->config.service, (int) value, &call);
}

void
api_settings_patch (HttpExchange *exchange)
{
  api_change_begin (exchange, run_settings);
}

typedef struct
{
  ApiChange *change;
  GString *json;
  bool keep_jobs;
} Shutdown;

/* Not stored, on a full disk say, is no reason to go on serving. */
static void
on_shutdown_stored (void *user, int status)
{
  Shutdown *shutdown = user;
  const ApiConfig config = shutdown->change->api->config;

  api_change_answer (shutdown->change, 202, shutdown->json);
  config.request_stop (config.user, shutdown->keep_jobs);
  g_string_free (shutdown->json, true);
  g_free (shutdown);
}

/* The answer to a request with a key is stored first: a repeat must not stop the next daemon. */
static void
begin_shutdown (ApiChange *change, bool keep_jobs)
{
  Shutdown *shutdown = g_new0 (Shutdown, 1);
  RegistryTransaction *stored;

  shutdown->change = change;
  shutdown->keep_jobs = keep_jobs;
  shutdown->json =
      g_string_new (keep_jobs ? "{\"message\":\"The server stops. Running jobs go on.\"}"
                              : "{\"message\":\"The server stops, and running jobs with it.\"}");
  if (change->key == NULL)
    {
      on_shutdown_stored (shutdown, 0);
      return;
    }
  stored = registry_transaction_new ();
  registry_transaction_set_key (stored, change->key, change->digest, shutdown->json->str,
                                shutdown->json->len);
  registry_submit (change->api->config.registry, stored, on_shutdown_stored, shutdown);
}

static void
run_shutdown (ApiChange *change)
{
  static const char *const known[] = { "keep_jobs", NULL };
  g_auto (ApiRequest) request = { .doc = NULL };
  g_auto (Query) query = { .n = 0 };
  bool keep_jobs = false;

  if (!api_change_read (change, &request))
    return;
  query_parse (&query, http_exchange_request (change->exchange)->query, request.errors);
  query_get_bool (&query, "keep_jobs", &keep_jobs, request.errors);
  api_request_get_bool (&request, "keep_jobs", &keep_jobs);
  api_request_refuse_unknown (&request, known);
  if (!api_change_is_valid (change, &request))
    return;
  begin_shutdown (change, keep_jobs);
}

void
api_shutdown_post (HttpExchange *exchange)
{
  api_change_begin (exchange, run_shutdown);
}

void
api_events_get (HttpExchange *exchange)
{
  Api *api = api_of (exchange);

  if (api->closed != NULL)
    api_fail_stopping (exchange);
  else
    events_subscribe (api->events, exchange, http_exchange_header (exchange, "Last-Event-ID"));
}
