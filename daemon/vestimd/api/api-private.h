/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/api/api.h"
#include "daemon/vestimd/api/disk-usage.h"
#include "daemon/vestimd/api/check-queue.h"
#include "daemon/vestimd/api/events.h"
#include "daemon/vestimd/api/idempotency-lookup.h"
#include "daemon/vestimd/http/exchange.h"

/* What the handlers share. */
struct Api
{
  ApiConfig config;
  IdempotencyLookup *idempotency_lookup;
  Events *events;
  CheckQueue *check_queue;
  DiskUsage *disk_usage;
  char stream_epoch[24]; /* of this life of the daemon: part of event IDs and entity tags */
  uint64_t start_time;   /* uv_hrtime() */

  /* The last list that was sent, for clients that ask for the same one again. */
  GBytes *list; /* (nullable) */
  char *list_query;
  uint64_t list_version;
  size_t list_total;
  char *list_next; /* (nullable) value of its Link header */

  int n_open;     /* of events, check_queue and disk_usage */
  int n_requests; /* requests that are under way */
  void (*closed) (void *user);
  void *closed_user;
};

Api *api_of (const HttpExchange *exchange);

/* A request of longer life begins and ends: the Api is not gone in between. */
void api_hold (Api *api);
void api_release (Api *api);
