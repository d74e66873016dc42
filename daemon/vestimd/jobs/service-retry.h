/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/job.h"

/* The retry policy of a job. For the service's own files. */

/* Turns `next`, a job whose attempt has just ended as `status` says, into its next attempt, if its
 * policy asks for that and nobody stopped or deletes the job. */
void job_retry_by_policy (const Job *job, VestimJob *next, const AttemptStatus *status);
