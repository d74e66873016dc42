/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestimd/jobs/registry/registry-private.h"
#include "tests/support/service-fixture.h"

/* From the commit of an attempt to the start of its process, which may take long: the job is shown
 * as queued, and clients can change, stop and delete it. */

static char *
launching_job (Fixture *fixture)
{
  return fixture_create (fixture, 0, false, "{\"argv\":[\"true\"]}");
}

/* The executor took the attempt back before its program ran. */
static AttemptResult
result_of_no_start (void)
{
  AttemptResult result = result_exit (-1);

  result.stopped = result.never_started = true;
  return result;
}

static const char *
name_of (Fixture *fixture, const char *id)
{
  return job_get (service_find (fixture->service, id))->name;
}

static void
test_a_change_is_stored_at_once (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  Answer answer = { 0 };

  fixture_rename (fixture, id, &answer);
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  g_assert_cmpstr (name_of (fixture, id), ==, "renamed");
  answer_clear (&answer);
  fixture_free (fixture);
}

/* A change must not make the next daemon think that nothing was handed over: the attempt would be
 * started twice. */
static void
test_a_changed_attempt_is_adopted_by_the_next_daemon (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  Answer answer = { 0 };

  fixture_rename (fixture, id, &answer);
  fixture_wait (fixture, &answer.is_done);
  fixture_restart (fixture);
  g_assert_true (fixture_last_attempt (fixture)->was_adopted);
  g_assert_cmpstr (name_of (fixture, id), ==, "renamed");
  answer_clear (&answer);
  fixture_free (fixture);
}

static void
test_a_start_during_a_change_is_kept (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  Answer answer = { 0 };

  fixture_rename (fixture, id, &answer);
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  fixture_restart (fixture);
  g_assert_cmpint (job_get (service_find (fixture->service, id))->started_at, !=, 0);
  g_assert_cmpstr (name_of (fixture, id), ==, "renamed");
  answer_clear (&answer);
  fixture_free (fixture);
}

static void
test_an_end_during_a_change_is_kept (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  const AttemptResult good = result_exit (0);
  Answer answer = { 0 };

  fixture_rename (fixture, id, &answer);
  attempt->events.started (attempt->user, 1000);
  attempt_ended (fixture, attempt, &good);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "completed");
  g_assert_cmpstr (name_of (fixture, id), ==, "renamed");
  answer_clear (&answer);
  fixture_free (fixture);
}

static void
test_a_stop_is_answered_at_once_and_nothing_runs (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  const AttemptResult never = result_of_no_start ();
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_stop_job (fixture->service, id, &call);
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_true (attempt->is_stopped);
  attempt_ended (fixture, attempt, &never);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "stopped");
  g_assert_cmpint (job_get (service_find (fixture->service, id))->started_at, ==, 0);
  answer_clear (&answer);
  fixture_free (fixture);
}

/* The executor gives the attempt back while the stop is on its way to the disk. */
static void
test_a_stop_of_a_job_without_room_is_not_lost (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  AttemptResult no_room = result_exit (-1);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_stop_job (fixture->service, id, &call);
  no_room.lack = "the disk is full: free some space";
  no_room.error = "no room";
  attempt_ended (fixture, attempt, &no_room);
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "stopped");
  answer_clear (&answer);
  fixture_free (fixture);
}

static void
test_a_deletion_takes_the_attempt_back (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  const AttemptResult never = result_of_no_start ();
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_delete (fixture->service, id, &call);
  fixture_settle (fixture);
  g_assert_true (attempt->is_stopped);
  attempt_ended (fixture, attempt, &never);
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "gone");
  answer_clear (&answer);
  fixture_free (fixture);
}

static void
test_a_job_that_cannot_be_started_fails (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  AttemptResult failed = result_exit (-1);

  failed.error = "Cannot start it.";
  attempt_ended (fixture, fixture_last_attempt (fixture), &failed);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "failed");
  fixture_free (fixture);
}

