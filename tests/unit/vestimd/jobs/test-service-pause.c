/* SPDX-License-Identifier: MIT */
#include "tests/support/service-fixture.h"

#define TRUE_COMMAND "{\"argv\":[\"true\"]}"

/* Also waits for what follows from the change. */
static int
ask (Fixture *fixture, FixtureChange change, const char *id)
{
  int code = fixture_ask (fixture, change, id);

  fixture_settle (fixture);
  return code;
}

static bool
is_paused (Fixture *fixture, const char *id)
{
  return job_get (service_find (fixture->service, id))->paused;
}

static void
test_a_running_job_is_paused_through_the_executor (void)
{
  Fixture *fixture = fixture_new (1);
  const AttemptResult good = result_exit (0);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);

  attempt_started (fixture, attempt);
  g_assert_cmpint (ask (fixture, service_pause_job, id), ==, 0);
  g_assert_true (attempt->is_paused && is_paused (fixture, id));
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  g_assert_cmpint (ask (fixture, service_pause_job, id), ==, 0);
  g_assert_cmpint (ask (fixture, service_resume_job, id), ==, 0);
  g_assert_false (attempt->is_paused || is_paused (fixture, id));
  g_assert_cmpint (ask (fixture, service_pause_job, id), ==, 0);
  attempt_ended (fixture, attempt, &good);
  g_assert_false (is_paused (fixture, id));
  g_assert_cmpint (ask (fixture, service_pause_job, id), ==, SERVICE_E_STATE);
  g_assert_cmpint (ask (fixture, service_resume_job, id), ==, SERVICE_E_STATE);
  fixture_free (fixture);
}

/* It is shown as queued, and its process may be about to appear. */
static void
test_a_job_that_is_being_started_is_paused_as_well (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);

  g_assert_cmpint (ask (fixture, service_pause_job, id), ==, 0);
  g_assert_true (fixture_last_attempt (fixture)->is_paused);
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_true (is_paused (fixture, id));
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  fixture_free (fixture);
}

static void
test_a_held_job_lets_others_pass (void)
{
  Fixture *fixture = fixture_new (1);
  const AttemptResult good = result_exit (0);
  g_autofree char *first = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *held = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *other = fixture_create (fixture, 0, false, TRUE_COMMAND);

  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpstr (fixture_status (fixture, first), ==, "running");
  g_assert_cmpint (ask (fixture, service_pause_job, held), ==, 0);
  attempt_ended (fixture, fixture_last_attempt (fixture), &good);
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpstr (fixture_status (fixture, held), ==, "queued");
  g_assert_cmpstr (fixture_status (fixture, other), ==, "running");
  attempt_ended (fixture, fixture_last_attempt (fixture), &good);
  g_assert_cmpstr (fixture_status (fixture, held), ==, "queued");
  g_assert_cmpint (ask (fixture, service_resume_job, held), ==, 0);
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpstr (fixture_status (fixture, held), ==, "running");
  fixture_free (fixture);
}

/* The daemon that answered may die before the job has heard of it. */
static void
test_the_next_daemon_asks_again (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);

  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpint (ask (fixture, service_pause_job, id), ==, 0);
  fixture_restart (fixture);
  g_assert_true (fixture_last_attempt (fixture)->was_adopted);
  g_assert_true (fixture_last_attempt (fixture)->is_paused);
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_true (is_paused (fixture, id));
  fixture_free (fixture);
}

static void
test_other_jobs_are_refused (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *running = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *held = fixture_create (fixture, 0, true, TRUE_COMMAND);

  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpint (ask (fixture, service_pause_job, held), ==, SERVICE_E_STATE);
  g_assert_cmpint (ask (fixture, service_resume_job, held), ==, SERVICE_E_STATE);
  g_assert_cmpint (ask (fixture, service_pause_job, "job_20200101-000000-000fff"), ==,
                   SERVICE_E_NOT_FOUND);
  g_assert_cmpint (ask (fixture, service_pause_job, running), ==, 0);
  g_assert_cmpint (ask (fixture, service_stop_job, running), ==, 0);
  g_assert_false (is_paused (fixture, running));
  g_assert_cmpint (ask (fixture, service_pause_job, running), ==, SERVICE_E_STATE);
  fixture_free (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/service-pause/a-running-job-is-paused-through-the-executor",
                   test_a_running_job_is_paused_through_the_executor);
  g_test_add_func ("/service-pause/a-job-that-is-being-started-is-paused-as-well",
                   test_a_job_that_is_being_started_is_paused_as_well);
  g_test_add_func ("/service-pause/a-held-job-lets-others-pass", test_a_held_job_lets_others_pass);
  g_test_add_func ("/service-pause/the-next-daemon-asks-again", test_the_next_daemon_asks_again);
  g_test_add_func ("/service-pause/other-jobs-are-refused", test_other_jobs_are_refused);
  return g_test_run ();
}
