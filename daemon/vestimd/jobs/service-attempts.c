/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "common/job/vestim-command.h"
#include "common/json/vestim-fields.h"
#include "daemon/vestimd/jobs/job-store.h"
#include "daemon/vestimd/sys/log.h"

/* The attempts. The start of one is stored before the executor hears of it:
 *
 *     queue → store "running, attempt n" → executor launch → started → shown as running → store
 * when it started → ended → store the status
 *
 * A daemon that dies anywhere on this way finds "running, attempt n" at its next start and asks the
 * executor to adopt it; the answer is one of: it runs, it has ended, it is lost, or it never
 * started and is launched now. That last answer cannot come once the time of the start is stored.
 * The executor never runs an attempt twice. */

#define MODULE "jobs"

enum
{
  RETRY_MS = 1000,
};

/* ---- What to run ---- */

typedef struct
{
  AttemptSpec spec;
  VestimCommand *command; /* (nullable) */
  const char *argv[3];
  char *folder;
  char *json;
} OwnedSpec;

static char *
make_job_json (const VestimJob *job)
{
  GString *out = g_string_sized_new (256 + strlen (job->selections));

  g_string_append (out, "{\"job_id\":");
  vestim_json_append_string (out, job->id);
  g_string_append (out, ",\"name\":");
  vestim_json_append_string (out, job->name);
  g_string_append (out, ",\"kind\":");
  vestim_json_append_string (out, vestim_job_kind_name (job->kind));
  g_string_append_printf (out, ",\"attempt\":%d,\"fresh\":%s,\"selections\":%s}\n", job->attempt,
                          job->fresh ? "true" : "false", job->selections);
  return g_string_free (out, false);
}

VestimCommand *
job_read_command (const VestimJob *job)
{
  g_autoptr (VestimJsonDoc) doc =
      vestim_json_parse (job->selections, strlen (job->selections), NULL);
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();

  return doc != NULL ? vestim_command_read (vestim_json_root (doc), "selections", faults) : NULL;
}

static void
owned_spec_deinit (OwnedSpec *owned)
{
  vestim_command_free (owned->command);
  g_free (owned->folder);
  g_free (owned->json);
}

/* False when the stored selections are no command, as only a registry changed by other hands has.
 */
static bool
owned_spec_init (OwnedSpec *owned, const Service *service, const VestimJob *job)
{
  static const char *const nothing[] = { NULL };

  *owned = (OwnedSpec){ 0 };
  owned->folder = g_build_filename (service->config.jobs_dir, job->id, NULL);
  owned->json = make_job_json (job);
  owned->spec = (AttemptSpec){
    .job_id = job->id,
    .folder = owned->folder,
    .attempt = job->attempt,
    .was_seen = job->state == VESTIM_JOB_RUNNING && job->started_at != 0,
    .argv = owned->argv,
    .env_set = nothing,
    .env_unset = nothing,
    .job_json = owned->json,
  };
  if (job->kind == VESTIM_JOB_KIND_ESTIMATION)
    {
      owned->argv[0] = service->config.estimator;
      owned->argv[1] = owned->folder;
      return true;
    }
  owned->command = job_read_command (job);
  if (owned->command == NULL)
    return false;
  owned->spec.argv = (const char *const *) owned->command->argv;
  owned->spec.cwd = owned->command->cwd;
  owned->spec.env_set = (const char *const *) owned->command->env_set;
  owned->spec.env_unset = (const char *const *) owned->command->env_unset;
  owned->spec.timeout_s = owned->command->timeout_s;
  return true;
}

/* ---- Events of an attempt ---- */

static void
adoption_has_news (Job *job)
{
  Service *service = job->service;

  if (!job->is_adopting)
    return;
  job->is_adopting = false;
  if (--service->n_adopting == 0)
    service_settle (service);
}

static void
show_launched (Job *job)
{
  if (job->launched != NULL)
    job_show (job, g_steal_pointer (&job->launched));
}

static void
on_adopted_locked (Job *job, void *user)
{
  if (job == NULL || job->data->state != VESTIM_JOB_RUNNING)
    return;
  job_lock (job);
  job_store_start (job);
}

