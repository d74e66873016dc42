/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-file-checker.h"

#include <string.h>

#include "gui/base/dash-file-info.h"
#include "tests/support/gui/fake-server.h"
#include "tests/support/gui/loop.h"

typedef struct
{
  FakeServer *server;
  DashConnection *connection;
  DashActions *actions;
  DashFileChecker *checker;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = fake_server_new ("secret");
  fixture->connection = dash_connection_new (fake_server_get_url (fixture->server), "secret");
  fixture->actions = dash_actions_new (fixture->connection);
  fixture->checker = dash_file_checker_new (fixture->actions);
}

static void
go_online (Fixture *fixture)
{
  dash_connection_open (fixture->connection);
  loop_until (dash_connection_get_state (fixture->connection) == DASH_CONNECTION_ONLINE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_run_dispose (G_OBJECT (fixture->checker));
  dash_connection_close (fixture->connection);
  loop_until (G_OBJECT (fixture->checker)->ref_count == 1);
  g_assert_finalize_object (fixture->checker);
  loop_until (G_OBJECT (fixture->actions)->ref_count == 1);
  g_assert_finalize_object (fixture->actions);
  loop_until (G_OBJECT (fixture->connection)->ref_count == 1);
  g_assert_finalize_object (fixture->connection);
  fake_server_free (fixture->server);
}

static guint
requests (Fixture *fixture)
{
  return fake_server_count (fixture->server, "POST /estimation/check");
}

static guint
files (Fixture *fixture, const char *path)
{
  GPtrArray *checks = dash_file_checker_get (fixture->checker, path);

  return checks != NULL ? checks->len : 0;
}

/* 200 files dropped at once must not be 200 requests, which the server would refuse. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  go_online (fixture);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *path = g_strdup_printf ("/%u.csv", i);

      dash_file_checker_add (fixture->checker, path);
    }
  dash_file_checker_add (fixture->checker, "/0.csv");
  loop_until (files (fixture, "/199.csv") == 1);
  g_assert_cmpuint (files (fixture, "/0.csv"), ==, 1);
  g_assert_cmpuint (requests (fixture), ==, 4);
}

static void
test_folder (Fixture *fixture, gconstpointer data)
{
  go_online (fixture);
  dash_file_checker_add (fixture->checker, "/folder");
  dash_file_checker_add (fixture->checker, "/folder.csv");
  loop_until (files (fixture, "/folder") > 0);
  g_assert_cmpuint (files (fixture, "/folder"), ==, 2);
  g_assert_cmpuint (files (fixture, "/folder.csv"), ==, 1);
}

/* A file of gigabytes takes too long; the others are checked anyway. */
static void
test_one_spoils (Fixture *fixture, gconstpointer data)
{
  go_online (fixture);
  dash_file_checker_add (fixture->checker, "/a.csv");
  dash_file_checker_add (fixture->checker, "/huge.csv");
  dash_file_checker_add (fixture->checker, "/b.csv");
  loop_until (files (fixture, "/a.csv") == 1 && files (fixture, "/b.csv") == 1);
  g_assert_null (dash_file_checker_get_error (fixture->checker, "/a.csv"));
  g_assert_null (dash_file_checker_get (fixture->checker, "/huge.csv"));
  g_assert_nonnull (
      strstr (dash_file_checker_get_error (fixture->checker, "/huge.csv"), "10 seconds"));
  g_assert_cmpuint (requests (fixture), ==, 4);
}

/* A message about a field is a message about its path. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  go_online (fixture);
  fake_server_set_answer (fixture->server, "/estimation/check", 422,
                          "{\"status\":422,\"detail\":\"The request is not valid.\",\"errors\":"
                          "[{\"field\":\"files[0]\",\"message\":\"This must be absolute.\"}]}");
  dash_file_checker_add (fixture->checker, "a.csv");
  loop_until (dash_file_checker_get_error (fixture->checker, "a.csv") != NULL);
  g_assert_cmpstr (dash_file_checker_get_error (fixture->checker, "a.csv"), ==,
                   "This must be absolute.");
}

/* Files dropped without a server are checked when it is back, without another drop. */
static void
test_away (Fixture *fixture, gconstpointer data)
{
  dash_file_checker_add (fixture->checker, "/a.csv");
  loop_until (dash_file_checker_get_error (fixture->checker, "/a.csv") != NULL);
  g_assert_cmpuint (requests (fixture), ==, 0);
  go_online (fixture);
  loop_until (files (fixture, "/a.csv") == 1);
  g_assert_null (dash_file_checker_get_error (fixture->checker, "/a.csv"));
}

static void
test_removed (Fixture *fixture, gconstpointer data)
{
  go_online (fixture);
  fake_server_set_fault (fixture->server, "/estimation/check", FAKE_SLOW, 1);
  dash_file_checker_add (fixture->checker, "/a.csv");
  dash_file_checker_add (fixture->checker, "/b.csv");
  loop_until (requests (fixture) == 1);
  dash_file_checker_remove (fixture->checker, "/a.csv");
  loop_until (files (fixture, "/b.csv") == 1);
  g_assert_null (dash_file_checker_get (fixture->checker, "/a.csv"));
}

#define ADD(name, function) \
  g_test_add ("/file checker/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("many files are few requests", test_many);
  ADD ("a folder has the files in it", test_folder);
  ADD ("one that can't be checked hides no other", test_one_spoils);
  ADD ("a refusal is shown at its path", test_refused);
  ADD ("what is added without a server is checked when it comes", test_away);
  ADD ("what is removed while it is checked stays away", test_removed);
  return g_test_run ();
}
