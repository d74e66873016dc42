/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-job.h"
#include "common/job/vestim-retry-policy.h"
#include "daemon/vestimd/jobs/executor/executor.h"

/* What the result of an attempt means for its job: the final state and details. Pure. */
typedef struct
{
  VestimJobState state;
  VestimJobDetails details; /* `metrics` NULL: the reported ones stay, as do GPUs and attempts */
  int64_t finished_at;      /* 0: unknown */
  unsigned retry_causes;    /* a bit for each VestimRetryCause that this end is: one or none */
} AttemptStatus;

/* `(transfer full)`. `was_asked`: a client asked for a stop; `is_stopping`: the daemon is stopping.
 */
AttemptStatus *attempt_status_new (const AttemptResult *result, VestimJobKind kind, bool was_asked,
                                   bool is_stopping);
void attempt_status_free (AttemptStatus *status);

/* Gives `job` the final state, details and `finished_at` of its attempt. */
void attempt_status_apply (const AttemptStatus *status, VestimJob *job);
