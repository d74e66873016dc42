/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/routes.h"

#include <glib.h>

#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/request-body.h"
#include "daemon/vestimd/api/responses.h"

static const HttpRoute routes[] = {
  { "GET", "/", api_root_get, false, NULL },
  { "GET", "/server/status", api_status_get, false, NULL },
  { "PATCH", "/server/settings", api_settings_patch, true, NULL },
  { "POST", "/server/pause", api_server_pause, true, NULL },
  { "POST", "/server/resume", api_server_resume, true, NULL },
  { "POST", "/server/shutdown", api_shutdown_post, true, "keep_jobs" },
  { "GET", "/jobs", api_jobs_get, false, "status kind q tag group executor limit after" },
  { "POST", "/jobs", api_jobs_post, true, NULL },
  { "DELETE", "/jobs", api_jobs_clear, true, "status" },
  { "POST", "/jobs/clear", api_jobs_clear, true, "status" },
  { "POST", "/jobs/stop", api_jobs_stop, true, NULL },
  { "GET", "/jobs/{id}", api_job_get, false, "wait" },
  { "PATCH", "/jobs/{id}", api_job_patch, true, NULL },
  { "DELETE", "/jobs/{id}", api_job_delete, true, NULL },
  { "POST", "/jobs/{id}/start", api_job_start, true, NULL },
  { "POST", "/jobs/{id}/stop", api_job_stop, true, NULL },
  { "POST", "/jobs/{id}/finish", api_job_finish, true, NULL },
  { "POST", "/jobs/{id}/pause", api_job_pause, true, NULL },
  { "POST", "/jobs/{id}/resume", api_job_resume, true, NULL },
  { "POST", "/jobs/{id}/move", api_job_move, true, NULL },
  { "POST", "/jobs/{id}/retry", api_job_retry, true, "fresh" },
  { "GET", "/jobs/{id}/log", api_job_log, false, "tail bytes follow" },
  { "GET", "/jobs/{id}/metrics", api_job_metrics, false, NULL },
  { "GET", "/jobs/{id}/files", api_job_files, false, NULL },
  { "GET", "/jobs/{id}/files/{path*}", api_job_file, false, NULL },
  { "PUT", "/jobs/{id}/files/{path*}", api_job_file_put, HTTP_BODY_ANY, NULL },
  { "GET", "/groups", api_groups_get, false, NULL },
  { "PATCH", "/groups/{name}", api_group_patch, true, NULL },
  { "POST", "/estimation/check", api_estimation_check, true, NULL },
  { "GET", "/events", api_events_get, false, NULL },
  { "GET", "/metrics", api_metrics_get, false, NULL },
  { "GET", "/openapi.json", api_openapi_get, false, NULL },
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
      || service_find (api_of (exchange)->config.service, id) != NULL)
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
