/* SPDX-License-Identifier: MIT */
#include "tests/support/service-fixture.h"

/* What happens while the service stops, and when an attempt gives no answer. */

#define TRUE_COMMAND "{\"argv\":[\"true\"]}"

static void
expect_code (Fixture *fixture, Answer *answer, int code)
{
  fixture_wait (fixture, &answer->is_done);
  g_assert_cmpint (answer->code, ==, code);
  answer_clear (answer);
}

/* The registry closes next: a change that came later could not be stored. */
static void
test_each_change_is_refused_while_the_service_stops (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, true, TRUE_COMMAND);
  g_autoptr (VestimJob) values = vestim_job_new ();
  const ServiceFields fields = { .values = values };
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_stop (fixture->service, true, NULL, NULL);
  service_create (fixture->service, &fields, false, &call);
  expect_code (fixture, &answer, SERVICE_E_STOPPING);
  service_patch (fixture->service, id, &fields, &call);
  expect_code (fixture, &answer, SERVICE_E_STOPPING);
  service_start_job (fixture->service, id, &call);
  expect_code (fixture, &answer, SERVICE_E_STOPPING);
  service_delete (fixture->service, id, &call);
  expect_code (fixture, &answer, SERVICE_E_STOPPING);
  service_clear (fixture->service, SERVICE_ALL_STATES, &call);
  expect_code (fixture, &answer, SERVICE_E_STOPPING);
  service_set_settings (fixture->service, service_get_settings (fixture->service),
                        SERVICE_MAX_RUNNING, &call);
  expect_code (fixture, &answer, SERVICE_E_STOPPING);
  g_assert_cmpuint (service_total (fixture->service), ==, 1);
  fixture_free (fixture);
}

/* The client must not wait for the end of a job that the next daemon follows. */
static void
test_a_deletion_is_answered_when_the_service_leaves_the_job (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  attempt_started (fixture, fixture_last_attempt (fixture));
  service_delete (fixture->service, id, &call);
  fixture_settle (fixture);
  g_assert_true (fixture_last_attempt (fixture)->is_stopped);
  g_assert_false (answer.is_done);
  service_stop (fixture->service, true, NULL, NULL);
  expect_code (fixture, &answer, SERVICE_E_STOPPING);
  g_assert_true (fixture_last_attempt (fixture)->is_detached);
  g_assert_nonnull (service_find (fixture->service, id));
  fixture_free (fixture);
}

/* An attempt whose traces take long to find must not keep the daemon from serving. */
static void
test_the_start_does_not_wait_for_an_attempt_that_is_silent (void)
{
  Fixture *fixture = fixture_new (2);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);
  const AttemptResult good = result_exit (0);

  attempt_started (fixture, fixture_last_attempt (fixture));
  fixture_restart (fixture);
  g_assert_false (fixture->is_settled);
  fixture_wait (fixture, &fixture->is_settled);
  attempt_started (fixture, fixture_last_attempt (fixture));
  attempt_ended (fixture, fixture_last_attempt (fixture), &good);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "completed");
  fixture_free (fixture);
}

/* Only another program can have stored them. */
static void
test_stored_selections_that_are_no_command_fail_the_job (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, "{\"argv\":[]}");

  fixture_settle (fixture);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "failed");
  g_assert_cmpstr (job_get (service_find (fixture->service, id))->details.reason, ==,
                   "The stored selections are not a valid command. Create a new job.");
  fixture_free (fixture);
}

#define TEST(name) g_test_add_func ("/service-stop/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (each_change_is_refused_while_the_service_stops);
  TEST (a_deletion_is_answered_when_the_service_leaves_the_job);
  TEST (the_start_does_not_wait_for_an_attempt_that_is_silent);
  TEST (stored_selections_that_are_no_command_fail_the_job);
  return g_test_run ();
}
