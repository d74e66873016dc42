/* SPDX-License-Identifier: MIT */
#include "model/dash-actions.h"
#include "model/dash-connection.h"
#include "support/fake-server.h"
#include "support/loop.h"

#define ID_1 "job_20261122-195012-000001"
#define ID_2 "job_20261122-195012-000002"

typedef struct
{
  FakeServer *server;
  DashConnection *connection;
  DashJobStore *store;
} Fixture;

static gboolean
is_in (Fixture *fixture, DashConnectionState state)
{
  return dash_connection_get_state (fixture->connection) == state;
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->store));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = fake_server_new ("secret");
  fake_server_put_job (fixture->server, ID_1, "one", "queued", -1);
  fixture->connection = dash_connection_new (fake_server_get_url (fixture->server), "secret");
  fixture->store = dash_connection_get_store (fixture->connection);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  dash_connection_close (fixture->connection);
  loop_until (G_OBJECT (fixture->connection)->ref_count == 1);
  g_assert_finalize_object (fixture->connection);
  fake_server_free (fixture->server);
}

static void
go_online (Fixture *fixture)
{
  dash_connection_open (fixture->connection);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
}

/* The first picture and all that follows it come without asking again. */
static void
test_live (Fixture *fixture, gconstpointer data)
{
  DashJob *job;

  go_online (fixture);
  g_assert_cmpuint (count (fixture), ==, 1);
  fake_server_put_job (fixture->server, ID_2, "two", "running", 0.25);
  loop_until (count (fixture) == 2);
  job = dash_job_store_lookup (fixture->store, ID_2);
  fake_server_put_job (fixture->server, ID_2, "two", "completed", 1);
  loop_until (dash_job_get_state (job) == VESTIM_JOB_COMPLETED);
  fake_server_remove_job (fixture->server, ID_1);
  loop_until (count (fixture) == 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /jobs"), ==, 1);
}

/* A cut is healed without fetching the list again when nothing was missed. */
static void
test_cut_is_healed (Fixture *fixture, gconstpointer data)
{
  go_online (fixture);
  fake_server_cut_events (fixture->server);
  loop_until (is_in (fixture, DASH_CONNECTION_RECONNECTING));
  g_assert_cmpuint (count (fixture), ==, 1);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /events"), ==, 2);
  g_assert_nonnull (fake_server_last_header (fixture->server, "GET /events", "Last-Event-ID"));
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /jobs"), ==, 1);
}

/* What happened while nobody listened is fetched, and known jobs stay the same objects. */
static void
test_reset_fetches_anew (Fixture *fixture, gconstpointer data)
{
  DashJob *job;

  go_online (fixture);
  job = dash_job_store_lookup (fixture->store, ID_1);
  fake_server_forget_events (fixture->server);
  fake_server_cut_events (fixture->server);
  fake_server_put_job (fixture->server, ID_2, "two", "queued", -1);
  loop_until (count (fixture) == 2);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
  g_assert_true (dash_job_store_lookup (fixture->store, ID_1) == job);
}

/* An event that can't be read must not leave a wrong picture. */
static void
test_garbled_event (Fixture *fixture, gconstpointer data)
{
  go_online (fixture);
  fake_server_send_event (fixture->server, "job", "{\"job_id\":");
  loop_until (fake_server_count (fixture->server, "GET /jobs") == 2);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
  g_assert_cmpuint (count (fixture), ==, 1);
}

/* A wrong token is nothing that waiting heals. */
static void
test_wrong_token (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->connection);
  fixture->connection = dash_connection_new (fake_server_get_url (fixture->server), "guess");
  fixture->store = dash_connection_get_store (fixture->connection);
  dash_connection_open (fixture->connection);
  loop_until (is_in (fixture, DASH_CONNECTION_PROBLEM));
  g_assert_cmpint (dash_connection_get_remedy (fixture->connection), ==, DASH_REMEDY_TOKEN);
  g_assert_nonnull (dash_connection_get_problem (fixture->connection));
}

/* A server that is busy at first is reached in the end, without a click. */
static void
test_first_attempts_fail (Fixture *fixture, gconstpointer data)
{
  fake_server_set_fault (fixture->server, "/server/status", FAKE_BUSY, 2);
  dash_connection_open (fixture->connection);
  loop_until (is_in (fixture, DASH_CONNECTION_PROBLEM));
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
}

/* Undo brings a job back to its place before anything was deleted. */
static void
test_delete_and_undo (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DashActions) actions = dash_actions_new (fixture->connection);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  g_autoptr (DashJob) last = NULL;
  guint ticket;

  fake_server_put_job (fixture->server, ID_2, "two", "queued", -1);
  go_online (fixture);
  g_ptr_array_add (jobs, dash_job_store_lookup (fixture->store, ID_1));
  ticket = dash_actions_delete (actions, jobs);
  g_assert_cmpuint (count (fixture), ==, 1);
  dash_actions_undo (actions, ticket);
  last = g_list_model_get_item (G_LIST_MODEL (fixture->store), 1);
  g_assert_cmpstr (dash_job_get_id (last), ==, ID_1);
  g_assert_cmpuint (fake_server_count_changes (fixture->server), ==, 0);
  ticket = dash_actions_delete (actions, jobs);
  dash_actions_commit (actions, ticket);
  loop_until (dash_actions_get_pending (actions) == 0);
  g_assert_cmpuint (fake_server_count_changes (fixture->server), ==, 1);
  loop_until (dash_job_store_lookup (fixture->store, ID_1) == NULL);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/connection/the list is live", test_live);
  ADD ("/connection/a cut is healed", test_cut_is_healed);
  ADD ("/connection/a reset fetches the list anew", test_reset_fetches_anew);
  ADD ("/connection/a garbled event fetches the list anew", test_garbled_event);
  ADD ("/connection/a wrong token is a problem", test_wrong_token);
  ADD ("/connection/a busy server is reached in the end", test_first_attempts_fail);
  ADD ("/connection/a deletion can be undone", test_delete_and_undo);
  return g_test_run ();
}
