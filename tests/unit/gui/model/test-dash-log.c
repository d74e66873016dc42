/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-log.h"

#include <string.h>

#include "tests/support/gui/fake-server.h"
#include "tests/support/gui/loop.h"

#define ID "job_20261122-195012-000001"

/* A view that updates `shown` by the signals, as the log's page does. */
typedef struct
{
  FakeServer *server;
  DashConnection *connection;
  DashLog *log;
  GString *shown;
  guint settled;
  guint restarts;
} Fixture;

static void
appended_cb (DashLog *log, const char *text, Fixture *fixture)
{
  g_string_append (fixture->shown, text);
}

static void
prepended_cb (DashLog *log, const char *text, Fixture *fixture)
{
  g_string_prepend (fixture->shown, text);
}

static void
cut_head_cb (DashLog *log, guint chars, Fixture *fixture)
{
  const char *end = g_utf8_offset_to_pointer (fixture->shown->str, chars);

  g_string_erase (fixture->shown, 0, end - fixture->shown->str);
}

static void
cut_tail_cb (DashLog *log, guint chars, Fixture *fixture)
{
  const char *end = fixture->shown->str + fixture->shown->len;

  g_string_truncate (fixture->shown, (gsize) (g_utf8_offset_to_pointer (end, -(glong) chars)
                                              - fixture->shown->str));
}

static void
restarted_cb (DashLog *log, Fixture *fixture)
{
  g_string_truncate (fixture->shown, 0);
  fixture->restarts++;
}

static void
settled_cb (DashLog *log, Fixture *fixture)
{
  fixture->settled++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = fake_server_new (NULL);
  fake_server_put_job (fixture->server, ID, "talkative", "running", -1);
  fixture->connection = dash_connection_new (fake_server_get_url (fixture->server), NULL);
  fixture->log = dash_log_new (fixture->connection, ID);
  fixture->shown = g_string_new (NULL);
  g_signal_connect (fixture->log, "appended", G_CALLBACK (appended_cb), fixture);
  g_signal_connect (fixture->log, "prepended", G_CALLBACK (prepended_cb), fixture);
  g_signal_connect (fixture->log, "cut-head", G_CALLBACK (cut_head_cb), fixture);
  g_signal_connect (fixture->log, "cut-tail", G_CALLBACK (cut_tail_cb), fixture);
  g_signal_connect (fixture->log, "restarted", G_CALLBACK (restarted_cb), fixture);
  g_signal_connect (fixture->log, "settled", G_CALLBACK (settled_cb), fixture);
  dash_connection_open (fixture->connection);
  loop_until (dash_connection_get_state (fixture->connection) == DASH_CONNECTION_ONLINE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  dash_log_set_live (fixture->log, FALSE);
  g_assert_finalize_object (fixture->log);
  dash_connection_close (fixture->connection);
  loop_until (G_OBJECT (fixture->connection)->ref_count == 1);
  g_assert_finalize_object (fixture->connection);
  fake_server_free (fixture->server);
  g_string_free (fixture->shown, TRUE);
}

/* (transfer full) numbered lines, with characters of several bytes in them. */
static GString *
lines (guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "line %u: äöü €\n", i);
  return text;
}

static void
write_log (Fixture *fixture, const GString *text)
{
  fake_server_set_log (fixture->server, ID, text->str, text->len);
}

static void
wait_for_load (Fixture *fixture, void (*load) (DashLog *))
{
  guint before = fixture->settled;

  load (fixture->log);
  loop_until (fixture->settled > before);
}

/* Of a log of megabytes the end is shown at once. */
static void
test_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = lines (100000);

  write_log (fixture, text);
  wait_for_load (fixture, dash_log_load_end);
  g_assert_cmpuint (fixture->shown->len, <=, 64 * 1024);
  g_assert_true (g_str_has_prefix (fixture->shown->str, "line "));
  g_assert_true (g_str_has_suffix (text->str, fixture->shown->str));
  g_assert_cmpint (dash_log_get_total (fixture->log), ==, (goffset) text->len);
}

/* Scrolling up loads more, and never keeps more than a limit, without a gap. */
static void
test_scrolling_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = lines (100000);

  write_log (fixture, text);
  wait_for_load (fixture, dash_log_load_end);
  for (int i = 0; i < 100 && !dash_log_is_at_start (fixture->log); i++)
    {
      wait_for_load (fixture, dash_log_load_earlier);
      g_assert_cmpuint (fixture->shown->len, <=, 640 * 1024);
    }
  g_assert_true (dash_log_is_at_start (fixture->log));
  g_assert_false (dash_log_is_at_end (fixture->log));
  g_assert_true (g_str_has_prefix (text->str, fixture->shown->str));
}

/* New output appears by itself, also a character that was written in two halves. */
static void
test_following (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("one\nhalf of \xe2\x82");

  write_log (fixture, text);
  wait_for_load (fixture, dash_log_load_end);
  g_assert_cmpstr (fixture->shown->str, ==, "one\nhalf of ");
  dash_log_set_live (fixture->log, TRUE);
  g_string_append (text, "\xac\nthree\n");
  write_log (fixture, text);
  loop_until (g_str_has_suffix (fixture->shown->str, "three\n"));
  g_assert_cmpstr (fixture->shown->str, ==, "one\nhalf of €\nthree\n");
}

