/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include "daemon/vestimd/jobs/job-store.h"
#include "daemon/posix/fd.h"
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
  bool is_resumable;
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
      job_store (job, next, NULL, on_resumed, on_resumed);
      return;
    }
  service->n_resuming--;
  job_unlock (job);
}

/* Whether a task of an estimation left a file from which the next attempt can continue. */
static bool
is_resumable_task (int tasks_fd, const char *task)
{
  static const char *const names[] = { "checkpoint.bin", "checkpoint.old.bin", "summary.json" };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s", task, names[i]);
      struct stat status;

      if (fstatat (tasks_fd, path, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (status.st_mode))
        return true;
    }
  return false;
}

static bool
has_resumable_state (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "tasks", NULL);
  int fd = fd_open_folder (path);
  DIR *tasks = fd < 0 ? NULL : fdopendir (fd);
  struct dirent *entry;
  bool found = false;

  while (!found && tasks != NULL && (entry = readdir (tasks)) != NULL)
    found = g_ascii_isdigit (entry->d_name[0]) && is_resumable_task (fd, entry->d_name);
  if (tasks != NULL)
    closedir (tasks);
  return found;
}

static void
on_look (uv_work_t *work)
{
  Look *look = work->data;

  look->is_resumable = has_resumable_state (look->folder);
}

static void
on_looked (uv_work_t *work, int status)
{
  Look *look = work->data;
  Job *job = look->job;
  Service *service = job->service;

  service->n_in_flight--;
  if (look->is_resumable)
    resume (job);
  else
    {
      service->n_resuming--;
      job_unlock (job);
    }
  g_free (look->folder);
  g_free (look);
  service_check_stopped (service);
}

static void
look_for_state (Job *job)
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
  job_lock (job);
  if (job->data->kind == VESTIM_JOB_KIND_ESTIMATION)
    look_for_state (job);
  else
    resume (job);
}

void
job_resume_if_possible (Job *job)
{
  job->service->n_resuming++;
  job_lock_async (job, on_free, job->service, false);
}
