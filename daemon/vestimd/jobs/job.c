/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/job.h"

#include <assert.h>

#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/job-slots.h"
#include "daemon/vestimd/jobs/service-waiting.h"
#include "daemon/vestimd/sys/log.h"

/* A job has a phase and a lock, and they are independent. The phase follows the attempt and moves
 * when the executor or the registry reports something. The lock orders the changes of `data`:
 * whoever wants to store a change locks the job first and unlocks it after the commit, so that each
 * change starts from what is stored.
 *
 * The normal life of an attempt is idle, storing start, launching, running, ended, idle. A daemon
 * that starts adopts what an earlier daemon left: idle, adopting, then running, found ended or
 * absent. */

#define TO VESTIM_MACHINE_TO

static const VestimMachineState phases[N_JOB_PHASES] = {
  /* No attempt is under way. */
  [JOB_IDLE] = { "idle", TO (JOB_STORING_START) | TO (JOB_ADOPTING) },
  /* The registry stores that the attempt starts. The job is locked. */
  [JOB_STORING_START] = { "storing-start", TO (JOB_LAUNCHING) | TO (JOB_IDLE) | TO (JOB_DETACHED) },
  /* The executor starts the attempt. `attempt` is set. That may take long, and the job can be
   * changed meanwhile. */
  [JOB_LAUNCHING] = { "launching", TO (JOB_RUNNING) | TO (JOB_ENDED) | TO (JOB_IDLE)
                                       | TO (JOB_ABSENT) | TO (JOB_PENDING_DELETE)
                                       | TO (JOB_DETACHED) },
  /* The executor looks for the attempt of an earlier daemon. `attempt` is set. Is there no such
   * executor, the attempt is left alone. */
  [JOB_ADOPTING] = { "adopting", TO (JOB_LAUNCHING) | TO (JOB_RUNNING) | TO (JOB_FOUND_ENDED)
                                     | TO (JOB_ABSENT) | TO (JOB_PENDING_DELETE)
                                     | TO (JOB_DETACHED) },
  /* The adopted attempt never started: the job returns to the queue as soon as it can be locked. */
  [JOB_ABSENT] = { "absent", TO (JOB_IDLE) | TO (JOB_LAUNCHING) | TO (JOB_DETACHED) },
  /* The attempt has a process. `attempt` is set. */
  [JOB_RUNNING] = { "running", TO (JOB_ENDED) | TO (JOB_PENDING_DELETE) | TO (JOB_ABSENT)
                                   | TO (JOB_DETACHED) },
  /* The attempt is being stopped, and `deletion` waits for its end. `attempt` and `deletion` are
   * set; `deletion` holds the lock. It gives the job back if the attempt cannot be ended. */
  [JOB_PENDING_DELETE] = { "pending-delete", TO (JOB_ENDED) | TO (JOB_ABSENT) | TO (JOB_DETACHED)
                                                 | TO (JOB_LAUNCHING) | TO (JOB_RUNNING) },
  /* The attempt is over, its final status is not stored yet. `ended` is set. */
  [JOB_ENDED] = { "ended", TO (JOB_IDLE) },
  /* The same for an adopted attempt that this daemon never saw running: it may be resumed. */
  [JOB_FOUND_ENDED] = { "found-ended", TO (JOB_IDLE) },
  /* The attempt is left to the next daemon. */
  [JOB_DETACHED] = { "detached", 0 },
};

static const VestimMachineType job_machine = {
  .name = "job",
  .states = phases,
  .n_states = N_JOB_PHASES,
  .trace = log_transition,
};

Job *
job_new (Service *service, VestimJob *data)
{
  Job *job = g_new0 (Job, 1);

  job->service = service;
  job->data = data;
  job->queued_at = uv_hrtime ();
  vestim_machine_init (&job->phase, &job_machine, JOB_IDLE);
  service->n_in_phase[JOB_IDLE]++;
  g_queue_init (&job->lock_requests);
  job_enter_queue (job);
  return job;
}

void
job_free (Job *job)
{
  assert (job->attempt == NULL && g_queue_is_empty (&job->lock_requests));
  waits_leave (job);
  waits_forget (job);
  dependencies_drop (job);
  job_release_slots (job);
  job_leave_queue (job);
  job->service->n_in_phase[job->phase.state]--;
  vestim_job_free (job->data);
  attempt_status_free (job->ended);
  g_free (job->stuck);
  g_free (job->wait_reason);
  g_clear_pointer (&job->json, g_bytes_unref);
  g_free (job);
}

