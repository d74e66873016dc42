/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "gui/model/dash-connection-private.h"
#include "tests/support/gui/connected.h"
#include "tests/support/gui/loop.h"

/* The list and all later changes come without another request. */
static void
test_live (Connected *fixture, gconstpointer data)
{
  DashJob *job;

  connected_go_online (fixture);
  g_assert_cmpuint (connected_count (fixture), ==, 1);
  fake_server_put_job (fixture->server, ID_2, "two", "running", 0.25);
  loop_until (connected_count (fixture) == 2);
  job = dash_job_store_lookup (fixture->store, ID_2);
  fake_server_put_job (fixture->server, ID_2, "two", "completed", 1);
  loop_until (dash_job_get_state (job) == VESTIM_JOB_COMPLETED);
  fake_server_remove_job (fixture->server, ID_1);
  loop_until (connected_count (fixture) == 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /jobs"), ==, 1);
}

/* After a cut the list is not fetched again if no event is missing. */
static void
test_cut_is_healed (Connected *fixture, gconstpointer data)
{
  connected_go_online (fixture);
  fake_server_cut_events (fixture->server);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_RECONNECTING));
  g_assert_cmpuint (connected_count (fixture), ==, 1);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /events"), ==, 2);
  g_assert_nonnull (fake_server_last_header (fixture->server, "GET /events", "Last-Event-ID"));
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /jobs"), ==, 1);
}

/* Missed changes are fetched, and known jobs stay the same objects. */
static void
test_reset_fetches_anew (Connected *fixture, gconstpointer data)
{
  DashJob *job;

  connected_go_online (fixture);
  job = dash_job_store_lookup (fixture->store, ID_1);
  fake_server_forget_events (fixture->server);
  fake_server_cut_events (fixture->server);
  fake_server_put_job (fixture->server, ID_2, "two", "queued", -1);
  loop_until (connected_count (fixture) == 2);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
  g_assert_true (dash_job_store_lookup (fixture->store, ID_1) == job);
}

/* What queued jobs wait for, and their places, may have changed without an event of each. */
static void
test_queue_event (Connected *fixture, gconstpointer data)
{
  connected_go_online (fixture);
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /jobs"), ==, 1);
  fake_server_send_event (fixture->server, "queue", "{}");
  loop_until (fake_server_count (fixture->server, "GET /jobs") == 2);
  g_assert_cmpuint (connected_count (fixture), ==, 1);
}

/* An event that can't be read must not leave wrong jobs. */
static void
test_garbled_event (Connected *fixture, gconstpointer data)
{
  connected_go_online (fixture);
  fake_server_send_event (fixture->server, "job", "{\"job_id\":");
  loop_until (fake_server_count (fixture->server, "GET /jobs") == 2);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
  g_assert_cmpuint (connected_count (fixture), ==, 1);
}

/* A useless stream is opened with growing delays, while the list stays. */
static void
test_useless_stream (Connected *fixture, gconstpointer data)
{
  connected_go_online (fixture);
  while (fixture->connection->backoff.attempt < 4)
    {
      guint before = fake_server_count (fixture->server, "GET /events");

      fake_server_send_event (fixture->server, "reset", "{}");
      loop_until (fake_server_count (fixture->server, "GET /events") > before);
      loop_until (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
    }
  g_assert_cmpuint (connected_count (fixture), ==, 1);
}

/* A place from which the server does not continue the stream is forgotten. */
static void
test_refused_place (Connected *fixture, gconstpointer data)
{
  connected_go_online (fixture);
  fake_server_set_answer (fixture->server, "/events", 431, "{}");
  fake_server_cut_events (fixture->server);
  loop_until (fake_server_count (fixture->server, "GET /jobs") >= 2);
  g_assert_cmpuint (connected_count (fixture), ==, 1);
  fake_server_set_answer (fixture->server, "/events", 0, NULL);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
}

static void
failed_cb (DashConnection *connection, const char *text, char **said)
{
  g_free (*said);
  *said = g_strdup (text);
}

/* A refused setting and a refused stop are reported; the connection
 * stays as it was. */
static void
test_refused_control (Connected *fixture, gconstpointer data)
{
  g_autofree char *said = NULL;

  connected_go_online (fixture);
  g_signal_connect (fixture->connection, "failed", G_CALLBACK (failed_cb), &said);
  fake_server_set_answer (fixture->server, "/server/settings", 422, "{\"detail\":\"Too many.\"}");
  dash_connection_set_max_running (fixture->connection, 9);
  loop_until (g_strcmp0 (said, "Too many.") == 0);
  fake_server_set_answer (fixture->server, "/server/shutdown", 500, "<html>");
  dash_connection_stop_server (fixture->connection, FALSE);
  loop_until (g_strcmp0 (said, "The server could not do this (status 500).") == 0);
  g_assert_true (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /events"), ==, 1);
  g_signal_handlers_disconnect_by_data (fixture->connection, &said);
}

/* Waiting does not help against a wrong token. */
static void
test_wrong_token (Connected *fixture, gconstpointer data)
{
  g_object_unref (fixture->connection);
  fixture->connection = dash_connection_new (fake_server_get_url (fixture->server), "guess");
  fixture->store = dash_connection_get_store (fixture->connection);
  dash_connection_open (fixture->connection);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_PROBLEM));
  g_assert_cmpint (dash_connection_get_remedy (fixture->connection), ==, DASH_REMEDY_TOKEN);
  g_assert_nonnull (dash_connection_get_problem (fixture->connection));
}

