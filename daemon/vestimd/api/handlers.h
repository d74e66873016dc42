/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/http/exchange.h"

/* One handler for each entry of the route table. */

/* server.c */
void api_root_get (HttpExchange *exchange);
void api_status_get (HttpExchange *exchange);
void api_shutdown_post (HttpExchange *exchange);

/* jobs-list.c, job-writes.c, jobs-bulk.c */
void api_jobs_get (HttpExchange *exchange);
void api_jobs_post (HttpExchange *exchange);
void api_jobs_clear (HttpExchange *exchange); /* DELETE /jobs and POST /jobs/clear */
void api_jobs_stop (HttpExchange *exchange);

/* job-get.c, job-writes.c */
void api_job_get (HttpExchange *exchange);
void api_job_patch (HttpExchange *exchange);
void api_job_delete (HttpExchange *exchange);
void api_job_start (HttpExchange *exchange);
void api_job_stop (HttpExchange *exchange);
void api_job_finish (HttpExchange *exchange);
void api_job_pause (HttpExchange *exchange);
void api_job_resume (HttpExchange *exchange);
void api_job_retry (HttpExchange *exchange);

/* queue-writes.c */
void api_settings_patch (HttpExchange *exchange);
void api_server_pause (HttpExchange *exchange);
void api_server_resume (HttpExchange *exchange);
void api_groups_get (HttpExchange *exchange);
void api_group_patch (HttpExchange *exchange);
void api_job_move (HttpExchange *exchange);

/* job-log.c, job-files.c */
void api_job_log (HttpExchange *exchange);
void api_job_metrics (HttpExchange *exchange);
void api_job_files (HttpExchange *exchange);
void api_job_file (HttpExchange *exchange);

/* job-uploads.c */
void api_job_file_put (HttpExchange *exchange);

/* estimation.c, server.c */
void api_estimation_check (HttpExchange *exchange);
void api_events_get (HttpExchange *exchange);

/* metrics.c, server.c */
void api_metrics_get (HttpExchange *exchange);
void api_openapi_get (HttpExchange *exchange);
