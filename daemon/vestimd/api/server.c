/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <unistd.h>

#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"
#include "common/vestim-api.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/job-limits.h"
#include "daemon/vestimd/api/openapi.h"
#include "daemon/vestimd/api/query.h"
#include "daemon/vestimd/api/queue-json.h"
#include "daemon/vestimd/api/request-body.h"
#include "daemon/vestimd/api/responses.h"
#include "daemon/vestimd/api/write-request.h"

void
api_root_get (HttpExchange *exchange)
{
  static const struct
  {
    const char *name;
    const char *path;
  } links[] = {
    { "jobs", "/jobs" },
    { "events", "/events" },
    { "status", "/server/status" },
    { "settings", "/server/settings" },
    { "groups", "/groups" },
    { "shutdown", "/server/shutdown" },
    { "estimation_check", "/estimation/check" },
    { "metrics", "/metrics" },
    { "openapi", "/openapi.json" },
  };
  g_autoptr (GString) json = g_string_new ("{\"name\":\"VEstim\",\"version\":");

  vestim_json_append_string (json, api_of (exchange)->config.version);
  g_string_append (json, ",\"links\":{");
  for (size_t i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *reference = api_dup_reference (exchange, links[i].path);

      g_string_append_printf (json, "%s\"%s\":\"%s\"", i > 0 ? "," : "", links[i].name, reference);
    }
  g_string_append (json, "}}");
  api_respond_json (exchange, 200, json);
}

void
api_openapi_get (HttpExchange *exchange)
{
  const HttpBytes json = { openapi_json, openapi_json_length, NULL, NULL };

  http_exchange_add_header (exchange, "ETag", openapi_etag);
  http_exchange_respond_bytes (exchange, 200, API_JSON, &json, 1);
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
  g_string_append_c (json, ',');
  queue_json_append_queue (json, api->config.service);
  g_string_append (json, ",\"in_use\":");
  queue_json_append_slots (json, queue_get_used (service_get_queue (api->config.service)));
  g_string_append (json, ",\"jobs\":{");
  append_counts (json, api->config.service);
  g_string_append_printf (
      json, "},\"jobs_bytes\":%" PRId64 ",\"limits\":", disk_usage_get (api->disk_usage));
  job_limits_append (json, api->config.control_groups);
  g_string_append_c (json, '}');
  api_respond_json (exchange, 200, json);
}

typedef struct
{
  WriteRequest *request;
  GString *json;
  bool keep_jobs;
} Shutdown;

/* The server also stops if nothing could be stored, for example on a full disk. */
static void
on_shutdown_stored (void *user, int status)
{
  Shutdown *shutdown = user;
  const ApiConfig config = shutdown->request->api->config;

  write_request_respond (shutdown->request, 202, shutdown->json);
  config.request_stop (config.user, shutdown->keep_jobs);
  g_string_free (shutdown->json, true);
  g_free (shutdown);
}

/* The answer to a request with a key is stored first: the same request again must not stop the next
 * daemon. */
static void
store_shutdown (WriteRequest *request, bool keep_jobs)
{
  Shutdown *shutdown = g_new0 (Shutdown, 1);
  RegistryTransaction *stored;

  shutdown->request = request;
  shutdown->keep_jobs = keep_jobs;
  shutdown->json = g_string_new (
      keep_jobs ? "{\"message\":\"The server is stopping. Running jobs continue.\"}"
                : "{\"message\":\"The server is stopping and ends its running jobs.\"}");
  if (request->key == NULL)
    {
      on_shutdown_stored (shutdown, 0);
      return;
    }
  stored = registry_transaction_new ();
  registry_transaction_set_key (stored, request->key, request->digest, shutdown->json->str,
                                shutdown->json->len);
  registry_submit (request->api->config.registry, stored, on_shutdown_stored, shutdown);
}

static void
handle_shutdown (WriteRequest *request)
{
  static const char *const known[] = { "keep_jobs", NULL };
  g_auto (RequestBody) body = { .doc = NULL };
  g_auto (Query) query = { .n = 0 };
  bool keep_jobs = false;

  if (!write_request_read_body (request, &body))
    return;
  query_parse (&query, http_exchange_request (request->exchange)->query, body.errors);
  query_get_bool (&query, "keep_jobs", &keep_jobs, body.errors);
  request_body_get_bool (&body, "keep_jobs", &keep_jobs);
  request_body_refuse_unknown (&body, known);
  if (!write_request_is_valid (request, &body))
    return;
  store_shutdown (request, keep_jobs);
}

void
api_shutdown_post (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_shutdown);
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
