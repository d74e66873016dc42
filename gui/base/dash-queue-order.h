/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/job/vestim-job.h"

/* The order in which queued jobs start, and the requests that change it. The server keeps the order
 * of jobs with the same priority only. */

/* For lists: running jobs, the oldest start first; queued ones in the order in which they start;
 * those on hold; those that are over. 0 between two of the last two groups. */
int dash_queue_order_compare (const VestimJob *a, const VestimJob *b);

typedef enum
{
  DASH_QUEUE_FRONT,
  DASH_QUEUE_UP,
  DASH_QUEUE_DOWN,
  DASH_QUEUE_BACK,
  DASH_N_QUEUE_STEPS
} DashQueueStep;

/* One request: a job goes to the front or the back, or before or after another job. */
typedef struct
{
  char *job_id;
  const char *where; /* a member of the protocol: "to", "before", "after" */
  char *what;        /* "front", "back", or the ID of the other job */
} DashQueueMove;

/* (transfer full) (element-type DashQueueMove) what moves `selected` (element-type VestimJob) by
 * one place, or to an end of the queue. `shown` (element-type VestimJob) has the jobs that a user
 * sees, in any order: a step passes the next one of them. Jobs that are not queued stay. The
 * requests must be sent one after the other. */
GPtrArray *dash_queue_order_step (const GPtrArray *shown, const GPtrArray *selected,
                                  DashQueueStep step);

/* The same for a place before or after `target`. Jobs of another priority stay. Empty if `target`
 * is one of `selected`. */
GPtrArray *dash_queue_order_drop (const GPtrArray *selected, const VestimJob *target,
                                  gboolean after);
