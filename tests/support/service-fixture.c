/* SPDX-License-Identifier: MIT */
#include "tests/support/service-fixture.h"

#include <stdlib.h>
#include <string.h>

/* ---- The executor ---- */

static ExecutorAttempt *
open_attempt (Executor *executor, const AttemptSpec *spec, const AttemptEvents *events, void *user,
              bool was_adopted)
{
  ExecutorAttempt *attempt = g_new0 (ExecutorAttempt, 1);

  attempt->job_id = g_strdup (spec->job_id);
  attempt->number = spec->attempt;
  attempt->slots = g_strjoinv (" ", (char **) spec->env_slots);
  attempt->is_new = spec->is_new;
  attempt->was_adopted = was_adopted;
  attempt->was_seen = spec->was_seen;
  attempt->must_finish = spec->must_finish;
  attempt->is_paused = spec->is_paused;
  attempt->events = *events;
  attempt->user = user;
  g_ptr_array_add (((FakeExecutor *) executor)->attempts, attempt);
  return attempt;
}

static ExecutorAttempt *
fake_launch (Executor *executor, const AttemptSpec *spec, const AttemptEvents *events, void *user)
{
  return open_attempt (executor, spec, events, user, false);
}

static ExecutorAttempt *
fake_adopt (Executor *executor, const AttemptSpec *spec, const AttemptEvents *events, void *user)
{
  return open_attempt (executor, spec, events, user, true);
}

static void
fake_stop (ExecutorAttempt *attempt)
{
  attempt->is_stopped = true;
}

static void
fake_pause (ExecutorAttempt *attempt, bool is_paused)
{
  attempt->is_paused = is_paused;
}

static void
fake_finish (ExecutorAttempt *attempt)
{
  attempt->must_finish = true;
}

static void
fake_detach (ExecutorAttempt *attempt)
{
  attempt->is_detached = true;
}

static void
fake_attempt_free (void *data)
{
  ExecutorAttempt *attempt = data;

  g_free (attempt->job_id);
  g_free (attempt->slots);
  g_free (attempt);
}

static void
init_executor (FakeExecutor *executor)
{
  executor->base = (Executor){
    .launch = fake_launch,
    .adopt = fake_adopt,
    .stop = fake_stop,
    .finish = fake_finish,
    .pause = fake_pause,
    .detach = fake_detach,
  };
  executor->attempts = g_ptr_array_new_with_free_func (fake_attempt_free);
}

/* ---- The fixture ---- */

static int64_t
now_ms (void)
{
  return g_get_real_time () / 1000;
}

static void
on_announce (void *user, const ServiceEvent *event)
{
  Fixture *fixture = user;
  char *line = NULL;

  switch (event->kind)
    {
    case SERVICE_EVENT_JOB:
      line = g_strdup_printf ("job %s %s", job_get (event->job)->id,
                              vestim_job_state_name (job_get (event->job)->state));
      break;
    case SERVICE_EVENT_DELETED:
      line = g_strdup_printf ("deleted %s", event->job_id);
      break;
    case SERVICE_EVENT_CLEARED:
      line = event->all ? g_strdup ("cleared all") : g_strdup_printf ("cleared %zu", event->n_ids);
      break;
    case SERVICE_EVENT_QUEUE:
      line = g_strdup ("queue");
      break;
    }
  g_ptr_array_add (fixture->events, line);
  if (fixture->announce != NULL)
    fixture->announce (fixture->announce_user, event);
}

static void
on_settled (void *user)
{
  ((Fixture *) user)->is_settled = true;
}

