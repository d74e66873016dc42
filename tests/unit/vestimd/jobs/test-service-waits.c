/* SPDX-License-Identifier: MIT */
#include <sqlite3.h>

#include "tests/support/service-fixture.h"

/* Jobs that wait for other jobs, on a service whose executor the test controls. */

#define TRUE_COMMAND "{\"argv\":[\"true\"]}"
#define CHAIN 300

/* `(transfer full)` a text of `depends_on` with these jobs. */
static char *
depends_on (const char *id)
{
  return g_strdup_printf ("[{\"job_id\":\"%s\",\"when\":\"completed\"}]", id);
}

/* Creates a job without waiting until the service is at rest. */
static char *
create_after (Fixture *fixture, const char *id, bool hold)
{
  g_autofree char *dependency = depends_on (id);
  const VestimJob values = { .kind = VESTIM_JOB_KIND_COMMAND,
                             .selections = (char *) TRUE_COMMAND,
                             .depends_on = dependency };
  const ServiceFields fields = { &values, VESTIM_JOB_FIELD_SET (kind)
                                              | VESTIM_JOB_FIELD_SET (selections)
                                              | VESTIM_JOB_FIELD_SET (depends_on) };
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);
  char *created;

  service_create (fixture->service, &fields, hold, &call);
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpint (answer.code, ==, 0);
  created = g_steal_pointer (&answer.job_id);
  answer_clear (&answer);
  return created;
}

static void
patch_dependency (Fixture *fixture, const char *id, const char *on, Answer *answer)
{
  g_autofree char *dependency = depends_on (on);
  const VestimJob values = { .depends_on = dependency };
  const ServiceFields fields = { &values, VESTIM_JOB_FIELD_SET (depends_on) };
  ServiceCall call = answer_call (answer, NULL);

  service_patch (fixture->service, id, &fields, &call);
}

/* Runs the loop until so many jobs have that state. */
static void
wait_for_count (Fixture *fixture, VestimJobState state, size_t n)
{
  while (service_count (fixture->service, state) != n)
    uv_run (&fixture->loop, UV_RUN_ONCE);
}

static void
end_last (Fixture *fixture, int exit_code)
{
  const AttemptResult result = result_exit (exit_code);

  attempt_started (fixture, fixture_last_attempt (fixture));
  attempt_ended (fixture, fixture_last_attempt (fixture), &result);
}

static void
retry (Fixture *fixture, const char *id)
{
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_retry (fixture->service, id, false, &call);
  fixture_expect (fixture, &answer, 0);
}

/* The chain ends, and goes on, however long it is; a restart in between changes nothing. */
static void
test_a_chain_is_stopped_and_queued_again (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *head = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *last = g_strdup (head);

  for (int i = 0; i < CHAIN; i++)
    {
      char *next = create_after (fixture, last, false);

      g_free (last);
      last = next;
    }
  end_last (fixture, 1);
  wait_for_count (fixture, VESTIM_JOB_STOPPED, CHAIN);
  fixture_restart (fixture);
  fixture_settle (fixture);
  g_assert_cmpuint (service_count (fixture->service, VESTIM_JOB_STOPPED), ==, CHAIN);
  retry (fixture, head);
  wait_for_count (fixture, VESTIM_JOB_STOPPED, 0);
  g_assert_cmpstr (fixture_status (fixture, last), ==, "queued");
  fixture_free (fixture);
}

/* The daemon that stored the failure may die before it stops the other jobs, or before it queues
 * them again. */
static void
test_a_restart_finishes_what_a_dead_daemon_began (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *head = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *second = create_after (fixture, head, false);
  const AttemptResult bad = result_exit (1);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);

  attempt_started (fixture, attempt);
  attempt->events.ended (attempt->user, &bad);
  fixture_restart (fixture);
  wait_for_count (fixture, VESTIM_JOB_STOPPED, 1);
  g_assert_cmpstr (fixture_status (fixture, second), ==, "stopped");
  retry (fixture, head);
  fixture_restart (fixture);
  wait_for_count (fixture, VESTIM_JOB_STOPPED, 0);
  g_assert_cmpstr (fixture_status (fixture, second), ==, "queued");
  fixture_free (fixture);
}

static void
hold (Fixture *fixture, const char *id)
{
  g_assert_cmpint (fixture_ask (fixture, service_pause_job, id), ==, 0);
}

