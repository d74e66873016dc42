/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <math.h>

#include "daemon/vestimd/jobs/job-slots.h"
#include "daemon/vestimd/jobs/job-store.h"
#include "daemon/vestimd/jobs/service-bulk.h"
#include "daemon/vestimd/jobs/service-retry.h"
#include "daemon/vestimd/sys/log.h"

/* Starts, follows and ends the attempts of jobs. Each step that the next daemon must know of is
 * stored before or after it:
 *
 *   1. The registry stores "running, attempt n", without a start time. Clients still see "queued".
 *   2. The executor launches the attempt. That may take long, so the job is not locked: clients can
 *      change, stop and delete it.
 *   3. It reports a process: the job is shown as running. A moment later the start time is stored,
 *      unless the attempt has ended by then (service-starts.c).
 *   4. It reports the end: the final status is stored, then shown.
 *
 * A daemon that dies on the way leaves "running, attempt n" in the registry. The next one asks the
 * executor to adopt that attempt, and the answer is one of: it runs, it is over, it is lost, or it
 * never started (absent). An absent attempt returns to the queue, as one does that could not start
 * for lack of something. Once the start time is stored, and after a boot of the machine, "absent"
 * is impossible. So an attempt never runs twice.
 *
 * An event of the attempt often comes while a client's change has the lock. Then `phase`
 * and `ended` keep the end or the absence until job_continue_attempt() has the lock. */

#define MODULE "jobs"

enum
{
  RETRY_MS = 1000,
  MAX_DOUBLINGS = 3, /* of that, while something is lacking */
};

/* ---- Trying again ---- */

static bool
on_locked (Job *job, void *user)
{
  return job != NULL && job_continue_attempt (job);
}

static void
on_retry_timer (uv_timer_t *timer)
{
  Service *service = timer->data;
  g_autoptr (GPtrArray) jobs = g_steal_pointer (&service->retry_ended);

  service->retry_ended = g_ptr_array_new ();
  service->launch_paused = false;
  for (unsigned i = 0; i < jobs->len; i++)
    {
      g_ptr_array_add (service->retry_ended, jobs->pdata[i]);
      job_lock_async (jobs->pdata[i], on_locked, NULL, true);
    }
  service_pump (service);
}

/* A start or a final status could not be stored, or something is lacking to start an attempt. */
void
service_retry_later (Service *service)
{
  bool has_stopped = service->is_stopping && service->stopped == NULL;

  if (!has_stopped && !uv_is_active ((uv_handle_t *) &service->retry_timer))
    uv_timer_start (&service->retry_timer, on_retry_timer,
                    (uint64_t) RETRY_MS << MIN (service->n_lacks, MAX_DOUBLINGS), 0);
}

/* ---- Storing the end ---- */

static void
on_end_stored (Job *job)
{
  Service *service = job->service;
  bool was_found_ended = job_is (job, JOB_FOUND_ENDED);
  bool is_retried = job->data->state == VESTIM_JOB_QUEUED;

  log_info (MODULE, "job ended id=%s attempt=%d status=%s%s", job->data->id,
            job->data->attempt - is_retried, vestim_job_state_name (job->ended->state),
            is_retried ? " retried=true" : "");
  service->stats.n_ended[job->ended->state]++;
  attempt_status_free (g_steal_pointer (&job->ended));
  g_clear_pointer (&job->stuck, g_free);
  job->was_deletion_cut = false;
  g_ptr_array_remove_fast (service->retry_ended, job);
  job_move (job, JOB_IDLE);
  if (was_found_ended && !service->is_stopping)
    job_resume_if_possible (job);
  service_check_settled (service);
}

static void
on_end_not_stored (Job *job)
{
  Service *service = job->service;

  if (!g_ptr_array_find (service->retry_ended, job, NULL))
    g_ptr_array_add (service->retry_ended, job);
  service_retry_later (service);
}

static void
show_running (Job *job, int64_t started_at)
{
  VestimJob *next = vestim_job_copy (job->data);

  job_set_running (job, next);
  g_clear_pointer (&next->message, g_free); /* it said why the job waited */
  next->updated_at = job->service->config.now_ms ();
  next->started_at = started_at != 0 ? started_at : next->updated_at;
  job_show (job, next);
}

