/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-actions.h"
#include "gui/model/dash-connection-private.h"
#include "tests/support/gui/connected.h"
#include "tests/support/gui/loop.h"

static void
failed_cb (DashActions *actions, const char *text, gpointer data)
{
  g_string_append_printf (data, "%s;", text);
}

/* A change with a lost answer is sent again, and nothing happens twice. */
static void
test_lost_change (Connected *fixture, gconstpointer data)
{
  g_autoptr (DashActions) actions = dash_actions_new (fixture->connection);
  g_autoptr (GString) failed = g_string_new (NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  g_signal_connect (actions, "failed", G_CALLBACK (failed_cb), failed);
  connected_go_online (fixture);
  g_ptr_array_add (jobs, dash_job_store_lookup (fixture->store, ID_1));
  fake_server_set_fault (fixture->server, "/jobs/" ID_1 "/stop", FAKE_LOST, 1);
  dash_actions_move (actions, jobs, DASH_MOVE_STOP);
  loop_until (dash_actions_get_pending (actions) == 0);
  g_assert_cmpuint (fake_server_count_changes (fixture->server), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "POST /jobs/" ID_1 "/stop"), ==, 2);
  g_assert_cmpstr (failed->str, ==, "");
}

/* When the server refuses a deletion, the job is shown again and the reason once. */
static void
test_refused_deletion (Connected *fixture, gconstpointer data)
{
  g_autoptr (DashActions) actions = dash_actions_new (fixture->connection);
  g_autoptr (GString) failed = g_string_new (NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  g_signal_connect (actions, "failed", G_CALLBACK (failed_cb), failed);
  connected_go_online (fixture);
  g_ptr_array_add (jobs, dash_job_store_lookup (fixture->store, ID_1));
  fake_server_set_fault (fixture->server, "/jobs/" ID_1, FAKE_INVALID, 1);
  dash_actions_commit (actions, dash_actions_delete (actions, jobs));
  g_assert_cmpuint (connected_count (fixture), ==, 0);
  loop_until (dash_actions_get_pending (actions) == 0);
  g_assert_cmpuint (connected_count (fixture), ==, 1);
  g_assert_cmpstr (failed->str, ==, "1 job could not be deleted: must not be empty;");
}

/* Undo brings a job back to its place before anything was deleted. */
static void
test_delete_and_undo (Connected *fixture, gconstpointer data)
{
  g_autoptr (DashActions) actions = dash_actions_new (fixture->connection);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  g_autoptr (DashJob) last = NULL;
  guint ticket;

  fake_server_put_job (fixture->server, ID_2, "two", "queued", -1);
  connected_go_online (fixture);
  g_ptr_array_add (jobs, dash_job_store_lookup (fixture->store, ID_1));
  ticket = dash_actions_delete (actions, jobs);
  g_assert_cmpuint (connected_count (fixture), ==, 1);
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

/* No change times out while it waits for the others. */
static void
test_many_changes (Connected *fixture, gconstpointer data)
{
  g_autoptr (DashActions) actions = dash_actions_new (fixture->connection);
  g_autoptr (GString) failed = g_string_new (NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_strdup_printf ("job_20261122-195012-1%05u", i);
      g_autofree char *path = g_strconcat ("/jobs/", id, NULL);

      fake_server_put_job (fixture->server, id, "one of many", "completed", 1);
      fake_server_set_fault (fixture->server, path, FAKE_SLOW, 1);
    }
  g_signal_connect (actions, "failed", G_CALLBACK (failed_cb), failed);
  dash_connection_set_timeouts (fixture->connection, 3000, 60000);
  connected_go_online (fixture);
  for (guint i = 0; i < connected_count (fixture); i++)
    {
      g_autoptr (DashJob) job = g_list_model_get_item (G_LIST_MODEL (fixture->store), i);

      if (dash_job_get_state (job) == VESTIM_JOB_COMPLETED)
        g_ptr_array_add (jobs, job);
    }
  dash_actions_commit (actions, dash_actions_delete (actions, jobs));
  loop_until (dash_actions_get_pending (actions) == 0);
  g_assert_cmpstr (failed->str, ==, "");
  g_assert_cmpuint (fake_server_count_changes (fixture->server), ==, 50);
}

static void
add_move (GPtrArray *moves, const char *job_id, const char *where, const char *what)
{
  DashQueueMove *move = g_new (DashQueueMove, 1);

  *move = (DashQueueMove){ (char *) job_id, where, (char *) what };
  g_ptr_array_add (moves, move);
}

/* A move is sent when the one before has its answer, since it may need it. */
static void
test_moves (Connected *fixture, gconstpointer data)
{
  g_autoptr (DashActions) actions = dash_actions_new (fixture->connection);
  g_autoptr (GPtrArray) moves = g_ptr_array_new_with_free_func (g_free);

  fake_server_put_job (fixture->server, ID_2, "two", "queued", -1);
  connected_go_online (fixture);
  add_move (moves, ID_1, "to", "front");
  add_move (moves, ID_2, "after", ID_1);
  fake_server_set_fault (fixture->server, "/jobs/" ID_1 "/move", FAKE_SLOW, 1);
  dash_actions_place (actions, moves);
  loop_until (fake_server_count (fixture->server, "POST /jobs/" ID_1 "/move") == 1);
  g_assert_cmpuint (dash_actions_get_pending (actions), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "POST /jobs/" ID_2 "/move"), ==, 0);
  loop_until (dash_actions_get_pending (actions) == 0);
  g_assert_cmpstr (fake_server_last_body (fixture->server, "POST /jobs/" ID_1 "/move"), ==,
                   "{\"to\":\"front\"}");
  g_assert_cmpstr (fake_server_last_body (fixture->server, "POST /jobs/" ID_2 "/move"), ==,
                   "{\"after\":\"" ID_1 "\"}");
}

/* Abandoned changes are not sent. */
static void
test_abandoned_changes (Connected *fixture, gconstpointer data)
{
  g_autoptr (DashActions) actions = dash_actions_new (fixture->connection);
  g_autoptr (GString) failed = g_string_new (NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  g_signal_connect (actions, "failed", G_CALLBACK (failed_cb), failed);
  connected_go_online (fixture);
  fake_server_set_fault (fixture->server, "/jobs/" ID_1, FAKE_SILENT, 1);
  g_ptr_array_add (jobs, dash_job_store_lookup (fixture->store, ID_1));
  dash_actions_commit (actions, dash_actions_delete (actions, jobs));
  g_assert_cmpuint (dash_actions_get_pending (actions), ==, 1);
  dash_actions_abandon (actions);
  loop_until (dash_actions_get_pending (actions) == 0);
  g_assert_cmpstr (failed->str, ==, "");
  g_assert_cmpuint (fake_server_count_changes (fixture->server), ==, 0);
}

/* A missing job is an error for every change but a deletion. */
static void
test_vanished_job (Connected *fixture, gconstpointer data)
{
  g_autoptr (DashActions) actions = dash_actions_new (fixture->connection);
  g_autoptr (GString) failed = g_string_new (NULL);
  g_autoptr (DashJob) job = NULL;
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  g_signal_connect (actions, "failed", G_CALLBACK (failed_cb), failed);
  connected_go_online (fixture);
  job = g_object_ref (dash_job_store_lookup (fixture->store, ID_1));
  g_ptr_array_add (jobs, job);
  fake_server_remove_job (fixture->server, ID_1);
  loop_until (connected_count (fixture) == 0);
  dash_actions_commit (actions, dash_actions_delete (actions, jobs));
  loop_until (dash_actions_get_pending (actions) == 0);
  g_assert_cmpstr (failed->str, ==, "");
  dash_actions_rename (actions, job, "another name");
  loop_until (dash_actions_get_pending (actions) == 0);
  g_assert_cmpstr (failed->str, !=, "");
}

/* All earlier changes are done before the server is stopped. */
static void
test_stop_server (Connected *fixture, gconstpointer data)
{
  g_autoptr (DashActions) actions = dash_actions_new (fixture->connection);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  connected_go_online (fixture);
  g_ptr_array_add (jobs, dash_job_store_lookup (fixture->store, ID_1));
  fake_server_set_fault (fixture->server, "/jobs/" ID_1, FAKE_SLOW, 1);
  dash_actions_delete (actions, jobs);
  dash_actions_stop_server (actions, FALSE);
  g_assert_cmpuint (fake_server_count (fixture->server, "POST /server/shutdown"), ==, 0);
  loop_until (fake_server_count (fixture->server, "POST /server/shutdown") == 1);
  g_assert_cmpuint (dash_actions_get_pending (actions), ==, 0);
  g_assert_cmpuint (fake_server_count (fixture->server, "DELETE /jobs/" ID_1), ==, 1);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_STOPPED));
}

#define ADD(path, test) \
  g_test_add (path, Connected, NULL, connected_set_up, test, connected_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/actions/a deletion can be undone", test_delete_and_undo);
  ADD ("/actions/a refused deletion shows the job again", test_refused_deletion);
  ADD ("/actions/many changes don't time out", test_many_changes);
  ADD ("/actions/abandoned changes are not sent", test_abandoned_changes);
  ADD ("/actions/a change with a lost answer is sent again", test_lost_change);
  ADD ("/actions/a missing job is an error except for a deletion", test_vanished_job);
  ADD ("/actions/moves in the queue are sent one after the other", test_moves);
  ADD ("/actions/deletions come before the stop of the server", test_stop_server);
  return g_test_run ();
}