/* An adopted attempt whose start the daemon that launched it did not store. */
static void
note_start (Job *job, int64_t started_at)
{
  if (job->data->started_at != 0)
    return;
  job->data->started_at = started_at != 0 ? started_at : job->data->updated_at;
  service_announce_job (job);
  job_lock_async (job, on_adopted_locked, NULL, true);
}

static void
on_attempt_started (void *user, int64_t started_at)
{
  Job *job = user;

  log_info (MODULE, "job started id=%s attempt=%d", job->data->id, job->data->attempt);
  if (job->launched == NULL)
    {
      note_start (job, started_at);
      adoption_has_news (job);
      if (job->data->intent == VESTIM_JOB_INTENT_STOP)
        job->service->config.executor->stop (job->attempt);
      return;
    }
  job->service->is_without_room = false;
  show_launched (job);
  job_store_start (job);
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

static void
on_ended_locked (Job *job, void *user)
{
  if (job != NULL && job->ended != NULL)
    {
      job_lock (job);
      job_store_end (job);
    }
}

/* A job that could not be started for lack of room waits in its place of the queue. What is stored
 * is an attempt that never started, which the next start of the daemon launches just as well. */
static void
wait_for_room (Job *job, const char *error)
{
  Service *service = job->service;

  if (!service->is_without_room)
    log_warning (MODULE, "no room on the disk, jobs wait to be started error=\"%s\"", error);
  service->is_without_room = true;
  service->launch_paused = true;
  service_retry_later (service);
  vestim_job_free (g_steal_pointer (&job->launched));
  job_unlock (job);
  service_check_stopped (service);
}

static void
on_attempt_ended (void *user, const AttemptResult *result)
{
  Job *job = user;
  Service *service = job->service;
  bool was_launching = job->launched != NULL;

  job->attempt = NULL;
  service->n_active--;
  if (result->had_no_room && was_launching && job->pending_delete == NULL
      && job->data->intent == VESTIM_JOB_INTENT_NONE)
    {
      wait_for_room (job, result->error);
      return;
    }
  show_launched (job);
  if (job->data->started_at == 0)
    job->data->started_at = job->data->updated_at; /* lost, and when it started is not known */
  job->ended = attempt_status_new (
      result, job->data->kind, job->data->intent == VESTIM_JOB_INTENT_STOP, service->is_stopping);
  if (job->pending_delete != NULL)
    bulk_job_ended (job->pending_delete, job);
  else if (was_launching)
    job_store_end (job); /* taken since its start was stored */
  else
    job_lock_async (job, on_ended_locked, NULL, true);
  service_pump (service);
}

/* ---- Storing the end ---- */

static void
on_end_stored (Job *job)
{
  Service *service = job->service;
  bool was_adopting = job->is_adopting;

  log_info (MODULE, "job over id=%s attempt=%d status=%s", job->data->id, job->data->attempt,
            vestim_job_state_name (job->data->state));
  attempt_status_free (g_steal_pointer (&job->ended));
  g_ptr_array_remove_fast (service->retry_ended, job);
  if (was_adopting && !service->is_stopping)
    job_resume_if_possible (job);
  adoption_has_news (job);
}

static void
on_end_not_stored (Job *job)
{
  Service *service = job->service;

  if (!g_ptr_array_find (service->retry_ended, job, NULL))
    g_ptr_array_add (service->retry_ended, job);
  service_retry_later (service);
}

/* The job must have been taken. */
void
job_store_end (Job *job)
{
  const AttemptStatus *status = job->ended;
  VestimJob *next = vestim_job_copy (job->data);
  char *metrics = g_steal_pointer (&next->details.metrics);

  next->state = status->state;
  next->intent = VESTIM_JOB_INTENT_NONE;
  next->finished_at =
      status->finished_at != 0 ? status->finished_at : job->service->config.now_ms ();
  g_free (next->details.signal);
  g_free (next->details.reason);
  g_free (next->details.tasks);
  next->details = status->details;
  next->details.tasks = g_strdup (status->details.tasks);
  next->details.signal = g_strdup (status->details.signal);
  next->details.reason = g_strdup (status->details.reason);
  if (status->details.metrics != NULL)
    {
      next->details.metrics = g_strdup (status->details.metrics);
      g_free (metrics);
    }
  else
    next->details.metrics = metrics;
  job_store (job, next, NULL, on_end_stored, on_end_not_stored);
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
      job_lock_async (jobs->pdata[i], on_ended_locked, NULL, true);
    }
  service_pump (service);
}

