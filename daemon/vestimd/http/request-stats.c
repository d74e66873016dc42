/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/request-stats.h"

#include <assert.h>
#include <glib.h>

void
request_stats_init (RequestStats *stats, const HttpRoute *routes, size_t n_routes)
{
  size_t n_rows = 2 * n_routes + 1;

  *stats = (RequestStats){ .routes = routes, .n_routes = n_routes };
  stats->rows = g_new0 (RouteStats, n_rows);
  for (size_t i = 0; i < n_rows; i++)
    stats->rows[i].durations.scale = &histogram_short_times;
}

void
request_stats_deinit (RequestStats *stats)
{
  g_clear_pointer (&stats->rows, g_free);
}

void
request_stats_add (RequestStats *stats, const HttpRoute *route, bool is_head, int status,
                   uint64_t duration)
{
  size_t row = route != NULL ? 2 * (size_t) (route - stats->routes) + is_head : 2 * stats->n_routes;
  RouteStats *counts = &stats->rows[row];
  size_t i = 0;

  while (i < counts->n_statuses && counts->by_status[i].status != status)
    i++;
  assert (i < REQUEST_MAX_STATUSES);
  if (i == counts->n_statuses)
    counts->by_status[counts->n_statuses++].status = status;
  counts->by_status[i].n++;
  histogram_add (&counts->durations, duration);
}