/* A server that is busy at first is reached without a click. */
static void
test_first_attempts_fail (Connected *fixture, gconstpointer data)
{
  fake_server_set_fault (fixture->server, "/server/status", FAKE_BUSY, 2);
  dash_connection_open (fixture->connection);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_PROBLEM));
  loop_until (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
}

/* Any other bytes than the first answers are shown as a sentence, and tried again. (A connection
 * that is closed before an answer is repeated by libsoup itself.) */
static void
test_every_fault_is_outlived (Connected *fixture, gconstpointer data)
{
  static const FakeFault faults[] = { FAKE_GARBAGE, FAKE_CUT, FAKE_REFUSED, FAKE_BUSY, FAKE_LATER };
  static const char *const paths[] = { "/server/status", "/jobs", "/events" };

  for (gsize i = 0; i < G_N_ELEMENTS (faults) * G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (DashConnection) connection =
          dash_connection_new (fake_server_get_url (fixture->server), "secret");

      fake_server_set_fault (fixture->server, paths[i % G_N_ELEMENTS (paths)],
                             faults[i / G_N_ELEMENTS (paths)], 1);
      dash_connection_open (connection);
      loop_until (dash_connection_get_state (connection) > DASH_CONNECTION_CONNECTING);
      if (dash_connection_get_state (connection) == DASH_CONNECTION_PROBLEM)
        g_assert_cmpuint (strlen (dash_connection_get_problem (connection)), >, 10);
      loop_until (dash_connection_get_state (connection) == DASH_CONNECTION_ONLINE);
      dash_connection_close (connection);
      loop_until (G_OBJECT (connection)->ref_count == 1);
    }
}

/* Another program on the port is not accepted as a server, and its page is not shown. */
static void
test_another_program (Connected *fixture, gconstpointer data)
{
  fake_server_set_fault (fixture->server, "/server/status", FAKE_GARBAGE, 1);
  dash_connection_open (fixture->connection);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_PROBLEM));
  g_assert_nonnull (
      strstr (dash_connection_get_problem (fixture->connection), "is probably not a VEstim"));
  g_assert_cmpint (dash_connection_get_remedy (fixture->connection), ==, DASH_REMEDY_RETRY);
}

/* A token is for one server: it is not sent to where that server redirects. */
static void
test_redirect (Connected *fixture, gconstpointer data)
{
  fake_server_set_fault (fixture->server, "/server/status", FAKE_ELSEWHERE, 1);
  dash_connection_open (fixture->connection);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_PROBLEM));
  g_assert_nonnull (strstr (dash_connection_get_problem (fixture->connection), "/elsewhere"));
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /elsewhere"), ==, 0);
}

/* Before the user agrees, nothing is sent to an address beyond this computer. */
static void
test_clear_text (Connected *fixture, gconstpointer data)
{
  g_autoptr (DashConnection) connection = dash_connection_new ("http://192.0.2.1:8001", NULL);

  dash_connection_set_token (connection, "secret");
  dash_connection_open (connection);
  g_assert_cmpint (dash_connection_get_state (connection), ==, DASH_CONNECTION_PROBLEM);
  g_assert_cmpint (dash_connection_get_remedy (connection), ==, DASH_REMEDY_CONSENT);
  dash_connection_wake (connection);
  g_assert_null (dash_connection_get_client (connection));
  dash_connection_allow_clear_text (connection);
  dash_connection_open (connection);
  g_assert_nonnull (dash_connection_get_client (connection));
  dash_connection_close (connection);
  loop_until (G_OBJECT (connection)->ref_count == 1);
}

/* A stream from before a sleep may be dead, which nobody notices: it is replaced. */
static void
test_wake (Connected *fixture, gconstpointer data)
{
  connected_go_online (fixture);
  dash_connection_wake (fixture->connection);
  loop_until (fake_server_count (fixture->server, "GET /events") == 2);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
  g_assert_nonnull (fake_server_last_header (fixture->server, "GET /events", "Last-Event-ID"));
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /jobs"), ==, 1);
}

