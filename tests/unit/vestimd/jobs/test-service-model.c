/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "tests/support/service-fixture.h"

/* Random requests and restarts, with an executor that takes long: attempts wait there, fail there,
 * start late, and go on while no daemon lives. Whatever happens, no attempt runs twice, none is
 * left behind, and a request waits for no start. */

#define N_STEPS 1500
#define N_JOBS 8
#define MAX_SETTLES 50

typedef enum
{
  AT_EXECUTOR,
  RUNS,
  OVER,
} Place;

/* What is true of an attempt, whichever daemon lives. */
typedef struct
{
  Place place;
  int n_runs;
} Real;

typedef struct
{
  Answer answer;
  bool is_deletion; /* it waits for the end of attempts */
} Request;

typedef struct
{
  Fixture *fixture;
  GRand *random;
  GHashTable *reals;   /* "<job> <attempt>" → Real */
  GPtrArray *requests; /* of Request: not answered yet */
  GPtrArray *ids;      /* of char *: of all jobs */
  int n_starts;
  int n_late_starts; /* after a stop */
} Model;

static int
below (Model *model, int end)
{
  return g_rand_int_range (model->random, 0, end);
}

/* ---- The executor ---- */

/* (nullable) NULL: it was never handed over. No attempt is handed over twice. */
static Real *
real_of (Model *model, ExecutorAttempt *attempt)
{
  g_autofree char *key = g_strdup_printf ("%s %d", attempt->job_id, attempt->number);

  if (!attempt->was_adopted && !attempt->is_noted)
    {
      g_assert_false (g_hash_table_contains (model->reals, key));
      g_hash_table_insert (model->reals, g_strdup (key), g_new0 (Real, 1));
    }
  attempt->is_noted = true;
  return g_hash_table_lookup (model->reals, key);
}

static void
run (Model *model, Real *real)
{
  real->place = RUNS;
  g_assert_cmpint (++real->n_runs, ==, 1);
  model->n_starts++;
}

static void
end (Model *model, ExecutorAttempt *attempt, AttemptResult *result)
{
  Real *real = real_of (model, attempt);

  if (real != NULL)
    real->place = OVER;
  attempt->is_over = true;
  attempt->events.ended (attempt->user, result);
}

static void
report_start (ExecutorAttempt *attempt)
{
  if (!attempt->is_started)
    attempt->events.started (attempt->user, 1);
  attempt->is_started = true;
}

static void
step_waiting (Model *model, ExecutorAttempt *attempt, Real *real)
{
  AttemptResult result = result_exit (-1);
  int kind = below (model, 6);

  if (kind == 0)
    attempt->events.waiting (attempt->user, "It takes long.");
  else if (kind == 1)
    {
      result.error = "Nobody takes it.";
      end (model, attempt, &result);
    }
  else if (attempt->is_stopped && kind < 5)
    {
      result.stopped = result.never_started = true;
      end (model, attempt, &result);
    }
  else if (kind > 3)
    {
      model->n_late_starts += attempt->is_stopped;
      run (model, real);
      report_start (attempt);
    }
}

static void
step_running (Model *model, ExecutorAttempt *attempt, const Real *real)
{
  AttemptResult result = result_exit (below (model, 2));

  if (real->n_runs > 0)
    report_start (attempt);
  else
    result.error = "Nobody took it.";
  if (below (model, 3) == 0 && !attempt->is_stopped)
    return;
  result.stopped = attempt->is_stopped;
  end (model, attempt, &result);
}

static void
step_attempt (Model *model, ExecutorAttempt *attempt)
{
  Real *real = real_of (model, attempt);
  AttemptResult result = result_exit (-1);

  if (real == NULL && !attempt->is_stopped)
    {
      attempt->is_over = true;
      attempt->events.absent (attempt->user);
    }
  else if (real == NULL)
    {
      result.stopped = result.never_started = true;
      end (model, attempt, &result);
    }
  else if (real->place == AT_EXECUTOR)
    step_waiting (model, attempt, real);
  else
    step_running (model, attempt, real);
}

static bool
is_live (const ExecutorAttempt *attempt)
{
  return !attempt->is_detached && !attempt->is_over;
}

/* (nullable) */
static ExecutorAttempt *
choose_attempt (Model *model)
{
  const GPtrArray *attempts = model->fixture->executor.attempts;
  unsigned start = attempts->len > 0 ? (unsigned) below (model, (int) attempts->len) : 0;

  for (unsigned i = 0; i < attempts->len; i++)
    if (is_live (attempts->pdata[(start + i) % attempts->len]))
      return attempts->pdata[(start + i) % attempts->len];
  return NULL;
}

/* Everything that was launched is known, also when no event came before the daemon died. */
static void
note_launches (Model *model)
{
  const GPtrArray *attempts = model->fixture->executor.attempts;

  for (unsigned i = 0; i < attempts->len; i++)
    real_of (model, attempts->pdata[i]);
}

/* ---- Requests ---- */

static Request *
request_new (Model *model, bool is_deletion)
{
  Request *request = g_new0 (Request, 1);

  request->is_deletion = is_deletion;
  g_ptr_array_add (model->requests, request);
  return request;
}

static void
patch (Model *model, const char *id, const ServiceCall *call)
{
  const VestimJob values = {
    .name = (char *) "another",
    .priority = below (model, 3),
    .selections = (char *) "{\"argv\":[\"false\"]}",
  };
  const ServiceFields fields = {
    &values,
    VESTIM_JOB_FIELD_SET (name)
        | (below (model, 2) == 0 ? VESTIM_JOB_FIELD_SET (priority)
                                 : VESTIM_JOB_FIELD_SET (selections)),
  };

  service_patch (model->fixture->service, id, &fields, call);
}

