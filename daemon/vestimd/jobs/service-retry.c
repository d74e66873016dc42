/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-retry.h"

#include "common/job/vestim-retry-policy.h"
#include "daemon/vestimd/jobs/service-private.h"

/* The end of the attempt and the next attempt are one change: nobody sees the job as over in
 * between, neither a client that waits for its end nor a job that depends on it. */

/* Whether the policy asks for another attempt after this end. */
static bool
is_due (const VestimRetryPolicy *policy, int retries, const AttemptStatus *status)
{
  int code = status->details.exit_code;

  return retries < policy->max && (policy->on & status->retry_causes) != 0
         && !(code >= 0 && code <= 255 && policy->never_exit_codes[code]);
}

void
job_retry_by_policy (const Job *job, VestimJob *next, const AttemptStatus *status)
{
  VestimRetryPolicy policy;
  int64_t delay_ms;

  vestim_retry_policy_parse (next->retry, &policy);
  if (job_must_end (job) || !is_due (&policy, next->retries, status))
    return;
  vestim_job_reset_attempt (next);
  next->state = VESTIM_JOB_QUEUED;
  next->attempt++;
  next->retries++;
  delay_ms = vestim_retry_policy_delay_ms (&policy, next->retries);
  next->not_before = delay_ms > 0 ? waits_now (job->service) + delay_ms : 0;
}
