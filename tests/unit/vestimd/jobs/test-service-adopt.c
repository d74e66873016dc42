/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "tests/support/service-fixture.h"

/* Clients are served before the last attempt of an earlier daemon has reported, so its events may
 * come while a client's change of the same job is being stored. */

static char *
adopting_job (Fixture *fixture)
{
  char *id = fixture_create (fixture, 0, false, "{\"argv\":[\"true\"]}");

  fixture_restart (fixture);
  g_assert_true (fixture_last_attempt (fixture)->was_adopted);
  return id;
}

static void
test_an_absent_attempt_is_launched_after_the_change_under_way (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = adopting_job (fixture);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  Answer answer = { 0 };

  fixture_rename (fixture, id, &answer);
  attempt->events.absent (attempt->user);
  fixture_settle (fixture);
  g_assert_cmpint (answer.code, ==, 0);
  attempt = fixture_last_attempt (fixture);
  g_assert_false (attempt->was_adopted);
  attempt_started (fixture, attempt);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  g_assert_cmpstr (job_get (service_find (fixture->service, id))->name, ==, "renamed");
  answer_clear (&answer);
  fixture_free (fixture);
}

static void
test_an_absent_attempt_of_a_deleted_job_is_not_launched (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = adopting_job (fixture);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_delete (fixture->service, id, &call);
  fixture_settle (fixture);
  g_assert_true (attempt->is_stopped);
  attempt->events.absent (attempt->user);
  fixture_settle (fixture);
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 1);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "gone");
  answer_clear (&answer);
  fixture_free (fixture);
}

/* The daemon that launched the attempt died before it stored the start time. */
static void
test_a_start_time_is_kept_by_the_change_under_way (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = adopting_job (fixture);
  Answer answer = { 0 };

  fixture_rename (fixture, id, &answer);
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_cmpint (job_get (service_find (fixture->service, id))->started_at, !=, 0);
  answer_clear (&answer);
  fixture_free (fixture);
}

static void
test_an_absent_attempt_of_a_paused_job_waits (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, "{\"argv\":[\"true\"]}");
  ExecutorAttempt *attempt;

  g_assert_cmpint (fixture_ask (fixture, service_pause_job, id), ==, 0);
  fixture_restart (fixture);
  attempt = fixture_last_attempt (fixture);
  attempt->events.absent (attempt->user);
  fixture_settle (fixture);
  g_assert_true (fixture_last_attempt (fixture) == attempt);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
  g_assert_cmpuint ((unsigned) queue_count_running (service_get_queue (fixture->service)), ==, 0);
  g_assert_cmpint (fixture_ask (fixture, service_resume_job, id), ==, 0);
  fixture_settle (fixture);
  g_assert_true (fixture_last_attempt (fixture) != attempt);
  g_assert_false (fixture_last_attempt (fixture)->is_new);
  fixture_free (fixture);
}

static void
pause_queue (Fixture *fixture)
{
  const ServiceSettings paused = { .is_paused = true };
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_set_settings (fixture->service, &paused, SERVICE_PAUSED, &call);
  fixture_expect (fixture, &answer, 0);
}

static void
end_for_lack (Fixture *fixture)
{
  AttemptResult full = result_exit (-1);

  full.lack = "the disk is full: free some space";
  full.error = "no room";
  attempt_ended (fixture, fixture_last_attempt (fixture), &full);
}

/* It was queued for its clients when they paused the queue. */
static void
test_a_paused_queue_starts_no_absent_attempt (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = adopting_job (fixture);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);

  pause_queue (fixture);
  attempt->events.absent (attempt->user);
  fixture_settle (fixture);
  g_assert_true (fixture_last_attempt (fixture) == attempt);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
  fixture_free (fixture);
}

/* A start that failed for a lack leaves nothing that a later daemon would adopt. */
static void
test_a_job_that_waits_for_a_lack_is_stored_as_queued (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, "{\"argv\":[\"true\"]}");

  end_for_lack (fixture);
  pause_queue (fixture);
  fixture_restart (fixture);
  fixture_settle (fixture);
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 0);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
  fixture_free (fixture);
}

static void
on_stored (void *user, int status)
{
  g_assert_cmpint (status, ==, 0);
  *(bool *) user = true;
}

static void
boot (Fixture *fixture)
{
  RegistryTransaction *transaction = registry_transaction_new ();
  bool is_stored = false;

  registry_transaction_set_setting (transaction, "boot_id", "another");
  registry_submit (fixture->registry, transaction, on_stored, &is_stored);
  fixture_wait (fixture, &is_stored);
  fixture_restart (fixture);
}

/* The machine went down between the start of an attempt and the flush of its start time. What the
 * attempt left in its folder may be lost, so it must not be launched again. */
static void
test_after_a_boot_no_attempt_is_absent (void)
{
  Fixture *fixture = fixture_new (1);

  g_free (adopting_job (fixture));
  g_assert_false (fixture_last_attempt (fixture)->was_seen);
  boot (fixture);
  g_assert_true (fixture_last_attempt (fixture)->was_seen);
  fixture_free (fixture);
}

/* What never started is not lost with the machine. */
static void
test_after_a_boot_a_job_that_waited_for_a_lack_is_queued (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, "{\"argv\":[\"true\"]}");

  end_for_lack (fixture);
  pause_queue (fixture);
  boot (fixture);
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 0);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
  fixture_free (fixture);
}

/* The first daemon after the boot ends before it has stored what became of the attempt. The second
 * one finds its own boot stored. */
static void
test_the_second_daemon_after_a_boot_knows_it_too (void)
{
  Fixture *fixture = fixture_new (1);

  g_free (adopting_job (fixture));
  boot (fixture);
  fixture_restart (fixture);
  g_assert_true (fixture_last_attempt (fixture)->was_seen);
  fixture_free (fixture);
}

#define TEST(name) g_test_add_func ("/service-adopt/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (an_absent_attempt_is_launched_after_the_change_under_way);
  TEST (an_absent_attempt_of_a_deleted_job_is_not_launched);
  TEST (an_absent_attempt_of_a_paused_job_waits);
  TEST (a_paused_queue_starts_no_absent_attempt);
  TEST (a_job_that_waits_for_a_lack_is_stored_as_queued);
  TEST (after_a_boot_a_job_that_waited_for_a_lack_is_queued);
  TEST (a_start_time_is_kept_by_the_change_under_way);
  TEST (after_a_boot_no_attempt_is_absent);
  TEST (the_second_daemon_after_a_boot_knows_it_too);
  return g_test_run ();
}
