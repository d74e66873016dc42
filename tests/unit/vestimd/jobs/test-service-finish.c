/* SPDX-License-Identifier: MIT */
#include "tests/support/service-fixture.h"

#define TRUE_COMMAND "{\"argv\":[\"true\"]}"

static int
ask (Fixture *fixture, const char *id)
{
  return fixture_ask (fixture, service_finish_job, id);
}

static void
test_a_running_estimation_is_asked_through_the_executor (void)
{
  Fixture *fixture = fixture_new (1);
  const AttemptResult good = result_exit (0);
  g_autofree char *id = fixture_create_estimation (fixture);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);

  attempt_started (fixture, attempt);
  g_assert_cmpint (ask (fixture, id), ==, 0);
  g_assert_true (attempt->must_finish);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  g_assert_cmpint (ask (fixture, id), ==, 0);
  attempt_ended (fixture, attempt, &good);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "completed");
  g_assert_cmpint (ask (fixture, id), ==, SERVICE_E_STATE);
  fixture_free (fixture);
}

static void
test_other_jobs_are_refused (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *command = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *queued = fixture_create_estimation (fixture);

  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpint (ask (fixture, command), ==, SERVICE_E_STATE);
  g_assert_cmpint (ask (fixture, queued), ==, SERVICE_E_STATE);
  g_assert_cmpint (ask (fixture, "job_20200101-000000-000fff"), ==, SERVICE_E_NOT_FOUND);
  g_assert_false (fixture_last_attempt (fixture)->must_finish);
  fixture_free (fixture);
}

/* The daemon that answered may die before the job has heard of it. */
static void
test_the_next_daemon_asks_again (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create_estimation (fixture);

  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpint (ask (fixture, id), ==, 0);
  fixture_restart (fixture);
  g_assert_true (fixture_last_attempt (fixture)->was_adopted);
  g_assert_true (fixture_last_attempt (fixture)->must_finish);
  attempt_started (fixture, fixture_last_attempt (fixture));
  fixture_free (fixture);
}

/* A retry is a wish for more training. */
static void
test_a_retry_forgets_the_request (void)
{
  Fixture *fixture = fixture_new (1);
  const AttemptResult bad = result_exit (1);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);
  g_autofree char *id = fixture_create_estimation (fixture);

  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpint (ask (fixture, id), ==, 0);
  attempt_ended (fixture, fixture_last_attempt (fixture), &bad);
  service_retry (fixture->service, id, false, &call);
  fixture_wait (fixture, &answer.is_done);
  fixture_settle (fixture);
  g_assert_cmpint (fixture_last_attempt (fixture)->number, ==, 2);
  g_assert_false (fixture_last_attempt (fixture)->must_finish);
  answer_clear (&answer);
  fixture_free (fixture);
}

/* An interrupted job that was asked to finish waits for room like others. */
static void
test_a_job_that_finishes_waits_for_room (void)
{
  Fixture *fixture = fixture_new (1);
  AttemptResult lost = result_exit (-1), full = result_exit (-1);
  g_autofree char *id = fixture_create_estimation (fixture);
  g_autofree char *task = g_build_filename (fixture->jobs_dir, id, "tasks", "1", NULL);
  g_autofree char *checkpoint = g_build_filename (task, "checkpoint.bin", NULL);

  lost.lost = true;
  full.lack = "the disk is full: free some space";
  full.error = "no room";
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpint (ask (fixture, id), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (task, 0700), ==, 0);
  g_assert_true (g_file_set_contents (checkpoint, "", 0, NULL));
  fixture_restart (fixture);
  attempt_ended (fixture, fixture_last_attempt (fixture), &lost);
  while (fixture_last_attempt (fixture)->number == 1)
    uv_run (&fixture->loop, UV_RUN_ONCE);
  g_assert_true (fixture_last_attempt (fixture)->must_finish);
  attempt_ended (fixture, fixture_last_attempt (fixture), &full);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
  fixture_free (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/service-finish/a-running-estimation-is-asked-through-the-executor",
                   test_a_running_estimation_is_asked_through_the_executor);
  g_test_add_func ("/service-finish/other-jobs-are-refused", test_other_jobs_are_refused);
  g_test_add_func ("/service-finish/the-next-daemon-asks-again", test_the_next_daemon_asks_again);
  g_test_add_func ("/service-finish/a-retry-forgets-the-request", test_a_retry_forgets_the_request);
  g_test_add_func ("/service-finish/a-job-that-finishes-waits-for-room",
                   test_a_job_that_finishes_waits_for_room);
  return g_test_run ();
}
