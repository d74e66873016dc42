/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

#include "daemon/vestimd/api/job-filter.h"
#include "daemon/vestimd/http/exchange.h"
#include "daemon/vestimd/jobs/service-fetch.h"

/* Long lists, sent in pieces as the client takes them, so that neither their jobs nor their text
 * are in memory at the same time. Each job is sent as it is when its turn comes. A client that goes
 * on with the events after the answer's Vestim-Event-Id misses nothing. */

typedef struct ListStreams ListStreams;

ListStreams *list_streams_new (Service *service);

/* What a stream sends. */
typedef struct
{
  JobFilter filter;    /* taken */
  const GArray *found; /* (nullable) see list-walk.h */
  int64_t from;        /* the sequence of the first job, and of the last one */
  int64_t last;
} ListStreamPlan;

/* Answers. Headers were added before. */
void list_streams_begin (ListStreams *streams, HttpExchange *exchange, const ListStreamPlan *plan);

/* Ends all streams. Calls `closed` when nothing is under way any more. */
void list_streams_close (ListStreams *streams, void (*closed) (void *user), void *user);