static void
open_service (Fixture *fixture, int max_running)
{
  g_autofree char *path = g_build_filename (fixture->folder, "registry.db", NULL);
  g_autofree char *trash = g_build_filename (fixture->folder, "trash", NULL);
  const RegistryConfig registry = { .path = path,
                                    .jobs_dir = fixture->jobs_dir,
                                    .trash_dir = trash,
                                    .n_recent = fixture->jobs_in_memory };
  ServiceConfig config = {
    .loop = &fixture->loop,
    .executors = &fixture->executors,
    .jobs_dir = fixture->jobs_dir,
    .estimator = "/bin/estimator",
    .hardware = &fixture->hardware,
    .settings = { .max_running = max_running,
                  .named = { SERVICE_AS_FOUND, SERVICE_AS_FOUND, SERVICE_AS_FOUND },
                  .starvation_s = SERVICE_STARVATION_S },
    .jobs_in_memory = fixture->jobs_in_memory,
    .now_ms = now_ms,
    .announce = on_announce,
    .announce_user = fixture,
  };
  char *message = NULL;

  fixture->executors.by_name[VESTIM_EXECUTOR_LOCAL] = &fixture->executor.base;
  fixture->executors.by_name[VESTIM_EXECUTOR_SLURM] =
      fixture->lacks_cluster ? NULL : &fixture->cluster.base;
  g_assert_cmpint (registry_open (&fixture->registry, &fixture->loop, &registry, &message), ==, 0);
  config.registry = fixture->registry;
  fixture->service = service_new (&config);
  service_load (fixture->service);
  fixture->is_settled = false;
  service_start (fixture->service, on_settled, fixture);
}

Fixture *
fixture_new (int max_running)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  static const char *const folders[] = { "jobs", "trash" };

  fixture->jobs_in_memory = 1000;
  uv_loop_init (&fixture->loop);
  fixture->folder = g_dir_make_tmp ("vestim-service-XXXXXX", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, folders[i], NULL);

      g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
    }
  init_executor (&fixture->executor);
  init_executor (&fixture->cluster);
  fixture->events = g_ptr_array_new_with_free_func (g_free);
  fixture->jobs_dir = g_build_filename (fixture->folder, "jobs", NULL);
  fixture->hardware =
      (Hardware){ .cpus = 2, .memory_mb = 4000, .gpus = 2, .gpu_indices = { 0, 1 } };
  open_service (fixture, max_running);
  return fixture;
}

static void
on_flag (void *user)
{
  *(bool *) user = true;
}

static void
close_service (Fixture *fixture)
{
  bool is_stopped = false;
  bool is_registry_closed = false;
  bool is_closed = false;

  service_stop (fixture->service, true, on_flag, &is_stopped);
  fixture_wait (fixture, &is_stopped);
  registry_close (fixture->registry, on_flag, &is_registry_closed);
  fixture_wait (fixture, &is_registry_closed);
  service_close (fixture->service, on_flag, &is_closed);
  fixture_wait (fixture, &is_closed);
}

void
fixture_restart (Fixture *fixture)
{
  int max_running = service_get_settings (fixture->service)->max_running;

  close_service (fixture);
  g_ptr_array_set_size (fixture->executor.attempts, 0);
  g_ptr_array_set_size (fixture->cluster.attempts, 0);
  g_ptr_array_set_size (fixture->events, 0);
  open_service (fixture, max_running);
}

void
fixture_free (Fixture *fixture)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", fixture->folder);

  close_service (fixture);
  g_assert_cmpint (uv_loop_close (&fixture->loop), ==, 0);
  g_assert_cmpint (system (command), ==, 0);
  g_ptr_array_unref (fixture->executor.attempts);
  g_ptr_array_unref (fixture->cluster.attempts);
  g_ptr_array_unref (fixture->events);
  g_free (fixture->jobs_dir);
  g_free (fixture->folder);
  g_free (fixture);
}

static void
on_deadline (uv_timer_t *timer)
{
  *(bool *) timer->data = true;
}

void
fixture_wait (Fixture *fixture, const bool *flag)
{
  bool is_late = false;
  uv_timer_t timer;

  uv_timer_init (&fixture->loop, &timer);
  timer.data = &is_late;
  uv_timer_start (&timer, on_deadline, 60000, 0);
  while (!*flag && !is_late)
    uv_run (&fixture->loop, UV_RUN_ONCE);
  g_assert_true (*flag);
  uv_close ((uv_handle_t *) &timer, NULL);
  uv_run (&fixture->loop, UV_RUN_NOWAIT);
}

/* A stored setting comes after everything that was submitted before it. */
void
fixture_settle (Fixture *fixture)
{
  for (int i = 0; i < 3; i++)
    {
      Answer answer = { 0 };
      ServiceCall call = answer_call (&answer, NULL);

      service_set_settings (fixture->service, service_get_settings (fixture->service),
                            SERVICE_MAX_RUNNING, &call);
      fixture_wait (fixture, &answer.is_done);
      answer_clear (&answer);
    }
}

/* ---- Calls ---- */

static char *
render (void *user, const ServiceResult *result)
{
  return g_strdup_printf ("{\"count\":%zu}", result->count);
}

