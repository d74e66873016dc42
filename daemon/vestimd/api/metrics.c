/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/metrics/metrics-text.h"

#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/metrics-queue.h"
#include "daemon/vestimd/jobs/service-settings.h"
#include "daemon/vestimd/sys/log.h"

/* GET /metrics. The loop reads all counts; only the daemon's use of the machine is measured on a
 * thread. docs/monitoring.md describes each metric. */

/* ---- Requests ---- */

/* What row `i` of the counts stands for. */
static void
name_row (const RequestStats *requests, size_t i, const char **route, const char **method)
{
  bool is_known = i / 2 < requests->n_routes;

  *route = is_known ? requests->routes[i / 2].pattern : "other";
  *method = !is_known ? "other" : i % 2 == 1 ? "HEAD" : requests->routes[i / 2].method;
}

static void
append_requests (MetricsText *text, const RequestStats *requests)
{
  const char *route, *method;

  metrics_text_begin (text, METRIC_COUNTER, "vestim_http_requests_total",
                      "Answered requests by route, method and status code.");
  for (size_t i = 0; i <= 2 * requests->n_routes; i++)
    for (size_t k = 0; k < requests->rows[i].n_statuses; k++)
      {
        char code[16];

        g_snprintf (code, sizeof code, "%d", requests->rows[i].by_status[k].status);
        name_row (requests, i, &route, &method);
        metrics_text_add (text, METRIC_LABELS ("route", route, "method", method, "code", code),
                          (double) requests->rows[i].by_status[k].n);
      }
  metrics_text_begin (text, METRIC_HISTOGRAM, "vestim_http_request_duration_seconds",
                      "Time from the complete request to the head of its answer.");
  for (size_t i = 0; i <= 2 * requests->n_routes; i++)
    if (requests->rows[i].n_statuses > 0)
      {
        name_row (requests, i, &route, &method);
        metrics_text_add_histogram (text, METRIC_LABELS ("route", route, "method", method),
                                    &requests->rows[i].durations);
      }
  metrics_text_single (text, METRIC_GAUGE, "vestim_http_connections", "Open connections.",
                       (double) requests->n_connections);
}

/* ---- Jobs ---- */

static void
append_jobs (MetricsText *text, const Service *service)
{
  static const char *const outcomes[N_LAUNCH_OUTCOMES] = { "started", "failed", "delayed" };
  const ServiceStats *stats = service_get_stats (service);

  metrics_text_begin (text, METRIC_GAUGE, "vestim_jobs", "Jobs by status.");
  for (int i = 0; i < VESTIM_N_JOB_STATES; i++)
    metrics_text_add (text, METRIC_LABELS ("status", vestim_job_state_name ((VestimJobState) i)),
                      (double) service_count (service, (VestimJobState) i));
  metrics_text_single (text, METRIC_GAUGE, "vestim_max_running_jobs",
                       "Jobs that may run at the same time.",
                       service_get_settings (service)->max_running);
  metrics_text_begin (text, METRIC_HISTOGRAM, "vestim_job_queue_wait_seconds",
                      "Time that started jobs have waited in the queue.");
  metrics_text_add_histogram (text, NULL, &stats->queue_waits);
  metrics_text_begin (text, METRIC_COUNTER, "vestim_job_launches_total",
                      "Launches of jobs by outcome.");
  for (int i = 0; i < N_LAUNCH_OUTCOMES; i++)
    metrics_text_add (text, METRIC_LABELS ("outcome", outcomes[i]), (double) stats->n_launches[i]);
  metrics_text_begin (text, METRIC_COUNTER, "vestim_job_attempts_ended_total",
                      "Attempts that have ended, by the status that the job then had.");
  for (int i = 0; i < VESTIM_N_JOB_STATES; i++)
    if (vestim_job_state_is_final ((VestimJobState) i))
      metrics_text_add (text, METRIC_LABELS ("status", vestim_job_state_name ((VestimJobState) i)),
                        (double) stats->n_ended[i]);
}

/* ---- The registry ---- */

