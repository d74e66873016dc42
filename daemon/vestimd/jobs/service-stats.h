/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "common/job/vestim-job-state.h"
#include "daemon/vestimd/metrics/histogram.h"

/* Numbers about jobs, for metrics. */

typedef enum
{
  LAUNCH_STARTED,
  LAUNCH_FAILED,
  LAUNCH_DELAYED, /* something was lacking; the job is launched again later */
  N_LAUNCH_OUTCOMES,
} LaunchOutcome;

/* What queued jobs wait for. */
typedef enum
{
  WAITING_SLOT, /* also those that are about to start */
  WAITING_GROUP,
  WAITING_PAUSED,
  WAITING_DEPENDENCY,
  WAITING_TIME,
  WAITING_RETRY,
  N_WAITING,
} WaitingReason;

/* What the service has done since the start. */
typedef struct
{
  uint64_t n_launches[N_LAUNCH_OUTCOMES];
  uint64_t n_ended[VESTIM_N_JOB_STATES]; /* attempts, by the status that their end gave the job */
  Histogram queue_waits;                 /* ns from "queued" to the start of the process */
} ServiceStats;
