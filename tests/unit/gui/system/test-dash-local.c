/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gui/model/dash-connection.h"
#include "gui/net/dash-calls.h"
#include "tests/support/gui/fake-server.h"
#include "tests/support/gui/loop.h"
#include "common/access/vestim-finder.h"

#define ID_1 "job_20261122-195012-000001"

/* A data directory whose daemon is a process that only holds the lock, while the tests' server
 * answers. The program vestimd is a script that fails with a sentence. */
typedef struct
{
  char *home;
  FakeServer *server;
  pid_t holder;
  DashConnection *connection;
} Fixture;

static char *
in_home (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->home, name, NULL);
}

static void
write_file (Fixture *fixture, const char *name, const char *text, int mode)
{
  g_autofree char *path = in_home (fixture, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, mode, &error);
  g_assert_no_error (error);
}

static void
remove_file (Fixture *fixture, const char *name)
{
  g_autofree char *path = in_home (fixture, name);

  g_remove (path);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->home = g_dir_make_tmp ("vestim-XXXXXX", NULL);
  fixture->server = fake_server_new ("secret");
  fake_server_put_job (fixture->server, ID_1, "one", "queued", -1);
  write_file (fixture, "token", "secret\n", 0600);
  write_file (fixture, "vestimd",
              "#!/bin/sh\n"
              "echo started >>\"$VESTIM_HOME/starts\"\n"
              "[ ! -e \"$VESTIM_HOME/held\" ] || echo early >>\"$VESTIM_HOME/starts\"\n"
              "echo 'vestimd: port 8001 is taken by another program' >&2\n"
              "echo 'a hint that nobody signed' >&2\n"
              "exit 3\n",
              0700);
  g_setenv ("VESTIM_HOME", fixture->home, TRUE);
  g_setenv ("PATH", fixture->home, TRUE);
}

/* Locks server.pid in another process, as a daemon does: a process does not see its own locks. */
static void
hold_lock (Fixture *fixture)
{
  g_autofree char *path = in_home (fixture, "server.pid");
  int ready[2];
  char byte;

  write_file (fixture, "server.pid", "1\n", 0600);
  g_assert_cmpint (pipe (ready), ==, 0);
  fixture->holder = fork ();
  if (fixture->holder == 0)
    {
      struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
      int fd = open (path, O_RDWR | O_CLOEXEC);

      if (fd < 0 || fcntl (fd, F_SETLK, &lock) != 0 || write (ready[1], "x", 1) != 1)
        _exit (1);
      for (;;)
        pause ();
    }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  close (ready[1]);
}

static void
release_lock (Fixture *fixture)
{
  if (fixture->holder > 0)
    {
      kill (fixture->holder, SIGKILL);
      g_assert_cmpint (waitpid (fixture->holder, NULL, 0), ==, fixture->holder);
    }
  fixture->holder = 0;
}

static void
write_server_json (Fixture *fixture, pid_t pid)
{
  g_autofree char *text = g_strdup_printf ("{\"pid\":%d,\"url\":\"%s\"}", (int) pid,
                                           fake_server_get_url (fixture->server));

  write_file (fixture, "server.json", text, 0600);
}

/* As if a daemon served. */
static void
serve (Fixture *fixture)
{
  hold_lock (fixture);
  write_server_json (fixture, fixture->holder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "token",  "vestimd", "server.pid", "server.json",
                                       "starts", "held",    "elsewhere" };

  if (fixture->connection != NULL)
    {
      dash_connection_close (fixture->connection);
      loop_until (G_OBJECT (fixture->connection)->ref_count == 1);
      g_assert_finalize_object (fixture->connection);
    }
  release_lock (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    remove_file (fixture, names[i]);
  g_assert_cmpint (g_rmdir (fixture->home), ==, 0);
  fake_server_free (fixture->server);
  g_free (fixture->home);
}

static void
expect_found (Fixture *fixture, VestimFoundState state, const char *token)
{
  g_autoptr (VestimFound) found = vestim_finder_look (fixture->home);

  g_assert_cmpint (found->state, ==, state);
  g_assert_cmpstr (found->token, ==, token);
  g_assert_true ((found->url != NULL) == (state == VESTIM_FOUND_RUNNING));
}

/* The process that holds the lock is the daemon; files alone prove nothing. */
static void
test_finder (Fixture *fixture, gconstpointer data)
{
  expect_found (fixture, VESTIM_FOUND_ABSENT, NULL);
  write_server_json (fixture, getpid ());
  expect_found (fixture, VESTIM_FOUND_ABSENT, NULL);
  write_file (fixture, "server.pid", "1\n", 0600);
  expect_found (fixture, VESTIM_FOUND_STALE, NULL);
  hold_lock (fixture);
  expect_found (fixture, VESTIM_FOUND_STARTING, NULL);
  write_server_json (fixture, fixture->holder);
  expect_found (fixture, VESTIM_FOUND_RUNNING, "secret");
  release_lock (fixture);
  expect_found (fixture, VESTIM_FOUND_STALE, NULL);
}

/* Another user could place links where a token is read. */
static void
test_finder_and_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *token = in_home (fixture, "token");
  g_autofree char *elsewhere = in_home (fixture, "elsewhere");
  g_autofree char *json = in_home (fixture, "server.json");

  serve (fixture);
  g_assert_cmpint (g_rename (token, elsewhere), ==, 0);
  g_assert_cmpint (symlink (elsewhere, token), ==, 0);
  expect_found (fixture, VESTIM_FOUND_RUNNING, NULL);
  g_assert_cmpint (g_rename (json, elsewhere), ==, 0);
  g_assert_cmpint (symlink (elsewhere, json), ==, 0);
  expect_found (fixture, VESTIM_FOUND_STARTING, NULL);
}

