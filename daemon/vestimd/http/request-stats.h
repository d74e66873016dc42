/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/vestimd/http/server-config.h"
#include "daemon/vestimd/metrics/histogram.h"

/* How often each route was answered with which status, and how long that took. */

#define REQUEST_MAX_STATUSES 32

typedef struct
{
  struct
  {
    int status;
    uint64_t n;
  } by_status[REQUEST_MAX_STATUSES]; /* in order of the first occurrence */
  size_t n_statuses;
  /* ns from the complete request to the head of its answer; 0 for a request that was refused
   * before it was complete. */
  Histogram durations;
} RouteStats;

typedef struct
{
  const HttpRoute *routes; /* borrowed */
  size_t n_routes;
  /* Two for each route, the second for HEAD; then one for requests that were answered before their
   * route was known. */
  RouteStats *rows;
  size_t n_connections; /* open now */
} RequestStats;

void request_stats_init (RequestStats *stats, const HttpRoute *routes, size_t n_routes);
void request_stats_deinit (RequestStats *stats);

/* `route` is NULL when it is not known. */
void request_stats_add (RequestStats *stats, const HttpRoute *route, bool is_head, int status,
                        uint64_t duration);