static void
append_registry (MetricsText *text, const RegistryStats *stats)
{
  static const char *const outcomes[] = {
    [0] = "stored",
    [REGISTRY_E_FULL] = "full",
    [REGISTRY_E_FAILED] = "failed",
    [REGISTRY_E_KEY_EXISTS] = "repeated",
    [REGISTRY_E_NOT_FOUND] = "not_found",
    [REGISTRY_E_BUSY] = "busy",
    [REGISTRY_E_DAMAGED] = "damaged",
    [REGISTRY_E_REFUSED] = NULL, /* only at the start */
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (outcomes) == REGISTRY_N_STATUSES);
  metrics_text_begin (text, METRIC_COUNTER, "vestim_registry_transactions_total",
                      "Transactions by outcome.");
  for (size_t i = 0; i < G_N_ELEMENTS (outcomes); i++)
    if (outcomes[i] != NULL)
      metrics_text_add (text, METRIC_LABELS ("outcome", outcomes[i]),
                        (double) stats->n_transactions[i]);
  metrics_text_begin (text, METRIC_HISTOGRAM, "vestim_registry_commit_changes",
                      "Changes of jobs and settings that a commit stored together.");
  metrics_text_add_histogram (text, NULL, &stats->commit_changes);
  metrics_text_begin (text, METRIC_HISTOGRAM, "vestim_registry_flush_seconds",
                      "Time to commit, with the flush to the disk.");
  metrics_text_add_histogram (text, NULL, &stats->flushes);
}

/* ---- The process ---- */

static void
append_if_known (MetricsText *text, MetricType type, const char *name, const char *help,
                 double value)
{
  if (value >= 0)
    metrics_text_single (text, type, name, help, value);
}

static void
append_resources (MetricsText *text, const ResourceSample *sample)
{
  const ProcessUsage *process = &sample->process;

  append_if_known (text, METRIC_GAUGE, "vestim_disk_free_bytes",
                   "Free bytes on the file system of the jobs.", (double) sample->disk_free_bytes);
  append_if_known (text, METRIC_COUNTER, "process_cpu_seconds_total",
                   "CPU time of the daemon, user and system.", process->cpu_s);
  append_if_known (text, METRIC_GAUGE, "process_resident_memory_bytes",
                   "Resident memory of the daemon.", (double) process->resident_bytes);
  append_if_known (text, METRIC_GAUGE, "process_virtual_memory_bytes",
                   "Virtual memory of the daemon.", (double) process->virtual_bytes);
  append_if_known (text, METRIC_GAUGE, "process_open_fds", "Open file descriptors.",
                   (double) process->open_fds);
  append_if_known (text, METRIC_GAUGE, "process_max_fds", "Limit of open file descriptors.",
                   (double) process->max_fds);
}

static void
append_daemon (MetricsText *text, Api *api)
{
  const LoopMeter *loop = api->config.loop_meter;

  metrics_text_begin (text, METRIC_GAUGE, "vestim_build_info", "Always 1; the version is a label.");
  metrics_text_add (text, METRIC_LABELS ("version", api->config.version), 1);
  metrics_text_begin (text, METRIC_HISTOGRAM, "vestim_loop_turn_seconds",
                      "Time that the loop was busy between two waits for events.");
  metrics_text_add_histogram (text, NULL, &loop->turns);
  metrics_text_single (text, METRIC_GAUGE, "vestim_loop_longest_turn_seconds",
                       "The longest of these times.", (double) loop->longest / 1e9);
  metrics_text_single (text, METRIC_GAUGE, "vestim_event_subscribers", "Open event streams.",
                       (double) events_count_subscribers (api->events));
  metrics_text_single (text, METRIC_GAUGE, "vestim_jobs_disk_bytes",
                       "Size of all files in all job folders.",
                       (double) disk_usage_get (api->disk_usage));
  metrics_text_single (text, METRIC_COUNTER, "vestim_log_dropped_messages_total",
                       "Log messages that were dropped because they could not be written.",
                       (double) log_count_lost ());
  metrics_text_single (text, METRIC_GAUGE, "process_start_time_seconds",
                       "Start of the daemon in seconds since the epoch.",
                       (double) api->config.started_at / 1000);
}

void
api_metrics_get (HttpExchange *exchange)
{
  Api *api = api_of (exchange);
  g_autoptr (GString) out = g_string_sized_new (16 * 1024);
  MetricsText text = { .out = out };

  append_daemon (&text, api);
  append_resources (&text, resources_get (api->resources));
  append_jobs (&text, api->config.service);
  metrics_append_queue (&text, api->config.service);
  metrics_append_upkeep (&text, &api->config);
  append_registry (&text, registry_get_stats (api->config.registry));
  append_requests (&text, http_exchange_stats (exchange));
  http_exchange_respond (exchange, 200, METRICS_CONTENT_TYPE, out->str, out->len);
}