static void
test_finder_and_garbage (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "", "{", "[]", "{\"pid\":\"x\"}", "{\"url\":\"http://x\"}" };

  hold_lock (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      write_file (fixture, "server.json", texts[i], 0600);
      expect_found (fixture, VESTIM_FOUND_STARTING, NULL);
    }
}

static void
open_connection (Fixture *fixture)
{
  fixture->connection = dash_connection_new (NULL, NULL);
  dash_connection_open (fixture->connection);
}

static gboolean
is_in (Fixture *fixture, DashConnectionState state)
{
  return dash_connection_get_state (fixture->connection) == state;
}

/* How often the daemon was started, and whether that was too early. */
static char *
starts (Fixture *fixture)
{
  g_autofree char *path = in_home (fixture, "starts");
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

static void
expect_starts (Fixture *fixture, const char *expected)
{
  g_autofree char *text = starts (fixture);

  g_assert_cmpstr (text, ==, expected);
}

static guint
count_all (Fixture *fixture)
{
  return fake_server_count (fixture->server, "GET /server/status")
         + fake_server_count (fixture->server, "GET /jobs")
         + fake_server_count (fixture->server, "GET /events");
}

/* The files of a dead daemon may name a port that another program has now: no byte goes there.
 * The following start fails with the daemon's message. */
static void
test_stale_file (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, "server.pid", "1\n", 0600);
  write_server_json (fixture, getpid ());
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_PROBLEM));
  g_assert_cmpstr (dash_connection_get_problem (fixture->connection), ==,
                   "port 8001 is taken by another program");
  g_assert_cmpint (dash_connection_get_remedy (fixture->connection), ==, DASH_REMEDY_START);
  g_assert_cmpuint (count_all (fixture), ==, 0);
  expect_starts (fixture, "started\n");
}

/* Without a daemon to start, the remedy is another one. */
static void
test_not_installed (Fixture *fixture, gconstpointer data)
{
  remove_file (fixture, "vestimd");
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_PROBLEM));
  g_assert_cmpint (dash_connection_get_remedy (fixture->connection), ==, DASH_REMEDY_INSTALL);
}

/* A running daemon is used, with its token, and a later one is noticed by its file.
 */
static void
test_running (Fixture *fixture, gconstpointer data)
{
  serve (fixture);
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
  g_assert_cmpstr (fake_server_last_header (fixture->server, "GET /jobs", "Authorization"), ==,
                   "Bearer secret");
  expect_starts (fixture, "");
}

static void
test_comes_later (Fixture *fixture, gconstpointer data)
{
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_PROBLEM));
  serve (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
}

/* A request after the daemon's death is not sent, although its port still answers. */
static void
test_token_of_the_dead (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  VestimClient *client;
  guint before;

  serve (fixture);
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
  client = dash_connection_get_client (fixture->connection);
  release_lock (fixture);
  before = fake_server_count (fixture->server, "GET /jobs");
  vestim_client_send_async (client, dash_call_list (), NULL, loop_result_cb, &result);
  loop_until (result != NULL);
  g_assert_null (vestim_client_send_finish (client, result, &error));
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /jobs"), ==, before);
}

