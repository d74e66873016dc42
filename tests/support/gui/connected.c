/* SPDX-License-Identifier: MIT */
#include "tests/support/gui/connected.h"

#include "tests/support/gui/loop.h"

gboolean
connected_is_in (Connected *fixture, DashConnectionState state)
{
  return dash_connection_get_state (fixture->connection) == state;
}

guint
connected_count (Connected *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->store));
}

void
connected_set_up (Connected *fixture, gconstpointer data)
{
  fixture->server = fake_server_new ("secret");
  fake_server_put_job (fixture->server, ID_1, "one", "queued", -1);
  fixture->connection = dash_connection_new (fake_server_get_url (fixture->server), "secret");
  fixture->store = dash_connection_get_store (fixture->connection);
}

void
connected_tear_down (Connected *fixture, gconstpointer data)
{
  dash_connection_close (fixture->connection);
  loop_until (G_OBJECT (fixture->connection)->ref_count == 1);
  g_assert_finalize_object (fixture->connection);
  fake_server_free (fixture->server);
}

void
connected_go_online (Connected *fixture)
{
  dash_connection_open (fixture->connection);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
}
