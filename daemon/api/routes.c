/* SPDX-License-Identifier: MIT */
#include "api/routes.h"

#include <glib.h>

#include "api/handlers.h"

static const HttpRoute routes[] = {
  { "GET", "/", api_root_get, false, NULL },
  { "GET", "/server/status", api_status_get, false, NULL },
  { "PATCH", "/server/settings", api_settings_patch, true, NULL },
  { "POST", "/server/shutdown", api_shutdown_post, true, "keep_jobs" },
  { "GET", "/jobs", api_jobs_get, false, "status kind q limit after" },
  { "POST", "/jobs", api_jobs_post, true, NULL },
  { "DELETE", "/jobs", api_jobs_clear, true, "status" },
  { "POST", "/jobs/clear", api_jobs_clear, true, "status" },
  { "POST", "/jobs/stop", api_jobs_stop, true, NULL },
  { "GET", "/jobs/{id}", api_job_get, false, NULL },
  { "PATCH", "/jobs/{id}", api_job_patch, true, NULL },
  { "DELETE", "/jobs/{id}", api_job_delete, true, NULL },
  { "POST", "/jobs/{id}/start", api_job_start, true, NULL },
  { "POST", "/jobs/{id}/stop", api_job_stop, true, NULL },
  { "POST", "/jobs/{id}/retry", api_job_retry, true, "fresh" },
  { "GET", "/jobs/{id}/log", api_job_log, false, "tail" },
  { "GET", "/jobs/{id}/metrics", api_job_metrics, false, NULL },
  { "GET", "/jobs/{id}/files", api_job_files, false, NULL },
  { "GET", "/jobs/{id}/files/{path*}", api_job_file, false, NULL },
  { "POST", "/estimation/check", api_estimation_check, true, NULL },
  { "GET", "/events", api_events_get, false, NULL },
};

const HttpRoute *
api_routes (size_t *n)
{
  *n = G_N_ELEMENTS (routes);
  return routes;
}