/* A flush for the start of each attempt would make short jobs slow. */
static void
test_a_short_attempt_stores_its_start_with_its_end (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  const AttemptResult result = result_exit (0);
  uint64_t before = registry_count_commits (fixture->registry);

  attempt->events.started (attempt->user, 1);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  attempt->events.ended (attempt->user, &result);
  while (g_strcmp0 (fixture_status (fixture, id), "completed") != 0)
    uv_run (&fixture->loop, UV_RUN_ONCE);
  g_assert_cmpuint (registry_count_commits (fixture->registry), ==, before + 1);
  fixture_restart (fixture);
  g_assert_cmpint (job_get (service_find (fixture->service, id))->started_at, ==, 1);
  fixture_free (fixture);
}

/* A long one must not be launched again if the daemon dies. */
static void
test_a_long_attempt_stores_its_start (void)
{
  Fixture *fixture = fixture_new (1);
  ExecutorAttempt *attempt;
  uint64_t before;

  g_free (launching_job (fixture));
  attempt = fixture_last_attempt (fixture);
  before = registry_count_commits (fixture->registry);
  attempt->events.started (attempt->user, 1);
  while (registry_count_commits (fixture->registry) == before)
    uv_run (&fixture->loop, UV_RUN_ONCE);
  fixture_restart (fixture);
  g_assert_true (fixture_last_attempt (fixture)->was_seen);
  fixture_free (fixture);
}

/* The attempt has been given the old ones: it must not be shown with others. */
static void
test_what_the_attempt_was_given_cannot_change (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, "{\"argv\":[\"true\"]}");
  const VestimJob values = { .selections = (char *) "{\"argv\":[\"false\"]}", .priority = 3 };
  const ServiceFields selections = { &values, VESTIM_JOB_FIELD_SET (selections) };
  const ServiceFields priority = { &values, VESTIM_JOB_FIELD_SET (priority) };
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
  service_patch (fixture->service, id, &selections, &call);
  fixture_expect (fixture, &answer, SERVICE_E_STATE);
  service_patch (fixture->service, id, &priority, &call);
  fixture_expect (fixture, &answer, 0);
  fixture_free (fixture);
}

static void
test_a_job_says_that_it_waits_for_its_executor (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  unsigned n_events = fixture->events->len;

  g_assert_true (fixture_shows (fixture, id, "\"for\":\"executor\""));
  attempt->events.waiting (attempt->user, "The disk is slow.");
  g_assert_cmpuint (fixture->events->len, ==, n_events + 1);
  g_assert_true (fixture_shows (fixture, id, "The disk is slow."));
  attempt_started (fixture, attempt);
  g_assert_true (fixture_shows (fixture, id, "\"waiting\":null"));
  fixture_free (fixture);
}

/* It may run by now, and it may not: only the executor knows. */
static void
test_the_next_daemon_shows_the_job_as_queued_until_its_executor_knows_more (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  g_autofree char *other = launching_job (fixture);
  ExecutorAttempt *attempt;

  fixture_restart (fixture);
  attempt = fixture_last_attempt (fixture);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
  g_assert_true (fixture_shows (fixture, id, "\"for\":\"executor\""));
  g_assert_false (fixture->is_settled);
  attempt->events.waiting (attempt->user, "The disk is slow.");
  g_assert_true (fixture->is_settled);
  fixture_settle (fixture);
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 1); /* its slots are taken */
  attempt_started (fixture, attempt);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  g_assert_cmpstr (fixture_status (fixture, other), ==, "queued");
  fixture_restart (fixture);
  g_assert_true (fixture_last_attempt (fixture)->was_seen);
  fixture_free (fixture);
}

/* What each daemon stores must say that the attempt was handed over. */
static void
test_changes_by_several_daemons_start_nothing_twice (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  Answer answer = { 0 };

  for (int i = 0; i < 3; i++)
    {
      fixture_restart (fixture);
      g_assert_cmpuint (fixture->executor.attempts->len, ==, 1);
      g_assert_true (fixture_last_attempt (fixture)->was_adopted);
      fixture_rename (fixture, id, &answer);
      fixture_expect (fixture, &answer, 0);
      g_assert_cmpint (
          fixture_ask (fixture, i % 2 == 0 ? service_pause_job : service_resume_job, id), ==, 0);
      g_assert_cmpint (fixture_last_attempt (fixture)->is_paused, ==, i % 2 == 0);
    }
  g_assert_cmpstr (name_of (fixture, id), ==, "renamed");
  fixture_free (fixture);
}

