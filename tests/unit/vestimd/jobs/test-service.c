/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "tests/support/service-fixture.h"

#define TRUE_COMMAND "{\"argv\":[\"true\"]}"

static void
expect_event (const Fixture *fixture, const char *kind, const char *id, const char *status)
{
  g_autofree char *line = status != NULL ? g_strdup_printf ("%s %s %s", kind, id, status)
                                         : g_strdup_printf ("%s %s", kind, id);

  g_assert_true (g_ptr_array_find_with_equal_func (fixture->events, line, g_str_equal, NULL));
}

/* A job must not be shown as running before there is a process. */
static void
test_a_job_is_queued_until_its_process_lives (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);

  g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 1);
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  expect_event (fixture, "job", id, "running");
  fixture_free (fixture);
}

static void
test_exit_zero_completes_and_anything_else_fails (void)
{
  Fixture *fixture = fixture_new (2);
  const AttemptResult good = result_exit (0);
  const AttemptResult bad = result_exit (3);
  g_autofree char *first = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *second = NULL;

  attempt_started (fixture, fixture_last_attempt (fixture));
  attempt_ended (fixture, fixture_last_attempt (fixture), &good);
  second = fixture_create (fixture, 0, false, TRUE_COMMAND);
  attempt_started (fixture, fixture_last_attempt (fixture));
  attempt_ended (fixture, fixture_last_attempt (fixture), &bad);

  g_assert_cmpstr (fixture_status (fixture, first), ==, "completed");
  g_assert_cmpstr (fixture_status (fixture, second), ==, "failed");
  g_assert_cmpstr (job_get (service_find (fixture->service, second))->details.reason, ==,
                   "exit code 3");
  fixture_free (fixture);
}

/* What GET /metrics shows. */
static void
test_launches_and_ends_are_counted_by_outcome (void)
{
  Fixture *fixture = fixture_new (1);
  const AttemptResult good = result_exit (0);
  const AttemptResult never = {
    .exit_code = -1, .error = "no such program", .wall_s = NAN, .cpu_s = NAN, .max_rss_kb = -1
  };
  AttemptResult delayed = never;
  const ServiceStats *stats = service_get_stats (fixture->service);
  g_autofree char *third = NULL;

  for (int i = 0; i < 2; i++)
    g_free (fixture_create (fixture, 0, false, TRUE_COMMAND));
  third = fixture_create (fixture, 0, false, TRUE_COMMAND);
  delayed.lack = "the disk is full: free some space";
  attempt_started (fixture, fixture_last_attempt (fixture));
  attempt_ended (fixture, fixture_last_attempt (fixture), &good);
  attempt_ended (fixture, fixture_last_attempt (fixture), &never);
  attempt_ended (fixture, fixture_last_attempt (fixture), &delayed);
  g_assert_cmpstr (fixture_status (fixture, third), ==, "queued");
  g_assert_cmpuint (stats->n_launches[LAUNCH_STARTED], ==, 1);
  g_assert_cmpuint (stats->n_launches[LAUNCH_FAILED], ==, 1);
  g_assert_cmpuint (stats->n_launches[LAUNCH_DELAYED], ==, 1);
  g_assert_cmpuint (stats->n_ended[VESTIM_JOB_COMPLETED], ==, 1);
  g_assert_cmpuint (stats->n_ended[VESTIM_JOB_FAILED], ==, 1);
  fixture_free (fixture);
}

/* More would overload the machine that people work on. */
static void
test_no_more_than_max_running_are_started (void)
{
  Fixture *fixture = fixture_new (2);
  const AttemptResult good = result_exit (0);

  for (int i = 0; i < 4; i++)
    g_free (fixture_create (fixture, 0, false, TRUE_COMMAND));
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 2);
  attempt_started (fixture, fixture->executor.attempts->pdata[0]);
  attempt_ended (fixture, fixture->executor.attempts->pdata[0], &good);
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 3);
  fixture_free (fixture);
}

static void
test_higher_priority_goes_first_then_the_older (void)
{
  Fixture *fixture = fixture_new (1);
  const AttemptResult good = result_exit (0);
  g_autofree char *blocker = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *low = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *older = fixture_create (fixture, 5, false, TRUE_COMMAND);
  g_autofree char *younger = fixture_create (fixture, 5, false, TRUE_COMMAND);
  const char *const expected[] = { blocker, older, younger, low };

  for (size_t i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_cmpstr (fixture_last_attempt (fixture)->job_id, ==, expected[i]);
      attempt_started (fixture, fixture_last_attempt (fixture));
      attempt_ended (fixture, fixture_last_attempt (fixture), &good);
    }
  fixture_free (fixture);
}

static void
test_a_held_job_waits_for_its_start (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, true, TRUE_COMMAND);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  g_assert_cmpstr (fixture_status (fixture, id), ==, "created");
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 0);
  service_start_job (fixture->service, id, &call);
  fixture_wait (fixture, &answer.is_done);
  fixture_settle (fixture);
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 1);
  answer_clear (&answer);
  fixture_free (fixture);
}

/* The client gets 202 as soon as its request is stored; the end comes when the processes are gone.
 */