/* The dependency fails while the daemon dies, or is given when it has failed already. */
static void
test_a_job_on_hold_is_stopped_as_well (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *head = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *second = create_after (fixture, head, false);
  g_autofree char *third = fixture_create (fixture, 0, false, TRUE_COMMAND);
  const AttemptResult bad = result_exit (1);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  Answer answer = { 0 };

  hold (fixture, second);
  hold (fixture, third);
  attempt_started (fixture, attempt);
  attempt->events.ended (attempt->user, &bad);
  fixture_restart (fixture);
  fixture_settle (fixture);
  g_assert_cmpstr (fixture_status (fixture, second), ==, "stopped");
  patch_dependency (fixture, third, head, &answer);
  fixture_wait (fixture, &answer.is_done);
  fixture_settle (fixture);
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_cmpstr (fixture_status (fixture, third), ==, "stopped");
  answer_clear (&answer);
  fixture_free (fixture);
}

static sqlite3 *
lock_registry (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "registry.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  return db;
}

/* Another program locks the registry for longer than the daemon waits. */
static void
test_a_stop_that_cannot_be_stored_is_tried_again (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *head = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *second = create_after (fixture, head, false);
  g_autofree char *third = create_after (fixture, second, false);
  const AttemptResult bad = result_exit (1);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  Answer answer = { 0 };
  sqlite3 *db;

  attempt_started (fixture, attempt);
  attempt->events.ended (attempt->user, &bad);
  fixture_restart (fixture);
  db = lock_registry (fixture);
  fixture_rename (fixture, head, &answer);
  fixture_expect (fixture, &answer, SERVICE_E_BUSY);
  g_assert_cmpstr (fixture_status (fixture, second), ==, "queued");
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  wait_for_count (fixture, VESTIM_JOB_STOPPED, 2);
  g_assert_cmpstr (fixture_status (fixture, third), ==, "stopped");
  fixture_free (fixture);
}

/* Each of the two changes is sound alone. */
static void
test_two_changes_at_once_make_no_cycle (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *first = fixture_create (fixture, 0, true, TRUE_COMMAND);
  g_autofree char *second = fixture_create (fixture, 0, true, TRUE_COMMAND);
  Answer one = { 0 }, other = { 0 };

  patch_dependency (fixture, first, second, &one);
  patch_dependency (fixture, second, first, &other);
  fixture_wait (fixture, &one.is_done);
  fixture_wait (fixture, &other.is_done);
  g_assert_cmpint (one.code, ==, 0);
  g_assert_cmpint (other.code, ==, SERVICE_E_INVALID);
  answer_clear (&one);
  answer_clear (&other);
  fixture_free (fixture);
}

/* `first` is queued again, and `second`, which depends on it, is over. */
static Fixture *
make_two (char **first, char **second, char **running)
{
  Fixture *fixture = fixture_new (1);

  *first = fixture_create (fixture, 0, false, TRUE_COMMAND);
  end_last (fixture, 0);
  *second = create_after (fixture, *first, false);
  fixture_settle (fixture);
  end_last (fixture, 0);
  *running = fixture_create (fixture, 0, false, TRUE_COMMAND);
  attempt_started (fixture, fixture_last_attempt (fixture));
  retry (fixture, *first);
  return fixture;
}

/* Each of the two changes is sound alone; the one that comes later is refused. */
static void
test_a_retry_and_a_change_at_once_make_no_cycle (void)
{
  for (int is_retry_first = 0; is_retry_first < 2; is_retry_first++)
    {
      g_autofree char *first = NULL, *second = NULL, *running = NULL;
      Fixture *fixture = make_two (&first, &second, &running);
      Answer patched = { 0 }, retried = { 0 };
      ServiceCall call = answer_call (&retried, NULL);

      if (is_retry_first)
        service_retry (fixture->service, second, false, &call);
      patch_dependency (fixture, first, second, &patched);
      if (!is_retry_first)
        service_retry (fixture->service, second, false, &call);
      fixture_wait (fixture, &patched.is_done);
      fixture_wait (fixture, &retried.is_done);
      g_assert_cmpint (patched.code, ==, is_retry_first ? SERVICE_E_INVALID : 0);
      g_assert_cmpint (retried.code, ==, is_retry_first ? 0 : SERVICE_E_STATE);
      answer_clear (&patched);
      answer_clear (&retried);
      fixture_free (fixture);
    }
}

