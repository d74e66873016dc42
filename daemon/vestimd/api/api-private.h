/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/api/api.h"
#include "daemon/vestimd/api/check-queue.h"
#include "daemon/vestimd/api/disk-usage.h"
#include "daemon/vestimd/api/events.h"
#include "daemon/vestimd/api/idempotency-lookup.h"
#include "daemon/vestimd/api/job-follow.h"
#include "daemon/vestimd/api/job-waits.h"
#include "daemon/vestimd/api/job-watchers.h"
#include "daemon/vestimd/api/list-stream.h"
#include "daemon/vestimd/api/resources.h"
#include "daemon/vestimd/http/exchange.h"

/* What the handlers share. */
struct Api
{
  ApiConfig config;
  IdempotencyLookup *idempotency_lookup;
  Events *events;
  CheckQueue *check_queue;
  JobWatchers watchers;
  JobWaits *job_waits;
  JobFollows *job_follows;
  ListStreams *list_streams;
  DiskUsage *disk_usage;
  Resources *resources;
  char stream_epoch[24]; /* differs in each run of the daemon; part of event IDs and entity tags */
  uint64_t start_time;   /* uv_hrtime() */

  /* The last list that was sent, for the next client that requests the same one. */
  GBytes *list; /* (nullable) */
  char *list_query;
  uint64_t list_version;
  size_t list_total;
  char *list_next; /* (nullable) its next page */

  int n_open;     /* of the parts above, from `events` on */
  int n_requests; /* requests in progress */
  void (*closed) (void *user);
  void *closed_user;
};

Api *api_of (const HttpExchange *exchange);

/* The job of the route's {id}; NULL: answered with 404. */
Job *api_find_job (HttpExchange *exchange);

/* Answers with the job of the route's {id}. */
void api_answer_job (HttpExchange *exchange);

/* Between these two a request is in progress, and the Api is not freed. */
void api_hold (Api *api);
void api_release (Api *api);

/* The code with which a request goes on after it has waited: `code`, or SERVICE_E_STOPPING if 0 and
 * the Api closes. Then the parts above may be gone. */
int api_code_after_wait (const Api *api, int code);