static void
test_a_running_job_is_stopped_through_the_executor (void)
{
  Fixture *fixture = fixture_new (1);
  AttemptResult result = result_exit (-1);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  attempt_started (fixture, attempt);
  service_stop_job (fixture->service, id, &call);
  fixture_wait (fixture, &answer.is_done);
  g_assert_true (attempt->is_stopped);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  result.stopped = true;
  attempt_ended (fixture, attempt, &result);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "stopped");
  answer_clear (&answer);
  fixture_free (fixture);
}

static void
test_a_retry_is_the_next_attempt_with_nothing_of_the_last (void)
{
  Fixture *fixture = fixture_new (1);
  const AttemptResult bad = result_exit (3);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);
  const VestimJob *job;
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  attempt_started (fixture, fixture_last_attempt (fixture));
  attempt_ended (fixture, fixture_last_attempt (fixture), &bad);
  service_retry (fixture->service, id, false, &call);
  fixture_wait (fixture, &answer.is_done);
  job = job_get (service_find (fixture->service, id));
  g_assert_cmpint (job->attempt, ==, 2);
  g_assert_cmpint (job->details.exit_code, ==, -1);
  g_assert_null (job->details.reason);
  g_assert_cmpint (job->finished_at, ==, 0);
  answer_clear (&answer);
  fixture_free (fixture);
}

static void
expect_state_error (Fixture *fixture, Answer *answer)
{
  fixture_wait (fixture, &answer->is_done);
  g_assert_cmpint (answer->code, ==, SERVICE_E_STATE);
  g_assert_nonnull (answer->detail);
  answer_clear (answer);
}

static void
test_a_call_that_the_state_does_not_allow_is_refused (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, true, TRUE_COMMAND);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_stop_job (fixture->service, id, &call);
  expect_state_error (fixture, &answer);
  service_retry (fixture->service, id, false, &call);
  expect_state_error (fixture, &answer);
  service_stop_job (fixture->service, "job_20200101-000000-000fff", &call);
  fixture_expect (fixture, &answer, SERVICE_E_NOT_FOUND);
  fixture_free (fixture);
}

/* A client that deletes a running job does not have to stop it first. */
static void
test_clear_stops_running_jobs_and_then_removes_all (void)
{
  Fixture *fixture = fixture_new (1);
  AttemptResult result = result_exit (-1);
  ExecutorAttempt *attempt;
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  for (int i = 0; i < 2; i++)
    g_free (fixture_create (fixture, 0, false, TRUE_COMMAND));
  attempt = fixture_last_attempt (fixture);
  attempt_started (fixture, attempt);
  service_clear (fixture->service, SERVICE_ALL_STATES, &call);
  fixture_settle (fixture);
  g_assert_true (attempt->is_stopped);
  g_assert_false (answer.is_done);
  result.stopped = true;
  attempt_ended (fixture, attempt, &result);
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpuint (answer.count, ==, 2);
  g_assert_cmpuint (service_total (fixture->service), ==, 0);
  expect_event (fixture, "cleared", "all", NULL);
  answer_clear (&answer);
  fixture_free (fixture);
}

static void
test_a_call_that_waits_for_a_deleted_job_finds_no_job (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, true, TRUE_COMMAND);
  Answer deleted = { 0 };
  Answer started = { 0 };
  Answer again = { 0 };
  ServiceCall delete_call = answer_call (&deleted, NULL);
  ServiceCall again_call = answer_call (&again, NULL);
  ServiceCall start_call = answer_call (&started, NULL);

  service_delete (fixture->service, id, &delete_call);
  service_start_job (fixture->service, id, &start_call);
  service_delete (fixture->service, id, &again_call);
  fixture_wait (fixture, &started.is_done);
  fixture_wait (fixture, &again.is_done);
  g_assert_cmpint (deleted.code, ==, 0);
  g_assert_cmpint (started.code, ==, SERVICE_E_NOT_FOUND);
  g_assert_cmpint (again.code, ==, SERVICE_E_NOT_FOUND);
  answer_clear (&again);
  service_delete (fixture->service, id, &again_call);
  fixture_expect (fixture, &again, SERVICE_E_NOT_FOUND);
  expect_event (fixture, "deleted", id, NULL);
  answer_clear (&deleted);
  answer_clear (&started);
  fixture_free (fixture);
}

/* The daemon died: the next one adopts the attempt and does not start it again. */
static void
test_a_running_job_is_adopted_after_a_restart (void)
{
  Fixture *fixture = fixture_new (1);
  const AttemptResult good = result_exit (0);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);

  attempt_started (fixture, fixture_last_attempt (fixture));
  fixture_restart (fixture);
  g_assert_true (fixture_last_attempt (fixture)->was_adopted);
  g_assert_false (fixture->is_settled);
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_true (fixture->is_settled);
  attempt_ended (fixture, fixture_last_attempt (fixture), &good);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "completed");
  fixture_free (fixture);
}