/* After the user stopped the daemon, only the user starts it again. */
static void
test_stop_and_wait (Fixture *fixture, gconstpointer data)
{
  serve (fixture);
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
  dash_connection_stop_server (fixture->connection, FALSE);
  loop_until (is_in (fixture, DASH_CONNECTION_STOPPED));
  remove_file (fixture, "server.json");
  release_lock (fixture);
  remove_file (fixture, "server.pid");
  dash_connection_wake (fixture->connection);
  dash_connection_open (fixture->connection);
  loop_until (is_in (fixture, DASH_CONNECTION_STOPPED));
  dash_connection_start_server (fixture->connection);
  loop_until (is_in (fixture, DASH_CONNECTION_PROBLEM));
  expect_starts (fixture, "started\n");
}

/* A stop from elsewhere was on purpose, too. */
static void
test_stopped_elsewhere (Fixture *fixture, gconstpointer data)
{
  serve (fixture);
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
  remove_file (fixture, "server.json");
  release_lock (fixture);
  remove_file (fixture, "server.pid");
  fake_server_cut_events (fixture->server);
  loop_until (is_in (fixture, DASH_CONNECTION_STOPPED));
  expect_starts (fixture, "");
}

/* A daemon that was killed is started again. */
static void
test_killed (Fixture *fixture, gconstpointer data)
{
  serve (fixture);
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
  release_lock (fixture);
  fake_server_cut_events (fixture->server);
  loop_until (is_in (fixture, DASH_CONNECTION_PROBLEM));
  expect_starts (fixture, "started\n");
}

/* A replaced token file is named: it is on this computer, so nobody has to type the token.
 */
static void
test_wrong_token_file (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, "token", "another\n", 0600);
  serve (fixture);
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_PROBLEM));
  g_assert_cmpint (dash_connection_get_remedy (fixture->connection), ==, DASH_REMEDY_TOKEN_FILE);
  g_assert_nonnull (strstr (dash_connection_get_problem (fixture->connection), fixture->home));
  write_file (fixture, "token", "secret\n", 0600);
  dash_connection_open (fixture->connection);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
}

/* A daemon that never serves leads to a message after a while. */
static void
test_never_serves (Fixture *fixture, gconstpointer data)
{
  hold_lock (fixture);
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_PROBLEM));
  g_assert_nonnull (strstr (dash_connection_get_problem (fixture->connection), "does not answer"));
  expect_starts (fixture, "");
}

/* A start that seems to succeed without a daemon is not repeated for ever. */
static void
test_ends_at_once (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, "vestimd", "#!/bin/sh\necho started >>\"$VESTIM_HOME/starts\"\n", 0700);
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_PROBLEM));
  g_assert_cmpint (dash_connection_get_remedy (fixture->connection), ==, DASH_REMEDY_START);
  expect_starts (fixture, "started\n");
}

static gboolean
release_cb (gpointer data)
{
  Fixture *fixture = data;

  remove_file (fixture, "held");
  release_lock (fixture);
  remove_file (fixture, "server.pid");
  return G_SOURCE_REMOVE;
}

/* A daemon that still stops its jobs keeps the lock: the next one starts after it. */
static void
test_start_right_after_stop (Fixture *fixture, gconstpointer data)
{
  serve (fixture);
  open_connection (fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_ONLINE));
  dash_connection_stop_server (fixture->connection, FALSE);
  loop_until (is_in (fixture, DASH_CONNECTION_STOPPED));
  write_file (fixture, "held", "", 0600);
  remove_file (fixture, "server.json");
  dash_connection_start_server (fixture->connection);
  g_assert_true (is_in (fixture, DASH_CONNECTION_STARTING));
  g_timeout_add (400, release_cb, fixture);
  loop_until (is_in (fixture, DASH_CONNECTION_PROBLEM));
  expect_starts (fixture, "started\n");
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/local/the process with the lock is the daemon", test_finder);
  ADD ("/local/no file is read through a link", test_finder_and_links);
  ADD ("/local/a garbled server.json names no server", test_finder_and_garbage);
  ADD ("/local/nothing is sent to the address in a stale file", test_stale_file);
  ADD ("/local/a missing daemon is shown", test_not_installed);
  ADD ("/local/a running daemon is used", test_running);
  ADD ("/local/a later daemon is noticed", test_comes_later);
  ADD ("/local/the token goes to a running daemon only", test_token_of_the_dead);
  ADD ("/local/after a stop the user decides", test_stop_and_wait);
  ADD ("/local/a stop from elsewhere counts too", test_stopped_elsewhere);
  ADD ("/local/a killed daemon is started again", test_killed);
  ADD ("/local/a wrong token file is named", test_wrong_token_file);
  ADD ("/local/a daemon that never serves is shown", test_never_serves);
  ADD ("/local/a daemon that ends at once is started once", test_ends_at_once);
  ADD ("/local/a start right after a stop waits", test_start_right_after_stop);
  return g_test_run ();
}
