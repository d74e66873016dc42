/* SPDX-License-Identifier: MIT */
#include <sqlite3.h>

#include "tests/support/service-fixture.h"

/* What happens while the service stops, and when an attempt gives no answer. */

#define TRUE_COMMAND "{\"argv\":[\"true\"]}"

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
  fixture_expect (fixture, &answer, SERVICE_E_STOPPING);
  service_patch (fixture->service, id, &fields, &call);
  fixture_expect (fixture, &answer, SERVICE_E_STOPPING);
  service_start_job (fixture->service, id, &call);
  fixture_expect (fixture, &answer, SERVICE_E_STOPPING);
  service_delete (fixture->service, id, &call);
  fixture_expect (fixture, &answer, SERVICE_E_STOPPING);
  service_clear (fixture->service, SERVICE_ALL_STATES, &call);
  fixture_expect (fixture, &answer, SERVICE_E_STOPPING);
  service_set_settings (fixture->service, service_get_settings (fixture->service),
                        SERVICE_MAX_RUNNING, &call);
  fixture_expect (fixture, &answer, SERVICE_E_STOPPING);
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
  fixture_expect (fixture, &answer, SERVICE_E_STOPPING);
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

/* `(transfer full)` what the registry holds now. */
static char *
dup_stored_status (const Fixture *fixture, const char *id)
{
  g_autofree char *path = g_build_filename (fixture->folder, "registry.db", NULL);
  sqlite3_stmt *read;
  char *status;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_prepare_v2 (db, "SELECT state FROM jobs WHERE job_id = ?1", -1, &read, NULL), ==,
      SQLITE_OK);
  sqlite3_bind_text (read, 1, id, -1, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (read), ==, SQLITE_ROW);
  status = g_strdup ((const char *) sqlite3_column_text (read, 0));
  sqlite3_finalize (read);
  sqlite3_close (db);
  return status;
}

typedef struct
{
  Fixture *fixture;
  unsigned n;
} Stops;

static void
on_event (void *user, const ServiceEvent *event)
{
  Stops *stops = user;
  g_autofree char *stored = NULL;

  if (event->kind != SERVICE_EVENT_JOB || job_get (event->job)->intent != VESTIM_JOB_INTENT_STOP)
    return;
  stored = dup_stored_status (stops->fixture, job_get (event->job)->id);
  g_assert_cmpstr (stored, ==, "running");
  stops->n++;
}

/* If it were stored as queued, a daemon that starts now would start it a second time. */
static void
test_a_job_that_starts_while_all_are_stopped_is_stored_as_running (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *first = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *locked = fixture_create (fixture, 0, false, TRUE_COMMAND);
  ExecutorAttempt *attempt = fixture_last_attempt (fixture);
  Stops stops = { .fixture = fixture };
  Answer renamed = { 0 }, answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  fixture_rename (fixture, locked, &renamed);
  service_stop_all (fixture->service, &call);
  attempt->events.started (attempt->user, 1);
  fixture->announce = on_event;
  fixture->announce_user = &stops;
  fixture_expect (fixture, &answer, 0);
  g_assert_cmpuint (stops.n, >, 0);
  g_assert_true (attempt->is_stopped);
  g_assert_cmpstr (fixture_status (fixture, first), ==, "running");
  g_assert_cmpstr (fixture_status (fixture, locked), ==, "stopped");
  fixture->announce = NULL;
  answer_clear (&renamed);
  fixture_free (fixture);
}

/* Lets an attempt end, or be found absent, when the change of the other job is shown: the bulk has
 * the lock of the attempt's job and waits for that of the other one. */
typedef struct
{
  const char *locked;
  ExecutorAttempt *attempt;
  const AttemptResult *result; /* NULL: absent */
} Interruption;

static void
on_shown (void *user, const ServiceEvent *event)
{
  Interruption *interruption = user;
  ExecutorAttempt *attempt = interruption->attempt;

  if (attempt == NULL || event->kind != SERVICE_EVENT_JOB
      || g_strcmp0 (job_get (event->job)->id, interruption->locked) != 0)
    return;
  interruption->attempt = NULL;
  if (interruption->result == NULL)
    attempt->events.absent (attempt->user);
  else
    attempt->events.ended (attempt->user, interruption->result);
}

static void
stop_all_and_interrupt (Fixture *fixture, const char *locked, const AttemptResult *result)
{
  Interruption interruption = { locked, fixture_last_attempt (fixture), result };
  Answer renamed = { 0 }, answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  fixture->announce = on_shown;
  fixture->announce_user = &interruption;
  fixture_rename (fixture, locked, &renamed);
  service_stop_all (fixture->service, &call);
  fixture_expect (fixture, &answer, 0);
  fixture->announce = NULL;
  fixture_settle (fixture);
  g_assert_null (interruption.attempt);
  g_assert_cmpstr (fixture_status (fixture, locked), ==, "stopped");
  answer_clear (&renamed);
}

static unsigned
count_events (const Fixture *fixture, const char *id, const char *status)
{
  g_autofree char *wanted = g_strdup_printf ("job %s %s", id, status);
  unsigned n = 0;

  for (unsigned i = 0; i < fixture->events->len; i++)
    n += g_strcmp0 (fixture->events->pdata[i], wanted) == 0;
  return n;
}

/* A job ends once: its hooks run once. */
static void
test_a_start_that_fails_while_all_are_stopped_ends_the_job_once (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *locked = fixture_create (fixture, 0, false, TRUE_COMMAND);
  AttemptResult failed = result_exit (-1);

  failed.error = "Cannot start it.";
  stop_all_and_interrupt (fixture, locked, &failed);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "failed");
  g_assert_cmpuint (count_events (fixture, id, "stopped"), ==, 0);
  fixture_free (fixture);
}

/* It must not return to the queue: only the executor can say that it was stopped. */
static void
test_an_absent_attempt_while_all_are_stopped_stays_stopped (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = fixture_create (fixture, 0, false, TRUE_COMMAND);
  g_autofree char *locked = fixture_create (fixture, 0, false, TRUE_COMMAND);
  AttemptResult never = result_exit (-1);

  never.stopped = never.never_started = true;
  fixture_restart (fixture);
  g_assert_true (fixture_last_attempt (fixture)->was_adopted);
  stop_all_and_interrupt (fixture, locked, NULL);
  if (g_strcmp0 (fixture_status (fixture, id), "stopped") != 0)
    {
      g_assert_true (fixture_last_attempt (fixture)->is_stopped);
      attempt_ended (fixture, fixture_last_attempt (fixture), &never);
    }
  g_assert_cmpstr (fixture_status (fixture, id), ==, "stopped");
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
  TEST (a_job_that_starts_while_all_are_stopped_is_stored_as_running);
  TEST (a_start_that_fails_while_all_are_stopped_ends_the_job_once);
  TEST (an_absent_attempt_while_all_are_stopped_stays_stopped);
  TEST (stored_selections_that_are_no_command_fail_the_job);
  return g_test_run ();
}
