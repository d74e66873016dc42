/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "tests/support/service-fixture.h"

/* Deletions whose attempt does not end, or ends for another daemon. */

#define REASON "process 7 (sleep) belongs to root"

static char *
running_job (Fixture *fixture, ExecutorAttempt **attempt)
{
  char *id = fixture_create (fixture, 0, false, "{\"argv\":[\"true\"],\"restart\":true}");

  *attempt = fixture_last_attempt (fixture);
  attempt_started (fixture, *attempt);
  return id;
}

static const char *
reason_of (Fixture *fixture, const char *id)
{
  return job_get (service_find (fixture->service, id))->details.reason;
}

/* Otherwise the client would never get an answer, and every other change of the job would wait. */
static void
test_an_attempt_that_does_not_end_gives_its_job_back (void)
{
  Fixture *fixture = fixture_new (1);
  ExecutorAttempt *attempt;
  g_autofree char *id = running_job (fixture, &attempt);
  AttemptResult stopped = result_exit (-1);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_delete (fixture->service, id, &call);
  fixture_settle (fixture);
  g_assert_false (answer.is_done);
  attempt->events.stuck (attempt->user, REASON);
  g_assert_true (answer.is_done);
  g_assert_cmpint (answer.code, ==, SERVICE_E_STATE);
  g_assert_cmpstr (answer.detail, ==, REASON);
  answer_clear (&answer);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  g_assert_cmpstr (job_get (service_find (fixture->service, id))->message, ==, REASON);

  stopped.stopped = true;
  attempt_ended (fixture, attempt, &stopped);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "stopped");
  g_assert_null (reason_of (fixture, id));
  service_delete (fixture->service, id, &call);
  fixture_settle (fixture);
  g_assert_cmpint (answer.code, ==, 0);
  answer_clear (&answer);
  fixture_free (fixture);
}

static void
test_clear_removes_the_others (void)
{
  Fixture *fixture = fixture_new (2);
  ExecutorAttempt *first, *second;
  g_autofree char *stuck_id = running_job (fixture, &first);
  g_autofree char *other_id = running_job (fixture, &second);
  AttemptResult stopped = result_exit (-1);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, "a key");

  service_clear (fixture->service, SERVICE_ALL_STATES, &call);
  fixture_settle (fixture);
  first->events.stuck (first->user, REASON);
  stopped.stopped = true;
  attempt_ended (fixture, second, &stopped);
  g_assert_cmpint (answer.code, ==, SERVICE_E_STATE);
  g_assert_true (g_str_has_prefix (answer.detail, "1 of 2 jobs were cleared. "));
  g_assert_true (g_str_has_suffix (answer.detail, " remains. " REASON));
  g_assert_cmpstr (fixture_status (fixture, other_id), ==, "gone");
  g_assert_cmpstr (fixture_status (fixture, stuck_id), ==, "running");
  answer_clear (&answer);
  fixture_free (fixture);
}

/* Without the stored intent, the end would be an interruption "by another program", and the job
 * would be resumed. */
static void
test_a_job_says_that_a_kill_cut_off_its_deletion (void)
{
  Fixture *fixture = fixture_new (1);
  ExecutorAttempt *attempt;
  g_autofree char *id = running_job (fixture, &attempt);
  AttemptResult stopped = result_exit (-1);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_delete (fixture->service, id, &call);
  fixture_settle (fixture);
  fixture_restart (fixture);
  attempt = fixture_last_attempt (fixture);
  g_assert_true (attempt->was_adopted);
  stopped.stopped = true;
  attempt_ended (fixture, attempt, &stopped);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "stopped");
  g_assert_cmpstr (reason_of (fixture, id), ==, "the daemon was killed while it ended this job");
  answer_clear (&answer);
  fixture_free (fixture);
}

/* The answer to a deletion must not come before the processes are gone, also when they end while
 * the intent is being stored. */
static void
test_an_attempt_may_end_while_the_intent_is_stored (void)
{
  Fixture *fixture = fixture_new (1);
  ExecutorAttempt *attempt;
  g_autofree char *id = running_job (fixture, &attempt);
  const AttemptResult good = result_exit (0);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_delete (fixture->service, id, &call);
  attempt_ended (fixture, attempt, &good);
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "gone");
  answer_clear (&answer);
  fixture_free (fixture);
}

#define TEST(name) g_test_add_func ("/service-delete/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (an_attempt_that_does_not_end_gives_its_job_back);
  TEST (clear_removes_the_others);
  TEST (a_job_says_that_a_kill_cut_off_its_deletion);
  TEST (an_attempt_may_end_while_the_intent_is_stored);
  return g_test_run ();
}
