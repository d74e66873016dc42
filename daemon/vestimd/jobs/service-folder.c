/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-private.h"

/* What clients do in the folder of a job that has not been queued yet. */

typedef struct
{
  Service *service;
  ServiceFolderWork work;
  Job *job;
  char *folder;
  uv_work_t request;
} FolderRequest;

static void
finish (FolderRequest *request, const ServiceResult *result)
{
  request->work.done (request->work.user, result);
  g_free (request->folder);
  g_free (request);
}

static void
on_work (uv_work_t *work)
{
  FolderRequest *request = work->data;

  request->work.work (request->work.user, request->folder);
}

static void
on_worked (uv_work_t *work, int status)
{
  FolderRequest *request = work->data;
  Service *service = request->service;
  Job *job = request->job;
  const ServiceResult result = { .job = job->data };

  service->n_in_flight--;
  finish (request, &result);
  job_unlock (job);
  service_check_stopped (service);
}

static void
start_work (FolderRequest *request, Job *job)
{
  Service *service = request->service;

  request->job = job;
  request->folder = g_build_filename (service->config.jobs_dir, job->data->id, NULL);
  request->request.data = request;
  service->n_in_flight++;
  uv_queue_work (service->config.loop, &request->request, on_work, on_worked);
}

static bool
on_locked (Job *job, void *user)
{
  FolderRequest *request = user;
  ServiceResult result = { .code = 0 };

  if (job == NULL)
    result.code = SERVICE_E_NOT_FOUND;
  else if (job->service->is_stopping)
    result.code = SERVICE_E_STOPPING;
  else if (job->data->state != VESTIM_JOB_CREATED)
    {
      result.code = SERVICE_E_STATE;
      result.detail =
          "A file can be stored only while the job has the status \"created\": create it "
          "with \"hold\": true, store the file, then start the job.";
    }
  if (result.code == 0)
    start_work (request, job);
  else
    finish (request, &result);
  return result.code == 0;
}

void
service_work_in_folder (Service *service, const char *job_id, const ServiceFolderWork *work)
{
  FolderRequest *request = g_new0 (FolderRequest, 1);
  Job *job = service_find (service, job_id);

  request->service = service;
  request->work = *work;
  if (job == NULL)
    on_locked (NULL, request);
  else
    job_lock_async (job, on_locked, request, false);
}