void
service_retry_later (Service *service)
{
  if (!uv_is_active ((uv_handle_t *) &service->retry_timer))
    uv_timer_start (&service->retry_timer, on_retry_timer, RETRY_MS, 0);
}

/* ---- Launching ---- */

static void on_attempt_absent (void *user);

static const AttemptEvents attempt_events = {
  .started = on_attempt_started,
  .progress = on_attempt_progress,
  .ended = on_attempt_ended,
  .absent = on_attempt_absent,
};

typedef ExecutorAttempt *(*ExecutorOpen) (Executor *executor, const AttemptSpec *spec,
                                          const AttemptEvents *events, void *user);

static void
open_attempt (Job *job, const VestimJob *data, ExecutorOpen open)
{
  Executor *executor = job->service->config.executor;
  OwnedSpec owned;

  if (owned_spec_init (&owned, job->service, data))
    job->attempt = open (executor, &owned.spec, &attempt_events, job);
  else
    {
      const AttemptResult result = {
        .exit_code = -1,
        .error = "The stored selections are no valid command. Create the job anew.",
        .wall_s = NAN,
        .cpu_s = NAN,
        .max_rss_kb = -1,
      };

      on_attempt_ended (job, &result);
    }
  owned_spec_deinit (&owned);
}

/* An adopted attempt that never started: it is launched now, and shown as queued until then. */
static void
on_attempt_absent (void *user)
{
  Job *job = user;
  Service *service = job->service;
  VestimJob *queued;

  job->attempt = NULL;
  adoption_has_news (job);
  if (service->is_stopping)
    {
      service->n_active--;
      service_check_stopped (service);
      return;
    }
  job_lock (job);
  queued = vestim_job_copy (job->data);
  queued->state = VESTIM_JOB_QUEUED;
  queued->started_at = 0;
  job->launched = vestim_job_copy (job->data);
  job->launched->started_at = service->config.now_ms ();
  job_show (job, queued);
  open_attempt (job, job->launched, service->config.executor->launch);
  /* Its shim may be about to start it, so that it can't be called stopped without asking. */
  if (job->attempt != NULL && job->data->intent == VESTIM_JOB_INTENT_STOP)
    service->config.executor->stop (job->attempt);
}

void
job_adopt (Job *job)
{
  Service *service = job->service;

  service->n_active++;
  service->n_adopting++;
  job->is_adopting = true;
  open_attempt (job, job->data, service->config.executor->adopt);
}

static void
on_launch_stored (void *user, int status)
{
  Job *job = user;
  Service *service = job->service;

  service->n_in_flight--;
  if (status == 0 && !service->is_stopping)
    {
      open_attempt (job, job->launched, service->config.executor->launch);
      return;
    }
  /* Not stored, or the daemon stops: the next start finds an attempt that never started. */
  service->n_active--;
  vestim_job_free (g_steal_pointer (&job->launched));
  if (status != 0)
    {
      service->launch_paused = true;
      service_retry_later (service);
    }
  job_unlock (job);
  service_check_stopped (service);
}

static void
launch (Job *job)
{
  Service *service = job->service;
  RegistryTransaction *transaction = registry_transaction_new ();
  VestimJob *next = vestim_job_copy (job->data);

  job_lock (job);
  service->n_active++;
  next->state = VESTIM_JOB_RUNNING;
  next->updated_at = service->config.now_ms ();
  job->launched = next;
  registry_transaction_update (transaction,
                               next); /* without a time: it was not seen to start yet */
  next->started_at = next->updated_at;
  service->n_in_flight++;
  registry_submit (service->config.registry, transaction, on_launch_stored, job);
}

void
service_pump (Service *service)
{
  Job *job;

  while (service->is_settled && !service->is_stopping && !service->launch_paused
         && service->n_resuming == 0 && service->n_active < service->max_running
         && (job = queue_peek (service->queue)) != NULL)
    launch (job);
}