/* Killed between the commit of the attempt and its start: started once, now. */
static void
test_an_attempt_that_never_started_is_launched (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);
  ExecutorAttempt *attempt;

  fixture_restart (fixture);
  attempt = fixture_last_attempt (fixture);
  attempt->events.absent (attempt->user);
  fixture_settle (fixture);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
  attempt = fixture_last_attempt (fixture);
  g_assert_false (attempt->was_adopted);
  g_assert_cmpint (attempt->number, ==, 1);
  attempt_started (fixture, attempt);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  fixture_free (fixture);
}

/* The next daemon resumes a lost job that can continue, but not for ever. */
static void
test_a_restartable_command_is_resumed_three_times_without_progress (void)
{
  Fixture *fixture = fixture_new (1);
  AttemptResult lost = result_exit (-1);
  g_autofree char *id =
      fixture_create (fixture, 0, false, "{\"argv\":[\"true\"],\"restart\":true}");

  lost.lost = true;
  attempt_started (fixture, fixture_last_attempt (fixture));
  for (int i = 0; i < 3; i++)
    {
      fixture_restart (fixture);
      attempt_ended (fixture, fixture_last_attempt (fixture), &lost);
      g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
      attempt_started (fixture, fixture_last_attempt (fixture));
      g_assert_cmpint (fixture_last_attempt (fixture)->number, ==, i + 2);
    }
  fixture_restart (fixture);
  attempt_ended (fixture, fixture_last_attempt (fixture), &lost);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "interrupted");
  fixture_free (fixture);
}

/* An interrupted job has waited before, so that younger jobs must not overtake it. */
static void
test_the_queue_does_not_overtake_a_resumed_job (void)
{
  Fixture *fixture = fixture_new (1);
  AttemptResult lost = result_exit (-1);
  g_autofree char *id =
      fixture_create (fixture, 0, false, "{\"argv\":[\"true\"],\"restart\":true}");

  g_free (fixture_create (fixture, 0, false, TRUE_COMMAND));
  lost.lost = true;
  attempt_started (fixture, fixture_last_attempt (fixture));
  fixture_restart (fixture);
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 1);
  attempt_ended (fixture, fixture_last_attempt (fixture), &lost);
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 2);
  g_assert_cmpstr (fixture_last_attempt (fixture)->job_id, ==, id);
  fixture_free (fixture);
}

/* A graceful stop ends the running jobs, and waits until they have ended. */
static void
test_a_stop_of_the_service_interrupts_running_jobs (void)
{
  Fixture *fixture = fixture_new (1);
  AttemptResult result = result_exit (-1);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  attempt_started (fixture, attempt);
  service_stop (fixture->service, false, NULL, NULL);
  g_assert_true (attempt->is_stopped);
  service_retry (fixture->service, id, false, &call);
  fixture_expect (fixture, &answer, SERVICE_E_STOPPING);
  result.stopped = true;
  attempt->events.ended (attempt->user, &result);
  fixture_restart (fixture);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "interrupted");
  fixture_free (fixture);
}

/* That of the newest job below `before`, or 0. */
static int64_t
next_sequence (Fixture *fixture, int64_t before)
{
  JobIndexWalk walk = service_walk (fixture->service, before);
  const JobEntry *entry = service_next_older (fixture->service, &walk);

  return entry != NULL ? entry->brief.sequence : 0;
}

static void
test_paging_continues_after_a_job_that_was_deleted (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *first = fixture_create (fixture, 0, true, TRUE_COMMAND);
  g_autofree char *second = fixture_create (fixture, 0, true, TRUE_COMMAND);
  g_autofree char *third = fixture_create (fixture, 0, true, TRUE_COMMAND);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_delete (fixture->service, second, &call);
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpint (next_sequence (fixture, 0), ==, vestim_job_id_sequence (third));
  g_assert_cmpint (next_sequence (fixture, vestim_job_id_sequence (second)), ==,
                   vestim_job_id_sequence (first));
  g_assert_cmpint (next_sequence (fixture, vestim_job_id_sequence (first)), ==, 0);
  answer_clear (&answer);
  fixture_free (fixture);
}

#define TEST(name) g_test_add_func ("/service/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (a_job_is_queued_until_its_process_lives);
  TEST (exit_zero_completes_and_anything_else_fails);
  TEST (launches_and_ends_are_counted_by_outcome);
  TEST (no_more_than_max_running_are_started);
  TEST (higher_priority_goes_first_then_the_older);
  TEST (a_held_job_waits_for_its_start);
  TEST (a_running_job_is_stopped_through_the_executor);
  TEST (a_retry_is_the_next_attempt_with_nothing_of_the_last);
  TEST (a_call_that_the_state_does_not_allow_is_refused);
  TEST (clear_stops_running_jobs_and_then_removes_all);
  TEST (a_call_that_waits_for_a_deleted_job_finds_no_job);
  TEST (a_running_job_is_adopted_after_a_restart);
  TEST (an_attempt_that_never_started_is_launched);
  TEST (a_restartable_command_is_resumed_three_times_without_progress);
  TEST (the_queue_does_not_overtake_a_resumed_job);
  TEST (a_stop_of_the_service_interrupts_running_jobs);
  TEST (paging_continues_after_a_job_that_was_deleted);
  return g_test_run ();
}