static void
on_done (void *user, const ServiceResult *result, const char *body)
{
  Answer *answer = user;

  g_assert_false (answer->is_done);
  answer->is_done = true;
  answer->code = result->code;
  answer->job_id = result->job != NULL ? g_strdup (result->job->id) : NULL;
  answer->body = g_strdup (body);
  answer->detail = g_strdup (result->detail);
  answer->count = result->count;
}

ServiceCall
answer_call (Answer *answer, const char *key)
{
  return (ServiceCall){ .key = key, .render = render, .done = on_done, .user = answer };
}

void
answer_clear (Answer *answer)
{
  g_free (answer->job_id);
  g_free (answer->body);
  g_free (answer->detail);
  *answer = (Answer){ 0 };
}

void
fixture_expect (Fixture *fixture, Answer *answer, int code)
{
  fixture_wait (fixture, &answer->is_done);
  g_assert_cmpint (answer->code, ==, code);
  answer_clear (answer);
}

int
fixture_ask (Fixture *fixture, FixtureChange change, const char *job_id)
{
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);
  int code;

  change (fixture->service, job_id, &call);
  fixture_wait (fixture, &answer.is_done);
  code = answer.code;
  answer_clear (&answer);
  return code;
}

char *
fixture_create_job (Fixture *fixture, const VestimJob *values, VestimJobFieldSet given, bool hold)
{
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);
  const ServiceFields fields = { values, given };
  char *id;

  service_create (fixture->service, &fields, hold, &call);
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpint (answer.code, ==, 0);
  id = g_steal_pointer (&answer.job_id);
  answer_clear (&answer);
  fixture_settle (fixture);
  return id;
}

static char *
create (Fixture *fixture, VestimJobKind kind, int priority, bool hold, const char *selections)
{
  const VestimJob values = { .kind = kind,
                             .priority = priority,
                             .selections = (char *) selections };

  return fixture_create_job (fixture, &values,
                             VESTIM_JOB_FIELD_SET (kind) | VESTIM_JOB_FIELD_SET (priority)
                                 | VESTIM_JOB_FIELD_SET (selections),
                             hold);
}

char *
fixture_create (Fixture *fixture, int priority, bool hold, const char *selections)
{
  return create (fixture, VESTIM_JOB_KIND_COMMAND, priority, hold, selections);
}

char *
fixture_create_estimation (Fixture *fixture)
{
  return create (fixture, VESTIM_JOB_KIND_ESTIMATION, 0, false, "{}");
}

ExecutorAttempt *
fixture_last_attempt (Fixture *fixture)
{
  g_assert_cmpuint (fixture->executor.attempts->len, >, 0);
  return g_ptr_array_index (fixture->executor.attempts, fixture->executor.attempts->len - 1);
}

const char *
fixture_status (Fixture *fixture, const char *job_id)
{
  Job *job = service_find (fixture->service, job_id);

  return job != NULL ? vestim_job_state_name (job_get (job)->state) : "gone";
}

bool
fixture_shows (Fixture *fixture, const char *job_id, const char *text)
{
  Job *job = service_find (fixture->service, job_id);

  return g_strstr_len (g_bytes_get_data (job_get_json (fixture->service, job), NULL), -1, text)
         != NULL;
}

void
fixture_rename (Fixture *fixture, const char *job_id, Answer *answer)
{
  const VestimJob values = { .name = (char *) "renamed" };
  const ServiceFields patch = { &values, VESTIM_JOB_FIELD_SET (name) };
  ServiceCall call = answer_call (answer, NULL);

  service_patch (fixture->service, job_id, &patch, &call);
}

/* ---- Attempts ---- */

void
attempt_started (Fixture *fixture, ExecutorAttempt *attempt)
{
  attempt->events.started (attempt->user, now_ms ());
  fixture_settle (fixture);
}

void
attempt_ended (Fixture *fixture, ExecutorAttempt *attempt, const AttemptResult *result)
{
  attempt->events.ended (attempt->user, result);
  fixture_settle (fixture);
}

AttemptResult
result_exit (int exit_code)
{
  return (AttemptResult){ .exit_code = exit_code,
                          .wall_s = 1.5,
                          .cpu_s = 0.5,
                          .max_rss_kb = 1000,
                          .finished_at = now_ms () };
}