/* It may be queued again by its retry policy. */
static void
test_a_running_job_counts_for_a_cycle (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *first = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *second = create_after (fixture, first, false);
  Answer answer = { 0 };

  end_last (fixture, 0);
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_cmpstr (fixture_status (fixture, second), ==, "running");
  retry (fixture, first);
  patch_dependency (fixture, first, second, &answer);
  fixture_expect (fixture, &answer, SERVICE_E_INVALID);
  fixture_free (fixture);
}

/* Jobs disappear together with those that depend on them. */
static void
test_everything_can_be_cleared_at_once (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *head = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *held = NULL, *second = NULL, *third = NULL, *other = NULL;
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  end_last (fixture, 0);
  other = fixture_create (fixture, 0, false, TRUE_COMMAND);
  attempt_started (fixture, fixture_last_attempt (fixture));
  held = create_after (fixture, head, true);
  second = create_after (fixture, head, false);
  third = create_after (fixture, second, false);
  service_clear (fixture->service, SERVICE_ALL_STATES & ~(1u << VESTIM_JOB_RUNNING), &call);
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_cmpuint (answer.count, ==, 4);
  answer_clear (&answer);
  fixture_settle (fixture);
  g_assert_cmpuint (service_total (fixture->service), ==, 1);
  fixture_free (fixture);
}

/* A client changes a job at the moment at which it is stopped for its dependency. */
static void
test_a_change_during_the_stop_is_kept (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *head = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *second = create_after (fixture, head, false);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  const AttemptResult bad = result_exit (1);
  Answer answer = { 0 };

  attempt_started (fixture, attempt);
  attempt->events.ended (attempt->user, &bad);
  fixture_rename (fixture, second, &answer);
  fixture_expect (fixture, &answer, 0);
  wait_for_count (fixture, VESTIM_JOB_STOPPED, 1);
  g_assert_cmpstr (job_get (service_find (fixture->service, second))->name, ==, "renamed");
  fixture_free (fixture);
}

/* A job that is accepted must find that its dependency has completed. */
static void
test_a_job_that_is_being_deleted_is_no_dependency (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *first = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *dependency = depends_on (first);
  const VestimJob values = { .kind = VESTIM_JOB_KIND_COMMAND,
                             .selections = (char *) TRUE_COMMAND,
                             .depends_on = dependency };
  const ServiceFields fields = { &values, VESTIM_JOB_FIELD_SET (kind)
                                              | VESTIM_JOB_FIELD_SET (selections)
                                              | VESTIM_JOB_FIELD_SET (depends_on) };
  Answer deleted = { 0 }, created = { 0 };
  ServiceCall deletion = answer_call (&deleted, NULL), creation = answer_call (&created, NULL);

  end_last (fixture, 0);
  service_delete (fixture->service, first, &deletion);
  service_create (fixture->service, &fields, false, &creation);
  fixture_expect (fixture, &created, SERVICE_E_INVALID);
  fixture_wait (fixture, &deleted.is_done);
  g_assert_cmpint (deleted.code, ==, 0);
  g_assert_cmpuint (service_total (fixture->service), ==, 0);
  answer_clear (&deleted);
  fixture_free (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/service-waits/a-job-that-is-being-deleted-is-no-dependency",
                   test_a_job_that_is_being_deleted_is_no_dependency);
  g_test_add_func ("/service-waits/a-chain-is-stopped-and-queued-again",
                   test_a_chain_is_stopped_and_queued_again);
  g_test_add_func ("/service-waits/a-restart-finishes-what-a-dead-daemon-began",
                   test_a_restart_finishes_what_a_dead_daemon_began);
  g_test_add_func ("/service-waits/a-job-on-hold-is-stopped-as-well",
                   test_a_job_on_hold_is_stopped_as_well);
  g_test_add_func ("/service-waits/a-stop-that-cannot-be-stored-is-tried-again",
                   test_a_stop_that_cannot_be_stored_is_tried_again);
  g_test_add_func ("/service-waits/two-changes-at-once-make-no-cycle",
                   test_two_changes_at_once_make_no_cycle);
  g_test_add_func ("/service-waits/a-retry-and-a-change-at-once-make-no-cycle",
                   test_a_retry_and_a_change_at_once_make_no_cycle);
  g_test_add_func ("/service-waits/a-running-job-counts-for-a-cycle",
                   test_a_running_job_counts_for_a_cycle);
  g_test_add_func ("/service-waits/everything-can-be-cleared-at-once",
                   test_everything_can_be_cleared_at_once);
  g_test_add_func ("/service-waits/a-change-during-the-stop-is-kept",
                   test_a_change_during_the_stop_is_kept);
  return g_test_run ();
}
