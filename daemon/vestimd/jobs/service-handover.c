/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "daemon/vestimd/jobs/attempt-spec.h"
#include "daemon/vestimd/jobs/job-slots.h"
#include "daemon/vestimd/jobs/job-store.h"
#include "daemon/vestimd/sys/log.h"

/* Hands attempts over to their executor: new ones, and those that an earlier daemon handed over.
 * What follows is in service-attempts.c. */

#define MODULE "jobs"

typedef ExecutorAttempt *(*OpenFn) (Executor *executor, const AttemptSpec *spec,
                                    const AttemptEvents *events, void *user);

static void
open_attempt (Job *job, OpenFn open, bool is_new)
{
  const ServiceConfig *config = &job->service->config;
  /* CUDA otherwise counts the fastest GPU as the first. */
  static const char *const extra[] = { "CUDA_DEVICE_ORDER=PCI_BUS_ID", NULL };
  g_auto (GStrv) slots = job_dup_environment (job);
  OwnedSpec owned;

  g_clear_pointer (&job->wait_reason, g_free);
  if (owned_spec_init (&owned, job->data, config->jobs_dir, config->estimator))
    {
      owned.spec.is_new = is_new;
      owned.spec.env_slots = (const char *const *) slots;
      if (job->item->gpus->len > 0)
        owned.spec.env_extra = extra;
      job->attempt = open (job_executor (job), &owned.spec, &attempt_events, job);
    }
  else
    {
      const AttemptResult result = {
        .exit_code = -1,
        .error = "The stored selections are not a valid command. Create a new job.",
        .wall_s = NAN,
        .cpu_s = NAN,
        .max_rss_kb = -1,
      };

      attempt_events.ended (job, &result);
    }
  owned_spec_deinit (&owned);
}

void
job_launch_attempt (Job *job)
{
  Executor *executor = job_executor (job);

  job_move (job, JOB_LAUNCHING);
  open_attempt (job, executor->launch, job->tried_attempt != job->data->attempt);
  job->service->version++; /* it waits for something else now */
  /* The shim may be about to start the job, so only the executor can say that it was stopped. */
  if (job->attempt != NULL && job_must_end (job))
    executor->stop (job->attempt);
}

void
job_show_handed_over (Job *job)
{
  VestimJob *queued = vestim_job_copy (job->data);

  queued->state = VESTIM_JOB_QUEUED;
  queued->started_at = 0;
  g_clear_pointer (&queued->details.gpu_indices, g_free);
  job_show (job, queued);
}

void
job_adopt (Job *job)
{
  Executor *executor = job_executor (job);

  job->was_deletion_cut = job->data->intent == VESTIM_JOB_INTENT_DELETE;
  job_move (job, JOB_ADOPTING);
  if (executor == NULL)
    {
      log_warning (MODULE, "job is left alone: this daemon has no such executor id=%s executor=%s",
                   job->data->id, vestim_executor_words[job->data->executor]);
      job_move (job, JOB_DETACHED);
      return;
    }
  if (job->data->started_at == 0)
    job_show_handed_over (job);
  open_attempt (job, executor->adopt, false);
  if (job->attempt != NULL && job_must_end (job))
    executor->stop (job->attempt);
}
