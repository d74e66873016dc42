/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/routes.h"

#include <glib.h>

#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/request-body.h"
#include "daemon/vestimd/api/responses.h"

static const HttpRoute routes[] = {
  { "GET", "/", api_root_get, HTTP_BODY_DROPPED, NULL },
  { "GET", "/server/status", api_status_get, HTTP_BODY_DROPPED, NULL },
  { "PATCH", "/server/settings", api_settings_patch, HTTP_BODY_JSON, NULL },
  { "POST", "/server/pause", api_server_pause, HTTP_BODY_JSON, NULL },
  { "POST", "/server/resume", api_server_resume, HTTP_BODY_JSON, NULL },
  { "POST", "/server/shutdown", api_shutdown_post, HTTP_BODY_JSON, "keep_jobs" },
  { "GET", "/jobs", api_jobs_get, HTTP_BODY_DROPPED,
    "status kind q tag group executor limit after" },
  { "POST", "/jobs", api_jobs_post, HTTP_BODY_JSON, NULL },
  { "DELETE", "/jobs", api_jobs_clear, HTTP_BODY_JSON, "status" },
  { "POST", "/jobs/clear", api_jobs_clear, HTTP_BODY_JSON, "status" },
  { "POST", "/jobs/stop", api_jobs_stop, HTTP_BODY_JSON, NULL },
  { "GET", "/jobs/{id}", api_job_get, HTTP_BODY_DROPPED, "wait" },
  { "PATCH", "/jobs/{id}", api_job_patch, HTTP_BODY_JSON, NULL },
  { "DELETE", "/jobs/{id}", api_job_delete, HTTP_BODY_JSON, NULL },
  { "POST", "/jobs/{id}/start", api_job_start, HTTP_BODY_JSON, NULL },
  { "POST", "/jobs/{id}/stop", api_job_stop, HTTP_BODY_JSON, NULL },
  { "POST", "/jobs/{id}/finish", api_job_finish, HTTP_BODY_JSON, NULL },
  { "POST", "/jobs/{id}/pause", api_job_pause, HTTP_BODY_JSON, NULL },
  { "POST", "/jobs/{id}/resume", api_job_resume, HTTP_BODY_JSON, NULL },
  { "POST", "/jobs/{id}/move", api_job_move, HTTP_BODY_JSON, NULL },
  { "POST", "/jobs/{id}/retry", api_job_retry, HTTP_BODY_JSON, "fresh" },
  { "GET", "/jobs/{id}/log", api_job_log, HTTP_BODY_DROPPED, "tail bytes follow" },
  { "GET", "/jobs/{id}/metrics", api_job_metrics, HTTP_BODY_DROPPED, NULL },
  { "GET", "/jobs/{id}/files", api_job_files, HTTP_BODY_DROPPED, NULL },
  { "GET", "/jobs/{id}/files/{path*}", api_job_file, HTTP_BODY_DROPPED, NULL },
  { "PUT", "/jobs/{id}/files/{path*}", api_job_file_put, HTTP_BODY_ANY, NULL },
  { "GET", "/groups", api_groups_get, HTTP_BODY_DROPPED, NULL },
  { "PATCH", "/groups/{name}", api_group_patch, HTTP_BODY_JSON, NULL },
  { "POST", "/estimation/check", api_estimation_check, HTTP_BODY_JSON, NULL },
  { "GET", "/events", api_events_get, HTTP_BODY_DROPPED, NULL },
  { "GET", "/metrics", api_metrics_get, HTTP_BODY_DROPPED, NULL },
  { "GET", "/openapi.json", api_openapi_get, HTTP_BODY_DROPPED, NULL },
};

const HttpRoute *
api_routes (size_t *n)
{
  *n = G_N_ELEMENTS (routes);
  return routes;
}

/* A repeated request gets its first answer also when the job is gone. */
const char *
api_missing (const HttpExchange *exchange)
{
  const char *id = http_exchange_param (exchange, "id");

  if (id == NULL || http_exchange_header (exchange, "Idempotency-Key") != NULL
      || service_find_entry (api_of (exchange)->config.service, id) != NULL)
    return NULL;
  return api_detail_of (SERVICE_E_NOT_FOUND);
}

bool
api_check_body (HttpExchange *exchange)
{
  const HttpRequest *http = http_exchange_request (exchange);
  g_auto (RequestBody) body = { .doc = NULL };
  g_autofree char *malformed = request_body_parse (&body, http->body, http->body_length);

  if (malformed == NULL)
    return true;
  http_exchange_fail (exchange, 400, malformed, NULL);
  return false;
}
