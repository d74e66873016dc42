/* SPDX-License-Identifier: MIT */
#include "model/dash-fetch.h"

#include <glib/gstdio.h>

#include "base/dash-error.h"
#include "support/fake-server.h"
#include "support/loop.h"

#define ID "job_20261122-195012-000001"
#define FILE_PATH "/jobs/" ID "/files/model.bin"

/* A job with one file on the server, and a file of that name here, from another time. */
typedef struct
{
  FakeServer *server;
  DashConnection *connection;
  char *folder;
  GFile *file;
  GError *error;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;

  fixture->server = fake_server_new (NULL);
  fake_server_put_job (fixture->server, ID, "saved", "completed", -1);
  fake_server_set_file (fixture->server, ID, "model.bin", "what the job made");
  fixture->connection = dash_connection_new (fake_server_get_url (fixture->server), NULL);
  fixture->folder = g_dir_make_tmp ("dash-fetch-XXXXXX", NULL);
  path = g_build_filename (fixture->folder, "model.bin", NULL);
  g_assert_true (g_file_set_contents (path, "of old", -1, NULL));
  fixture->file = g_file_new_for_path (path);
  dash_connection_open (fixture->connection);
  loop_until (dash_connection_get_state (fixture->connection) == DASH_CONNECTION_ONLINE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (g_file_peek_path (fixture->file));
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_object_unref (fixture->file);
  g_clear_error (&fixture->error);
  dash_connection_close (fixture->connection);
  loop_until (G_OBJECT (fixture->connection)->ref_count == 1);
  g_assert_finalize_object (fixture->connection);
  fake_server_free (fixture->server);
}

static gboolean
save (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  dash_fetch_save_async (fixture->connection, ID, "model.bin", fixture->file, NULL, loop_result_cb,
                         &result);
  loop_until (result != NULL);
  return dash_fetch_save_finish (result, &fixture->error);
}

static void
assert_content (Fixture *fixture, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (g_file_peek_path (fixture->file), &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_save (Fixture *fixture, gconstpointer data)
{
  g_assert_true (save (fixture));
  g_assert_no_error (fixture->error);
  assert_content (fixture, "what the job made");
}

/* Half a file in the place of a whole one would be worse than none: the old one stays, and nothing
 * is left beside it. */
static void
test_bad_answers (Fixture *fixture, gconstpointer data)
{
  static const FakeFault faults[] = { FAKE_NO_PART, FAKE_CUT, FAKE_BUSY, FAKE_ELSEWHERE };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      fake_server_set_fault (fixture->server, FILE_PATH, faults[i], 4);
      g_assert_false (save (fixture));
      g_assert_cmpint ((int) fixture->error->domain, ==, (int) DASH_ERROR);
      g_clear_error (&fixture->error);
      assert_content (fixture, "of old");
      fake_server_set_fault (fixture->server, FILE_PATH, FAKE_OK, 0);
    }
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/fetch/a file is saved", test_save);
  ADD ("/fetch/a file that does not come leaves the old one", test_bad_answers);
  return g_test_run ();
}