/* The job must be locked. */
static void
store_end (Job *job)
{
  VestimJob *next;

  if (!vestim_job_state_can_move (job->data->state, job->ended->state))
    show_running (job, job->data->started_at); /* it could not be started */
  next = vestim_job_copy (job->data);
  attempt_status_apply (job->ended, next);
  if (next->finished_at == 0)
    next->finished_at = job->service->config.now_ms ();
  job_retry_by_policy (job, next, job->ended);
  job_store (job, next, NULL, on_end_stored, on_end_not_stored);
}

/* ---- Events of an attempt ---- */

/* Something started, so the lack has passed. */
static void
end_lack (Service *service)
{
  if (service->lack == NULL)
    return;
  log_info (MODULE, "jobs are started again");
  service->lack = NULL;
  service->n_lacks = 0;
  for (Job *job = service->first; job != NULL; job = job->next)
    if (job->data->state == VESTIM_JOB_QUEUED && job->data->message != NULL)
      {
        g_clear_pointer (&job->data->message, g_free);
        service_announce_job (job);
      }
}

static void
count_start (Job *job)
{
  end_lack (job->service);
  job->service->stats.n_launches[LAUNCH_STARTED]++;
  histogram_add (&job->service->stats.queue_waits, uv_hrtime () - job->queued_at);
}

static void
on_attempt_started (void *user, int64_t started_at)
{
  Job *job = user;

  Service *service = job->service;
  bool is_adopted = job_is (job, JOB_ADOPTING);

  log_info (MODULE, "job started id=%s attempt=%d", job->data->id, job->data->attempt);
  if (is_adopted || job_is (job, JOB_LAUNCHING))
    job_move (job, JOB_RUNNING);
  if (!is_adopted)
    count_start (job);
  if (job->data->state == VESTIM_JOB_QUEUED)
    {
      show_running (job, started_at);
      service_add_start (job);
    }
  if (is_adopted)
    service_check_settled (service);
}

/* The job may be shown as waiting for something else, such as its hold. */
static void
on_attempt_waiting (void *user, const char *reason)
{
  Job *job = user;

  g_free (job->wait_reason);
  job->wait_reason = g_strdup (reason);
  if (job_is (job, JOB_ADOPTING))
    job_move (job, JOB_LAUNCHING);
  service_announce_job (job);
  service_check_settled (job->service);
}

static void
on_attempt_progress (void *user, const AttemptProgress *progress)
{
  Job *job = user;
  VestimJob *data = job->data;

  if (data->state != VESTIM_JOB_RUNNING)
    return;
  if (!isnan (progress->progress))
    data->progress = progress->progress;
  if (progress->message != NULL)
    {
      g_free (data->message);
      data->message = g_strdup (progress->message);
    }
  if (progress->metrics != NULL)
    {
      g_free (data->details.metrics);
      data->details.metrics = g_strdup (progress->metrics);
    }
  data->updated_at = job->service->config.now_ms ();
  service_announce_job (job);
}

/* Something is lacking for the moment, so the job waits in its place in the queue. */
static void
wait_for_lack (Job *job, const AttemptResult *result)
{
  Service *service = job->service;

  if (service->lack != result->lack)
    log_warning (MODULE, "jobs wait for their start lack=\"%s\" error=\"%s\"", result->lack,
                 result->error);
  service->lack = result->lack;
  service->stats.n_launches[LAUNCH_DELAYED]++;
  service->launch_paused = true;
  service_retry_later (service);
  service->n_lacks++;
  g_free (job->data->message);
  job->data->message = g_strdup_printf (
      "The job waits for its start, because %s. It then starts by itself.", result->lack);
  service_announce_job (job);
  job_requeue (job);
  service_check_stopped (service);
}

/* The daemon stops, and the attempt, which is to end, has not started: the next daemon ends it. */
static void
leave_to_next_daemon (Job *job)
{
  job_move (job, JOB_DETACHED);
  service_check_stopped (job->service);
}

static AttemptStatus *
new_status (const Job *job, const AttemptResult *result)
{
  AttemptStatus *status =
      attempt_status_new (result, job->data->kind, job_must_end (job), job->service->is_stopping);

  if (job->was_deletion_cut && status->state == VESTIM_JOB_STOPPED)
    {
      g_free (status->details.reason);
      status->details.reason = g_strdup ("the daemon was killed while it ended this job");
    }
  return status;
}

