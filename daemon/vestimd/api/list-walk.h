/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/api/job-filter.h"
#include "daemon/vestimd/jobs/service-fetch.h"

/* A walk over the jobs that a filter matches, from the newest to the oldest. */

typedef struct
{
  const Service *service;
  const JobFilter *filter;
  const GArray *found;
  unsigned next_found;
  JobIndexWalk walk;
  const QueueGroup *group; /* (nullable) */
} ListWalk;

/* `found`: (nullable) of the jobs that are not in memory, the sequences of those that match,
 * highest first. It is needed if job_filter_needs_row(). Begins below the sequence `before`; 0:
 * with the newest job. Valid until control returns to the loop. */
ListWalk list_walk_begin (const Service *service, const JobFilter *filter, const GArray *found,
                          int64_t before);
const JobEntry *list_walk_next (ListWalk *walk); /* (nullable) */