bool
job_is (const Job *job, JobPhase phase)
{
  return job->phase.state == phase;
}

Executor *
job_executor (const Job *job)
{
  return job->service->config.executors->by_name[job->data->executor];
}

bool
job_is_handed_over (const Job *job)
{
  return job->data->state == VESTIM_JOB_QUEUED && !job_is (job, JOB_IDLE)
         && !job_is (job, JOB_STORING_START);
}

VestimJobState
job_coming_state (const Job *job)
{
  return job->has_coming_state ? job->coming_state : job->data->state;
}

bool
job_must_end (const Job *job)
{
  return job->data->intent == VESTIM_JOB_INTENT_STOP
         || job->data->intent == VESTIM_JOB_INTENT_DELETE;
}

VestimJob *
job_dup_stopped (const Job *job)
{
  VestimJob *next = vestim_job_copy (job->data);

  next->paused = false;
  next->updated_at = job->service->config.now_ms ();
  if (next->state == VESTIM_JOB_RUNNING || job_is_handed_over (job))
    next->intent = VESTIM_JOB_INTENT_STOP;
  else
    {
      next->state = VESTIM_JOB_STOPPED;
      next->finished_at = next->updated_at;
    }
  return next;
}

/* Whether an attempt is under way, which holds slots. */
static bool
is_active (JobPhase phase)
{
  switch (phase)
    {
    case JOB_STORING_START:
    case JOB_LAUNCHING:
    case JOB_ADOPTING:
    case JOB_ABSENT:
    case JOB_RUNNING:
    case JOB_PENDING_DELETE:
      return true;
    case JOB_IDLE:
    case JOB_ENDED:
    case JOB_FOUND_ENDED:
    case JOB_DETACHED:
      return false;
    }
  g_assert_not_reached ();
}

void
job_move (Job *job, JobPhase to)
{
  bool was_active = is_active ((JobPhase) job->phase.state);

  job->service->n_in_phase[job->phase.state]--;
  vestim_machine_move (&job->phase, to, job->data->id);
  job->service->n_in_phase[to]++;
  if (!was_active && is_active (to))
    job_take_slots (job);
  else if (was_active && !is_active (to))
    job_release_slots (job);
}

const VestimJob *
job_get (const Job *job)
{
  return job->data;
}

GBytes *
job_get_json (Service *service, Job *job)
{
  unsigned version = service_waiting_version (service, job->data);

  if (job->json == NULL || job->json_version != version)
    {
      g_autoptr (GString) out = g_string_sized_new (512);

      service_append_job (service, out, job->data);
      g_clear_pointer (&job->json, g_bytes_unref);
      job->json = g_bytes_new (out->str, out->len);
      job->json_version = version;
    }
  return job->json;
}

/* ---- The lock ---- */

void
job_lock (Job *job)
{
  assert (!job->is_locked);
  job->is_locked = true;
  job_dequeue (job);
  waits_leave (job);
}

static void
grant_lock (Job *job, JobLockFn fn, void *user)
{
  job_lock (job);
  if (!fn (job, user))
    job->is_locked = false;
}

/* A request that keeps the lock only starts something that reports later, so the job outlives this
 * loop. */
static void
serve_lock_requests (Job *job)
{
  LockRequest *request;

  while (!job->is_locked && (request = g_queue_pop_head (&job->lock_requests)) != NULL)
    {
      grant_lock (job, request->fn, request->user);
      g_free (request);
    }
  if (job->is_locked)
    return;
  job_enqueue (job);
  if (job->data->is_blocked)
    service_recheck (job);
}

void
job_lock_async (Job *job, JobLockFn fn, void *user, bool first)
{
  LockRequest *request;

  if (!job->is_locked)
    {
      grant_lock (job, fn, user);
      serve_lock_requests (job);
      return;
    }
  request = g_new0 (LockRequest, 1);
  request->fn = fn;
  request->user = user;
  if (first)
    g_queue_push_head (&job->lock_requests, request);
  else
    g_queue_push_tail (&job->lock_requests, request);
}

void
job_unlock (Job *job)
{
  Service *service = job->service;

  assert (job->is_locked);
  job->is_locked = false;
  serve_lock_requests (job);
  service_pump (service);
}

void
lock_requests_cancel (GQueue *requests)
{
  LockRequest *request;

  while ((request = g_queue_pop_head (requests)) != NULL)
    {
      request->fn (NULL, request->user);
      g_free (request);
    }
}