static void
on_attempt_ended (void *user, const AttemptResult *result)
{
  Job *job = user;
  Service *service = job->service;
  Bulk *deletion = g_steal_pointer (&job->deletion);
  bool is_wanted = job_is (job, JOB_LAUNCHING) && !job_must_end (job);

  job->attempt = NULL;
  service_remove_start (job);
  if (is_wanted && result->lack != NULL)
    {
      wait_for_lack (job, result);
      return;
    }
  if (is_wanted && result->never_started && service->is_stopping)
    {
      job_requeue (job);
      return;
    }
  if (job_is (job, JOB_LAUNCHING) && !result->never_started)
    service->stats.n_launches[LAUNCH_FAILED]++;
  if (job->data->started_at == 0 && !result->never_started)
    job->data->started_at = job->data->updated_at; /* lost: the time of its start is unknown */
  job->ended = new_status (job, result);
  job_move (job, job_is (job, JOB_ADOPTING) ? JOB_FOUND_ENDED : JOB_ENDED);
  if (deletion != NULL)
    bulk_arrive (deletion);
  else
    job_lock_async (job, on_locked, NULL, true);
  service_pump (service);
}

static void
show_message (Job *job, const char *message)
{
  g_free (job->data->message);
  job->data->message = g_strdup (message);
  job->data->updated_at = job->service->config.now_ms ();
  service_announce_job (job);
}

static void
on_attempt_stuck (void *user, const char *reason)
{
  Job *job = user;
  Bulk *deletion = g_steal_pointer (&job->deletion);

  if (g_strcmp0 (job->stuck, reason) != 0)
    {
      log_warning (MODULE, "job does not end id=%s reason=\"%s\"", job->data->id, reason);
      g_free (job->stuck);
      job->stuck = g_strdup (reason);
      show_message (job, reason);
    }
  if (deletion != NULL)
    bulk_give_up (deletion, job, reason);
}

static void
on_attempt_unpausable (void *user, const char *reason)
{
  Job *job = user;

  log_warning (MODULE, "job is not paused id=%s reason=\"%s\"", job->data->id, reason);
  show_message (job, reason);
}

static void
on_attempt_absent (void *user)
{
  Job *job = user;
  Bulk *deletion = g_steal_pointer (&job->deletion);

  job->attempt = NULL;
  job_move (job, JOB_ABSENT);
  service_check_settled (job->service);
  if (deletion != NULL)
    bulk_arrive (deletion);
  else
    job_lock_async (job, on_locked, NULL, true);
}

const AttemptEvents attempt_events = {
  .waiting = on_attempt_waiting,
  .started = on_attempt_started,
  .progress = on_attempt_progress,
  .stuck = on_attempt_stuck,
  .unpausable = on_attempt_unpausable,
  .ended = on_attempt_ended,
  .absent = on_attempt_absent,
};

/* ---- Stop and absence ---- */

static bool
on_stop_locked (Job *job, void *user)
{
  VestimJob *next;

  if (job == NULL || !job_is (job, JOB_IDLE) || job->data->state != VESTIM_JOB_QUEUED)
    return false;
  next = job_dup_stopped (job);
  next->intent = VESTIM_JOB_INTENT_NONE;
  job_store (job, next, NULL, NULL, NULL);
  return true;
}

void
job_stop_attempt (Job *job)
{
  if (job->attempt != NULL)
    job_executor (job)->stop (job->attempt);
  else if (job->data->state == VESTIM_JOB_QUEUED)
    job_lock_async (job, on_stop_locked, NULL, true);
}

/* An adopted attempt never started. The job may not start now either: it, its group or the queue
 * may be paused. So it returns to the queue; only an attempt that is to end is launched at once,
 * because the executor has to say that it ended. The result is that of a JobLockFn. */
static bool
continue_absent (Job *job)
{
  job->tried_attempt = job->data->attempt;
  job_show_handed_over (job);
  if (job_must_end (job))
    {
      job_launch_attempt (job);
      return false;
    }
  job_store_requeue (job);
  return true;
}

bool
job_continue_attempt (Job *job)
{
  assert (job->is_locked);
  if (job->ended != NULL)
    {
      store_end (job);
      return true;
    }
  if (!job_is (job, JOB_ABSENT))
    return false;
  if (!job->service->is_stopping || !job_must_end (job))
    return continue_absent (job);
  leave_to_next_daemon (job);
  return false;
}