static void
retry (Service *service, const char *id, const ServiceCall *call)
{
  service_retry (service, id, false, call);
}

static void
move (Service *service, const char *id, const ServiceCall *call)
{
  service_move (service, id, SERVICE_MOVE_FRONT, NULL, call);
}

static void
ask (Model *model)
{
  static const FixtureChange changes[] = {
    service_stop_job, service_pause_job, service_resume_job, retry, retry, move, service_delete
  };
  Service *service = model->fixture->service;
  const char *id = model->ids->pdata[below (model, (int) model->ids->len)];
  int kind = below (model, G_N_ELEMENTS (changes) + 1);
  Request *request = request_new (model, kind == G_N_ELEMENTS (changes) - 1);
  ServiceCall call = answer_call (&request->answer, NULL);

  if (kind == G_N_ELEMENTS (changes))
    patch (model, id, &call);
  else
    changes[kind](service, id, &call);
}

static void
ask_all (Model *model)
{
  bool is_clear = below (model, 3) == 0;
  Request *request = request_new (model, is_clear);
  ServiceCall call = answer_call (&request->answer, NULL);

  if (is_clear)
    service_clear (model->fixture->service, 1u << VESTIM_JOB_QUEUED, &call);
  else
    service_stop_all (model->fixture->service, &call);
}

static void
drop_answered (Model *model)
{
  for (unsigned i = model->requests->len; i-- > 0;)
    {
      Request *request = model->requests->pdata[i];

      if (!request->answer.is_done)
        continue;
      answer_clear (&request->answer);
      g_ptr_array_remove_index_fast (model->requests, i);
    }
}

static bool
waits_for_deletion (const Model *model)
{
  for (unsigned i = 0; i < model->requests->len; i++)
    if (((const Request *) model->requests->pdata[i])->is_deletion)
      return true;
  return false;
}

/* Nothing but a deletion waits for an attempt, and what comes after a deletion of the same job. One
 * job may have some requests, which are stored one after the other. */
static void
take_answers (Model *model)
{
  for (int i = 0; i < MAX_SETTLES && model->requests->len > 0; i++)
    {
      fixture_settle (model->fixture);
      drop_answered (model);
      if (waits_for_deletion (model))
        return;
    }
  g_assert_cmpuint (model->requests->len, ==, 0);
}

/* ---- Restarts ---- */

/* While no daemon lives, attempts go on. */
static void
restart (Model *model)
{
  GHashTableIter iter;
  void *value;

  note_launches (model);
  g_hash_table_iter_init (&iter, model->reals);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Real *real = value;

      if (real->place == AT_EXECUTOR && below (model, 4) == 0)
        run (model, real);
      else if (real->place == RUNS && below (model, 4) == 0)
        real->place = OVER;
    }
  fixture_restart (model->fixture);
  take_answers (model);
}

/* ---- The test ---- */

static void
step (Model *model)
{
  int kind = below (model, 100);
  ExecutorAttempt *attempt = choose_attempt (model);

  if (model->ids->len < N_JOBS || kind < 4)
    g_ptr_array_add (model->ids, fixture_create (model->fixture, below (model, 3), false,
                                                 "{\"argv\":[\"true\"]}"));
  else if (kind < 50 && attempt != NULL)
    step_attempt (model, attempt);
  else if (kind < 95)
    ask (model);
  else if (kind < 97)
    ask_all (model);
  else
    restart (model);
  note_launches (model);
  if (below (model, 4) == 0)
    take_answers (model);
}

/* Ends everything. */
static void
drain (Model *model)
{
  ExecutorAttempt *attempt;

  for (unsigned i = 0; i < model->ids->len; i++)
    {
      Request *request = request_new (model, false);
      ServiceCall call = answer_call (&request->answer, NULL);

      service_resume_job (model->fixture->service, model->ids->pdata[i], &call);
    }
  for (;;)
    {
      fixture_settle (model->fixture);
      attempt = choose_attempt (model);
      if (attempt == NULL)
        break;
      step_attempt (model, attempt);
      note_launches (model);
    }
  take_answers (model);
  g_assert_false (waits_for_deletion (model));
}

static void
check_end (Model *model)
{
  Service *service = model->fixture->service;
  GHashTableIter iter;
  void *value;

  g_assert_cmpint (queue_count_running (service_get_queue (service)), ==, 0);
  g_assert_cmpuint (service_count (service, VESTIM_JOB_QUEUED), ==, 0);
  g_assert_cmpuint (service_count (service, VESTIM_JOB_RUNNING), ==, 0);
  g_hash_table_iter_init (&iter, model->reals);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_assert_cmpint (((const Real *) value)->place, ==, OVER);
}

static void
run_model (unsigned seed)
{
  Model model = {
    .fixture = fixture_new (3),
    .random = g_rand_new_with_seed (seed),
    .reals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
    .requests = g_ptr_array_new_with_free_func (g_free),
    .ids = g_ptr_array_new_with_free_func (g_free),
  };

  for (int i = 0; i < N_STEPS; i++)
    step (&model);
  drain (&model);
  check_end (&model);
  g_test_message ("%d starts, %d of them after a stop", model.n_starts, model.n_late_starts);
  g_assert_cmpint (model.n_starts, >, N_STEPS / 30);
  fixture_free (model.fixture);
  g_rand_free (model.random);
  g_hash_table_unref (model.reals);
  g_ptr_array_unref (model.requests);
  g_ptr_array_unref (model.ids);
}

static void
test_no_attempt_runs_twice_and_none_is_left_behind (void)
{
  run_model (14);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/service-model/no_attempt_runs_twice_and_none_is_left_behind",
                   test_no_attempt_runs_twice_and_none_is_left_behind);
  return g_test_run ();
}
