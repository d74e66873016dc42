/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "common/job/vestim-job-state.h"
#include "daemon/vestimd/metrics/histogram.h"

/* What the service has done with jobs since the start. */

typedef enum
{
  LAUNCH_STARTED,
  LAUNCH_FAILED,
  LAUNCH_DELAYED, /* something was lacking; the job is launched again later */
  N_LAUNCH_OUTCOMES,
} LaunchOutcome;

typedef struct
{
  uint64_t n_launches[N_LAUNCH_OUTCOMES];
  uint64_t n_ended[VESTIM_N_JOB_STATES]; /* attempts, by the status that their end gave the job */
  Histogram queue_waits;                 /* ns from "queued" to the start of the process */
} ServiceStats;