static void
test_a_stop_is_told_to_the_executor_by_the_next_daemon (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  const AttemptResult never = result_of_no_start ();
  ExecutorAttempt *attempt;

  g_assert_cmpint (fixture_ask (fixture, service_stop_job, id), ==, 0);
  fixture_restart (fixture);
  attempt = fixture_last_attempt (fixture);
  g_assert_true (attempt->is_stopped);
  attempt_ended (fixture, attempt, &never);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "stopped");
  g_assert_cmpint (job_get (service_find (fixture->service, id))->started_at, ==, 0);
  fixture_free (fixture);
}

/* The start was under way when the stop came. */
static void
test_a_late_start_after_a_stop_ends_by_itself (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  AttemptResult stopped = result_exit (-1);

  stopped.stopped = true;
  g_assert_cmpint (fixture_ask (fixture, service_stop_job, id), ==, 0);
  attempt_started (fixture, attempt);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  attempt_ended (fixture, attempt, &stopped);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "stopped");
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 1);
  fixture_free (fixture);
}

static void
test_a_clear_takes_attempts_back_also_those_of_an_earlier_daemon (void)
{
  Fixture *fixture = fixture_new (2);
  g_autofree char *first = launching_job (fixture);
  g_autofree char *second = launching_job (fixture);
  const AttemptResult never = result_of_no_start ();
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  fixture_restart (fixture);
  service_clear (fixture->service, SERVICE_ALL_STATES, &call);
  fixture_settle (fixture);
  for (unsigned i = 0; i < 2; i++)
    {
      ExecutorAttempt *attempt = fixture->executor.attempts->pdata[i];

      g_assert_true (attempt->is_stopped);
      attempt_ended (fixture, attempt, &never);
    }
  fixture_expect (fixture, &answer, 0);
  g_assert_cmpstr (fixture_status (fixture, first), ==, "gone");
  g_assert_cmpstr (fixture_status (fixture, second), ==, "gone");
  g_assert_cmpint (queue_count_running (service_get_queue (fixture->service)), ==, 0);
  fixture_free (fixture);
}

static void
test_a_job_is_moved (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = launching_job (fixture);
  g_autofree char *other = launching_job (fixture);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_move (fixture->service, id, SERVICE_MOVE_AFTER, other, &call);
  fixture_expect (fixture, &answer, 0);
  g_assert_cmpint (job_get (service_find (fixture->service, id))->rank, >,
                   job_get (service_find (fixture->service, other))->rank);
  fixture_restart (fixture);
  g_assert_true (fixture_last_attempt (fixture)->was_adopted);
  fixture_free (fixture);
}

#define TEST(name) g_test_add_func ("/service-launch/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (a_change_is_stored_at_once);
  TEST (what_the_attempt_was_given_cannot_change);
  TEST (a_changed_attempt_is_adopted_by_the_next_daemon);
  TEST (a_start_during_a_change_is_kept);
  TEST (an_end_during_a_change_is_kept);
  TEST (a_stop_is_answered_at_once_and_nothing_runs);
  TEST (a_stop_of_a_job_without_room_is_not_lost);
  TEST (a_deletion_takes_the_attempt_back);
  TEST (a_job_that_cannot_be_started_fails);
  TEST (a_short_attempt_stores_its_start_with_its_end);
  TEST (a_long_attempt_stores_its_start);
  TEST (a_job_says_that_it_waits_for_its_executor);
  TEST (the_next_daemon_shows_the_job_as_queued_until_its_executor_knows_more);
  TEST (changes_by_several_daemons_start_nothing_twice);
  TEST (a_stop_is_told_to_the_executor_by_the_next_daemon);
  TEST (a_late_start_after_a_stop_ends_by_itself);
  TEST (a_clear_takes_attempts_back_also_those_of_an_earlier_daemon);
  TEST (a_job_is_moved);
  return g_test_run ();
}
