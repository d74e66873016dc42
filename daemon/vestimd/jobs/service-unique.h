/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service.h"

/* Unique names: of the jobs that are queued or run, at most one has a given `unique`. A job holds
 * its name from the moment at which the change begins to be stored that queues it. For the
 * service's own files. */

/* (nullable) the ID of another job that holds the name of `data`. */
const char *unique_find_other (const Service *service, const VestimJob *data);

/* The job holds its name if it is queued or runs, and no other job holds it. */
void unique_take (Service *service, const VestimJob *data);

/* `before` (nullable) is no longer the state of the job: it gives its name back, unless it holds it
 * as `after` (nullable) too. */
void unique_give_back (Service *service, const VestimJob *before, const VestimJob *after);
