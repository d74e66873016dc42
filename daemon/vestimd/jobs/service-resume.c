/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "daemon/vestimd/jobs/leftover.h"
#include "daemon/vestimd/jobs/service-change.h"
#include "daemon/vestimd/sys/log.h"

/* Going on by itself: at the start, interrupted jobs that can resume are queued again as their next
 * attempt. What an estimation has left is looked for on a worker thread; the job is taken until
 * that is known. */

#define MODULE "jobs"
#define MAX_IDLE_RESUMES 3

typedef struct
{
  uv_work_t work;
  Job *job;
  char *folder;
  bool has_leftover;
} Look;

/* Its release, which follows, queues it and launches what comes first. */
static void
on_resumed (Job *job)
{
  job->service->n_resuming--;
}

/* (nullable, transfer full) the job as its next attempt, when it may go on once more. */
static VestimJob *
resumed_copy (const VestimJob *data)
{
  bool has_progressed =
      !isnan (data->progress)
      && (isnan (data->resume_progress) || data->progress > data->resume_progress);
  VestimJob *next;

  if (!has_progressed && data->idle_resumes >= MAX_IDLE_RESUMES)
    {
      log_warning (MODULE, "job not resumed id=%s resumes_without_progress=%d", data->id,
                   data->idle_resumes);
      return NULL;
    }
  next = vestim_job_copy (data);
  next->idle_resumes = has_progressed ? 1 : data->idle_resumes + 1;
  if (has_progressed)
    next->resume_progress = data->progress;
  vestim_job_reset_attempt (next);
  next->state = VESTIM_JOB_QUEUED;
  next->attempt++;
  return next;
}

static bool
restarts (const VestimJob *data)
{
  g_autoptr (VestimCommand) command = job_read_command (data);

  return command != NULL && command->restart;
}

/* The job must have been taken. */
static void
resume (Job *job)
{
  Service *service = job->service;
  VestimJob *next = service->is_stopping ? NULL : resumed_copy (job->data);

  if (next != NULL)
    {
      job_change (job, next, NULL, on_resumed, on_resumed);
      return;
    }
  service->n_resuming--;
  job_release (job);
}

static void
on_look (uv_work_t *work)
{
  Look *look = work->data;

  look->has_leftover = leftover_exists (look->folder);
}

static void
on_looked (uv_work_t *work, int status)
{
  Look *look = work->data;
  Job *job = look->job;
  Service *service = job->service;

  service->n_in_flight--;
  if (look->has_leftover)
    resume (job);
  else
    {
      service->n_resuming--;
      job_release (job);
    }
  g_free (look->folder);
  g_free (look);
  service_check_stopped (service);
}

static void
look_for_leftover (Job *job)
{
  Service *service = job->service;
  Look *look = g_new0 (Look, 1);

  look->job = job;
  look->folder = g_build_filename (service->config.jobs_dir, job->data->id, NULL);
  look->work.data = look;
  service->n_in_flight++;
  uv_queue_work (service->config.loop, &look->work, on_look, on_looked);
}

static void
on_free (Job *job, void *user)
{
  Service *service = user;

  if (job == NULL || job->data->state != VESTIM_JOB_INTERRUPTED
      || (job->data->kind == VESTIM_JOB_KIND_COMMAND && !restarts (job->data)))
    {
      service->n_resuming--;
      return;
    }
  job_take (job);
  if (job->data->kind == VESTIM_JOB_KIND_ESTIMATION)
    look_for_leftover (job);
  else
    resume (job);
}

void
job_resume_if_possible (Job *job)
{
  job->service->n_resuming++;
  job_when_free (job, on_free, job->service, false);
}