/* The next attempt has another log at the same address, perhaps a longer one. */
static void
test_next_attempt (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) first = g_string_new ("first attempt\n");
  g_autoptr (GString) second = g_string_new ("second attempt\nwith more to say\n");
  DashJob *job = dash_job_store_lookup (dash_connection_get_store (fixture->connection), ID);

  write_log (fixture, first);
  wait_for_load (fixture, dash_log_load_end);
  dash_log_set_live (fixture->log, TRUE);
  write_log (fixture, second);
  fake_server_put_job_full (fixture->server, ID,
                            "\"name\":\"n\",\"kind\":\"command\",\"status\":\"running\","
                            "\"priority\":0,\"selections\":{},\"attempt\":2,\"created_at\":"
                            "\"2026-11-22T19:50:12.123Z\"",
                            "\"progress\":null,\"message\":null,\"details\":{}");
  loop_until (dash_job_get (job)->attempt == 2);
  loop_until (g_str_equal (fixture->shown->str, second->str));
}

#define KEPT 300000 /* bytes at each end of a full log */
#define MARK "\n[… bytes left out …]\n"

/* The server's full log: the gap grows, and the size does not. */
static void
write_full_log (Fixture *fixture, const GString *text)
{
  g_autoptr (GString) served = g_string_new_len (text->str, KEPT);
  g_autofree char *gap = g_strdup_printf ("offset=%d, length=%zu, left-out=%zu", KEPT,
                                          strlen (MARK), text->len - 2 * KEPT);

  g_string_append (served, MARK);
  g_string_append (served, text->str + text->len - KEPT);
  write_log (fixture, served);
  fake_server_set_log_gap (fixture->server, ID, gap);
}

static void
write_more (Fixture *fixture, GString *text, guint n)
{
  g_autoptr (GString) more = lines (n);

  g_string_append (text, more->str);
  write_full_log (fixture, text);
}

/* Output after the 64 MiB that are kept is followed like earlier output. */
static void
test_following_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = lines (100000);
  guint restarts;

  write_full_log (fixture, text);
  wait_for_load (fixture, dash_log_load_end);
  g_assert_true (g_str_has_suffix (text->str, fixture->shown->str));
  g_assert_cmpint (dash_log_get_total (fixture->log), ==, (goffset) text->len);
  restarts = fixture->restarts;
  dash_log_set_live (fixture->log, TRUE);
  for (int i = 0; i < 3; i++)
    {
      write_more (fixture, text, 100);
      loop_until (dash_log_get_total (fixture->log) == (goffset) text->len);
      g_assert_true (g_str_has_suffix (text->str, fixture->shown->str));
    }
  g_assert_cmpuint (fixture->restarts, ==, restarts);
  /* More than one load brings: the view restarts at the end. */
  write_more (fixture, text, 10000);
  loop_until (dash_log_get_total (fixture->log) == (goffset) text->len);
  g_assert_true (g_str_has_suffix (text->str, fixture->shown->str));
}

/* Whether the view is a part of what the job wrote, without more missing than the gap says. */
static gboolean
is_part (const Fixture *fixture, const GString *text)
{
  const char *mark = strstr (fixture->shown->str, MARK);
  g_autofree char *before = NULL;
  g_autofree char *head = g_strndup (text->str, KEPT);

  if (mark == NULL)
    return strstr (text->str, fixture->shown->str) != NULL;
  before = g_strndup (fixture->shown->str, (gsize) (mark - fixture->shown->str));
  return g_str_has_suffix (head, before) && strstr (text->str + KEPT, mark + strlen (MARK)) != NULL;
}

/* While the user scrolls up, the log grows, and served offsets move. */
static void
test_scrolling_up_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = lines (100000);

  write_full_log (fixture, text);
  wait_for_load (fixture, dash_log_load_end);
  for (int i = 0; i < 100 && !dash_log_is_at_start (fixture->log); i++)
    {
      write_more (fixture, text, 50);
      wait_for_load (fixture, dash_log_load_earlier);
      g_assert_true (is_part (fixture, text));
    }
  g_assert_true (dash_log_is_at_start (fixture->log));
}

/* A job without output is not an error. */
static void
test_empty (Fixture *fixture, gconstpointer data)
{
  wait_for_load (fixture, dash_log_load_end);
  g_assert_cmpstr (fixture->shown->str, ==, "");
  g_assert_null (dash_log_get_error (fixture->log));
  g_assert_true (dash_log_is_at_start (fixture->log));
}

/* An endless log, or a missing one, leads to a sentence. */
static void
test_bad_answers (Fixture *fixture, gconstpointer data)
{
  fake_server_set_fault (fixture->server, "/jobs/" ID "/log", FAKE_ENDLESS, 1);
  wait_for_load (fixture, dash_log_load_end);
  g_assert_nonnull (dash_log_get_error (fixture->log));
  g_assert_cmpuint (fixture->shown->len, ==, 0);
  wait_for_load (fixture, dash_log_load_end);
  g_assert_null (dash_log_get_error (fixture->log));
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/log/the end is shown first", test_end);
  ADD ("/log/scrolling up keeps no more than a limit", test_scrolling_up);
  ADD ("/log/new output appears by itself", test_following);
  ADD ("/log/the next attempt has its own log", test_next_attempt);
  ADD ("/log/a full log is followed", test_following_full);
  ADD ("/log/scrolling up in a full log meets the gap once", test_scrolling_up_full);
  ADD ("/log/an empty log is not an error", test_empty);
  ADD ("/log/a bad answer is shown", test_bad_answers);
  return g_test_run ();
}