/* An attempt that hangs since before the sleep does not delay the next one. */
static void
test_wake_from_silence (Connected *fixture, gconstpointer data)
{
  fake_server_set_fault (fixture->server, "/server/status", FAKE_SILENT, 1);
  dash_connection_open (fixture->connection);
  loop_until (fake_server_count (fixture->server, "GET /server/status") == 1);
  dash_connection_wake (fixture->connection);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
}

/* A closed connection stays closed, even when its token comes late. */
static void
test_closed (Connected *fixture, gconstpointer data)
{
  dash_connection_close (fixture->connection);
  dash_connection_open (fixture->connection);
  g_assert_true (connected_is_in (fixture, DASH_CONNECTION_IDLE));
}

/* A server that accepts and then is silent leads to a message, not to endless waiting. */
static void
test_silent_server (Connected *fixture, gconstpointer data)
{
  dash_connection_set_timeouts (fixture->connection, 200, 60000);
  fake_server_set_fault (fixture->server, "/server/status", FAKE_SILENT, 1);
  dash_connection_open (fixture->connection);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_PROBLEM));
  g_assert_nonnull (
      strstr (dash_connection_get_problem (fixture->connection), "does not answer in time"));
  loop_until (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
}

/* A silent stream is opened again; the list stays meanwhile. */
static void
test_silent_stream (Connected *fixture, gconstpointer data)
{
  dash_connection_set_timeouts (fixture->connection, 60000, 300);
  dash_connection_open (fixture->connection);
  loop_until (fake_server_count (fixture->server, "GET /events") >= 3);
  g_assert_cmpuint (connected_count (fixture), ==, 1);
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /jobs"), ==, 1);
}

/* A list that can't be read does not change the shown one. */
static void
test_garbled_list_later (Connected *fixture, gconstpointer data)
{
  connected_go_online (fixture);
  fake_server_set_fault (fixture->server, "/jobs", FAKE_GARBAGE, 2);
  fake_server_forget_events (fixture->server);
  fake_server_cut_events (fixture->server);
  loop_until (fake_server_count (fixture->server, "GET /jobs") >= 3);
  g_assert_cmpuint (connected_count (fixture), ==, 1);
  loop_until (connected_is_in (fixture, DASH_CONNECTION_ONLINE));
  g_assert_cmpuint (connected_count (fixture), ==, 1);
}

/* A name of 10 kB with markup and control characters becomes a safe line. */
static void
test_hostile_name (Connected *fixture, gconstpointer data)
{
  g_autoptr (GString) name = g_string_new ("<b>&amp;");
  const char *shown;

  while (name->len < 10000)
    g_string_append (name, "\x01\x1b[31m\n<a href=\"x\">\xe2\x80\xae");
  connected_go_online (fixture);
  fake_server_put_job (fixture->server, ID_2, name->str, "running", 0.5);
  loop_until (connected_count (fixture) == 2);
  shown = dash_job_get_name (dash_job_store_lookup (fixture->store, ID_2));
  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (shown, -1), <=, 301);
  g_assert_true (g_str_has_prefix (shown, "<b>&amp;"));
  for (const char *at = shown; *at != '\0'; at++)
    g_assert_cmpuint ((guchar) *at, >=, 0x20);
}

#define ADD(path, test) \
  g_test_add (path, Connected, NULL, connected_set_up, test, connected_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/connection/the list is live", test_live);
  ADD ("/connection/a cut stream is opened again", test_cut_is_healed);
  ADD ("/connection/a reset fetches the list again", test_reset_fetches_anew);
  ADD ("/connection/an event of the queue fetches the queued jobs", test_queue_event);
  ADD ("/connection/a garbled event fetches the list again", test_garbled_event);
  ADD ("/connection/a useless stream is opened less and less often", test_useless_stream);
  ADD ("/connection/a refused place is forgotten", test_refused_place);
  ADD ("/connection/a refused setting or stop is reported", test_refused_control);
  ADD ("/connection/a wrong token is a problem", test_wrong_token);
  ADD ("/connection/a busy server is reached later", test_first_attempts_fail);
  ADD ("/connection/every fault is shown and survived", test_every_fault_is_outlived);
  ADD ("/connection/another program is not accepted", test_another_program);
  ADD ("/connection/a redirect is shown and not followed", test_redirect);
  ADD ("/connection/a token in clear text needs the user's consent", test_clear_text);
  ADD ("/connection/a stream is opened again after a sleep", test_wake);
  ADD ("/connection/a hanging attempt ends after a sleep", test_wake_from_silence);
  ADD ("/connection/a closed connection stays closed", test_closed);
  ADD ("/connection/a silent server is shown", test_silent_server);
  ADD ("/connection/a silent stream is opened again", test_silent_stream);
  ADD ("/connection/a garbled list changes nothing", test_garbled_list_later);
  ADD ("/connection/a hostile name becomes a safe line", test_hostile_name);
  return g_test_run ();
}
