/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include "daemon/vestimd/jobs/attempt-spec.h"
#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/job-store.h"
#include "daemon/vestimd/jobs/service-unique.h"
#include "daemon/posix/fd.h"
#include "daemon/vestimd/sys/log.h"

/* At the start, interrupted jobs that can continue are queued again as their next attempt, at most
 * three times without new progress. A command can if its selections say "restart"; an evaluation
 * always can; an estimation can if its tasks left a checkpoint or a summary. Those files are looked
 * for on a worker thread, and the job stays locked meanwhile.
 *
 * `n_resuming` counts the jobs about which this is not decided yet. While it is not zero the
 * service launches nothing, so that younger jobs do not overtake the resumed ones. */

#define MODULE "jobs"
#define MAX_IDLE_RESUMES 3

typedef struct
{
  uv_work_t work;
  Job *job;
  char *folder;
  bool is_resumable;
} Search;

/* The unlock that follows queues the job and launches what is next. */
static void
on_resume_stored (Job *job)
{
  job->coming_depends_on = NULL;
  job->service->n_resuming--;
}

/* (nullable, transfer full) the job as its next attempt; NULL after too many resumes without
 * progress. */
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
  if (data->intent == VESTIM_JOB_INTENT_FINISH)
    next->intent = VESTIM_JOB_INTENT_FINISH;
  next->state = VESTIM_JOB_QUEUED;
  next->attempt++;
  return next;
}

static bool
restarts (const VestimJob *data)
{
  g_autoptr (VestimCommand) command = attempt_read_command (data);

  return command != NULL && command->restart;
}

bool
job_may_resume (const VestimJob *data)
{
  return data->kind != VESTIM_JOB_KIND_COMMAND || restarts (data);
}

static bool
may_resume (const Job *job)
{
  if (job->service->is_stopping || unique_find_other (job->service, job->data) != NULL)
    return false;
  if (!dependencies_close_cycle (job))
    return true;
  log_warning (MODULE, "job not resumed, a job on which it depends now depends on it id=%s",
               job->data->id);
  return false;
}

/* The result is that of a JobLockFn. */
static bool
resume (Job *job)
{
  VestimJob *next = may_resume (job) ? resumed_copy (job->data) : NULL;

  if (next == NULL)
    {
      job->service->n_resuming--;
      return false;
    }
  job->coming_depends_on = next->depends_on;
  job_store (job, next, NULL, on_resume_stored, on_resume_stored);
  return true;
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
on_search (uv_work_t *work)
{
  Search *search = work->data;

  search->is_resumable = has_resumable_state (search->folder);
}

static void
on_searched (uv_work_t *work, int status)
{
  Search *search = work->data;
  Job *job = search->job;
  Service *service = job->service;

  service->n_in_flight--;
  if (!search->is_resumable)
    service->n_resuming--;
  if (!search->is_resumable || !resume (job))
    job_unlock (job);
  g_free (search->folder);
  g_free (search);
  service_check_stopped (service);
}

static void
search_resumable_state (Job *job)
{
  Service *service = job->service;
  Search *search = g_new0 (Search, 1);

  search->job = job;
  search->folder = g_build_filename (service->config.jobs_dir, job->data->id, NULL);
  search->work.data = search;
  service->n_in_flight++;
  uv_queue_work (service->config.loop, &search->work, on_search, on_searched);
}

static bool
on_resume_locked (Job *job, void *user)
{
  Service *service = user;

  if (job == NULL || job->data->state != VESTIM_JOB_INTERRUPTED || !job_may_resume (job->data))
    {
      service->n_resuming--;
      return false;
    }
  if (job->data->kind != VESTIM_JOB_KIND_ESTIMATION)
    return resume (job);
  search_resumable_state (job);
  return true;
}

void
job_resume_if_possible (Job *job)
{
  job->service->n_resuming++;
  job_lock_async (job, on_resume_locked, job->service, false);
}
