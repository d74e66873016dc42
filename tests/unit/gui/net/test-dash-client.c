/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-error.h"
#include "gui/net/dash-calls.h"
#include "common/access/vestim-client.h"
#include "gui/net/dash-events.h"
#include "tests/support/gui/fake-server.h"
#include "tests/support/gui/loop.h"

typedef struct
{
  FakeServer *server;
  VestimClient *client;
  GError *error;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = fake_server_new ("secret");
  fixture->client = vestim_client_new (fake_server_get_url (fixture->server), "secret");
  vestim_client_set_timeout (fixture->client, 60000);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  /* A thread may release it a moment later. */
  loop_until (G_OBJECT (fixture->client)->ref_count == 1);
  g_assert_finalize_object (fixture->client);
  fake_server_free (fixture->server);
  g_clear_error (&fixture->error);
}

/* The result of `request`, or NULL with the fixture's error set. */
static gpointer
send (Fixture *fixture, VestimRequest *request)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_clear_error (&fixture->error);
  vestim_client_send_async (fixture->client, request, NULL, loop_result_cb, &result);
  loop_until (result != NULL);
  return vestim_client_send_finish (fixture->client, result, &fixture->error);
}

/* Everything else builds on the list: order and event ID must be those of the answer. */
static void
test_list (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DashJobListing) list = NULL;

  fake_server_put_job (fixture->server, "job_20261122-195012-000001", "one", "queued", -1);
  fake_server_put_job (fixture->server, "job_20261122-195013-000002", "two", "running", 0.5);
  list = send (fixture, dash_call_list ());
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (list->jobs->len, ==, 2);
  g_assert_cmpstr (((DashSnapshot *) list->jobs->pdata[0])->job->name, ==, "two");
  g_assert_nonnull (list->event_id);
}

/* A wrong token is not an error like others: the user can do something about it. */
static void
test_wrong_token (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->client);
  fixture->client = vestim_client_new (fake_server_get_url (fixture->server), "guess");
  g_assert_null (send (fixture, dash_call_status ()));
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_TOKEN);
  g_assert_cmpstr (fixture->error->message, ==, "The token is missing or wrong.");
}

/* A lost answer must not make a second job: the retry carries the same key. */
static void
test_lost_answer_is_retried_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DashSnapshot) made = NULL;

  fake_server_set_fault (fixture->server, "/jobs", FAKE_LOST, 1);
  made = send (fixture, dash_call_create ("{\"selections\":{}}"));
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (made->job->name, ==, "made");
  g_assert_cmpuint (fake_server_count (fixture->server, "POST /jobs"), >=, 2);
  g_assert_cmpuint (fake_server_count_changes (fixture->server), ==, 1);
}

/* Each change is carried out once, although its answer is lost. The tests of each answer check its
 * content. */
static void
test_each_change_is_made_once (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    VestimRequest *request;
    const char *method, *path;
  } changes[] = {
    { dash_call_create ("{}"), "POST", "/jobs" },
    { dash_call_patch ("j", "{\"name\":\"new\"}"), "PATCH", "/jobs/j" },
    { dash_call_move ("j", "start"), "POST", "/jobs/j/start" },
    { dash_call_move ("j", "stop"), "POST", "/jobs/j/stop" },
    { dash_call_move ("j", "retry"), "POST", "/jobs/j/retry" },
    { dash_call_delete ("j"), "DELETE", "/jobs/j" },
    { dash_call_clear (NULL), "POST", "/jobs/clear" },
    { dash_call_stop_all (), "POST", "/jobs/stop" },
    { dash_call_settings (3), "PATCH", "/server/settings" },
  };

  fake_server_put_job (fixture->server, "j", "to be changed", "queued", -1);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *name = g_strdup_printf ("%s %s", changes[i].method, changes[i].path);
      g_autoptr (GAsyncResult) result = NULL;
      g_autofree char *key = g_strdup (changes[i].request->key);

      fake_server_set_fault (fixture->server, changes[i].path, FAKE_LOST, 1);
      vestim_client_send_async (fixture->client, changes[i].request, NULL, loop_result_cb, &result);
      loop_until (result != NULL);
      g_assert_nonnull (key);
      g_assert_cmpuint (fake_server_count (fixture->server, name), ==, 2);
      g_assert_cmpstr (fake_server_last_header (fixture->server, name, "Idempotency-Key"), ==, key);
      g_assert_cmpuint (fake_server_count_changes (fixture->server), ==, i + 1);
    }
}

/* A server that is busy for a moment needs no message. */
static void
test_busy_is_retried (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VestimReply) reply = NULL;

  fake_server_set_fault (fixture->server, "/jobs/stop", FAKE_BUSY, 2);
  reply = send (fixture, dash_call_stop_all ());
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fake_server_count (fixture->server, "POST /jobs/stop"), ==, 3);
}

/* Faults must reach the entries of their fields. */
static void
test_field_errors (Fixture *fixture, gconstpointer data)
{
  GPtrArray *fields;
  const VestimFieldError *fault;

  fake_server_set_fault (fixture->server, "/jobs", FAKE_INVALID, 1);
  g_assert_null (send (fixture, dash_call_create ("{}")));
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_INVALID);
  fields = vestim_error_get_fields (fixture->error);
  g_assert_cmpuint (fields->len, ==, 1);
  fault = fields->pdata[0];
  g_assert_cmpstr (fault->field, ==, "selections.argv");
  g_assert_cmpstr (fault->message, ==, "must not be empty");
}

/* Any other bytes than an answer lead to an error with a sentence, never to a crash. */
static void
test_bad_answers (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    FakeFault fault;
    VestimError code;
  } cases[] = {
    { FAKE_GARBAGE, VESTIM_ERROR_GARBLED },
    { FAKE_CUT, VESTIM_ERROR_UNREACHABLE },
    { FAKE_REFUSED, VESTIM_ERROR_UNREACHABLE },
    { FAKE_BUSY, VESTIM_ERROR_BUSY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fake_server_set_fault (fixture->server, "/jobs", cases[i].fault, 100);
      g_assert_null (send (fixture, dash_call_list ()));
      g_assert_error (fixture->error, VESTIM_ERROR, (int) cases[i].code);
      g_assert_cmpuint (strlen (fixture->error->message), >, 10);
      /* The user is not a programmer. */
      g_assert_null (strstr (fixture->error->message, "byte"));
      g_assert_null (strstr (fixture->error->message, "terminated"));
    }
}

/* The client does not wait for ever for a silent server. */
static void
test_silence (Fixture *fixture, gconstpointer data)
{
  vestim_client_set_timeout (fixture->client, 100);
  fake_server_set_fault (fixture->server, "/jobs", FAKE_SILENT, 1);
  g_assert_null (send (fixture, dash_call_list ()));
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_TIMEOUT);
  g_assert_cmpstr (fixture->error->message, ==, "The server does not answer in time.");
}

/* A byte now and then is as bad as silence. */
static void
test_drip (Fixture *fixture, gconstpointer data)
{
  vestim_client_set_timeout (fixture->client, 200);
  fake_server_set_fault (fixture->server, "/jobs", FAKE_DRIP, 1);
  g_assert_null (send (fixture, dash_call_list ()));
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_TIMEOUT);
}

/* A user who waits for a page sees the error after the first timeout, not after four. */
static void
test_silent_read (Fixture *fixture, gconstpointer data)
{
  vestim_client_set_timeout (fixture->client, 100);
  fake_server_put_job (fixture->server, "j", "silent", "running", -1);
  fake_server_set_fault (fixture->server, "/jobs/j/metrics", FAKE_SILENT, 100);
  g_assert_null (send (fixture, dash_call_metrics ("j")));
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_TIMEOUT);
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /jobs/j/metrics"), ==, 1);
}

/* The client waits for a slow server. */
static void
test_slow_answer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DashJobListing) list = NULL;

  fake_server_set_fault (fixture->server, "/jobs", FAKE_SLOW, 1);
  list = send (fixture, dash_call_list ());
  g_assert_no_error (fixture->error);
}

/* The client does not retry before the time that the server gives. */
static void
test_retry_after (Fixture *fixture, gconstpointer data)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (VestimReply) reply = NULL;

  fake_server_set_fault (fixture->server, "/jobs/stop", FAKE_LATER, 1);
  reply = send (fixture, dash_call_stop_all ());
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fake_server_count (fixture->server, "POST /jobs/stop"), ==, 2);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, G_USEC_PER_SEC * 9 / 10);
}

/* Two equal changes are two changes: each has its own key. */
static void
test_keys_differ (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (VestimReply) reply = send (fixture, dash_call_stop_all ());
      const char *key =
          fake_server_last_header (fixture->server, "POST /jobs/stop", "Idempotency-Key");

      g_assert_no_error (fixture->error);
      g_assert_nonnull (reply);
      g_assert_nonnull (key);
      g_assert_cmpstr (key, !=, first);
      g_free (first);
      first = g_strdup (key);
    }
  g_assert_cmpuint (fake_server_count_changes (fixture->server), ==, 2);
}

static gboolean
gone (const char *url, const char *token)
{
  return FALSE;
}

/* The token must not reach a program that took the port of a daemon that died. */
static void
test_peer_check (Fixture *fixture, gconstpointer data)
{
  vestim_client_set_peer_check (fixture->client, gone);
  g_assert_null (send (fixture, dash_call_list ()));
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_UNREACHABLE);
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /jobs"), ==, 0);
}

static void
lost_cb (DashEvents *events, const GError *error, GError **lost)
{
  *lost = g_error_copy (error);
}

/* The event stream has its own connection and the same token. */
static void
test_peer_check_of_events (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DashEvents) events = dash_events_new (fixture->client, NULL);

  vestim_client_set_peer_check (fixture->client, gone);
  g_signal_connect (events, "lost", G_CALLBACK (lost_cb), &fixture->error);
  dash_events_open (events, 60000);
  loop_until (fixture->error != NULL);
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_UNREACHABLE);
  g_assert_cmpuint (fake_server_count (fixture->server, "GET /events"), ==, 0);
  loop_until (G_OBJECT (events)->ref_count == 1);
}

/* An endless log must not fill the memory. */
static void
test_endless_answer (Fixture *fixture, gconstpointer data)
{
  fake_server_put_job (fixture->server, "j", "endless", "running", -1);
  fake_server_set_fault (fixture->server, "/jobs/j/log", FAKE_ENDLESS, 100);
  g_assert_null (send (fixture, dash_call_log ("j", 0, 1000)));
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_TOO_BIG);
}

/* The client does not wait for an announced gigabyte. */
static void
test_promised_answer (Fixture *fixture, gconstpointer data)
{
  fake_server_set_fault (fixture->server, "/jobs", FAKE_PROMISE, 1);
  g_assert_null (send (fixture, dash_call_list ()));
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_TOO_BIG);
}

/* The server chooses the IDs: none of them may turn a request into another one. */
static void
test_strange_ids (void)
{
  g_autoptr (VestimRequest) log = dash_call_log ("../a?b c\n", 0, 1000);
  g_autoptr (VestimRequest) file = dash_call_file ("#", "100%/a?.csv");
  g_autoptr (VestimRequest) latin = dash_call_file ("x", "caf\xe9.csv");
  g_autoptr (VestimRequest) move = dash_call_move ("x", "stop");

  g_assert_cmpstr (log->path, ==, "/jobs/..%2Fa%3Fb%20c%0A/log");
  g_assert_cmpstr (file->path, ==, "/jobs/%23/files/100%25/a%3F.csv");
  g_assert_cmpstr (latin->path, ==, "/jobs/x/files/caf%E9.csv");
  g_assert_cmpstr (move->path, ==, "/jobs/x/stop");
}

/* A long log is read in ranges. */
static void
test_range (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VestimReply) reply = NULL;
  gsize size;
  const char *bytes;

  fake_server_put_job (fixture->server, "j", "log", "running", -1);
  fake_server_set_log (fixture->server, "j", "0123456789", 10);
  reply = send (fixture, dash_call_log ("j", 2, 3));
  g_assert_no_error (fixture->error);
  bytes = g_bytes_get_data (reply->body, &size);
  g_assert_cmpmem (bytes, size, "234", 3);
  g_assert_cmpint (reply->start, ==, 2);
  g_assert_cmpint (reply->total, ==, 10);
}

/* The sentence about an absent server names it. */
static void
test_unreachable (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->client);
  fixture->client = vestim_client_new ("http://127.0.0.1:1", NULL);
  g_assert_null (send (fixture, dash_call_status ()));
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_UNREACHABLE);
  g_assert_nonnull (strstr (fixture->error->message, "127.0.0.1:1"));
}

/* GLib's words about a certificate don't say what to do. */
static void
test_certificate (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "Unacceptable");

  fixture->error = vestim_client_translate_error (fixture->client, error);
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_UNREACHABLE);
  g_assert_nonnull (strstr (fixture->error->message, "not trust the certificate"));
  g_assert_nonnull (strstr (fixture->error->message, vestim_client_get_url (fixture->client)));
}

/* A cancelled request ends silently and releases everything. */
static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  fake_server_set_fault (fixture->server, "/jobs", FAKE_SILENT, 1);
  vestim_client_send_async (fixture->client, dash_call_list (), cancellable, loop_result_cb,
                            &result);
  loop_until (fake_server_count (fixture->server, "GET /jobs") == 1);
  g_cancellable_cancel (cancellable);
  loop_until (result != NULL);
  g_assert_null (vestim_client_send_finish (fixture->client, result, &fixture->error));
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/client/the list keeps order and event ID", test_list);
  ADD ("/client/a wrong token has its own error", test_wrong_token);
  ADD ("/client/a lost answer is retried with the same key", test_lost_answer_is_retried_once);
  ADD ("/client/a change with a lost answer is made once", test_each_change_is_made_once);
  ADD ("/client/a busy server gets another request", test_busy_is_retried);
  ADD ("/client/faults of fields come with the error", test_field_errors);
  ADD ("/client/bad answers end as errors", test_bad_answers);
  ADD ("/client/an endless answer is an error", test_endless_answer);
  ADD ("/client/an answer that is announced too long is an error", test_promised_answer);
  ADD ("/client/a range is read", test_range);
  ADD ("/client/an absent server is named", test_unreachable);
  ADD ("/client/an untrusted certificate is named", test_certificate);
  ADD ("/client/a cancelled request is silent", test_cancel);
  ADD ("/client/silence leads to a timeout", test_silence);
  ADD ("/client/a byte now and then is silence", test_drip);
  ADD ("/client/a silent read fails at once", test_silent_read);
  ADD ("/client/a slow answer arrives", test_slow_answer);
  g_test_add_func ("/client/an ID is one part of a path", test_strange_ids);
  ADD ("/client/Retry-After is respected", test_retry_after);
  ADD ("/client/each change has its own key", test_keys_differ);
  ADD ("/client/nothing is sent to another program at that address", test_peer_check);
  ADD ("/client/no event stream is opened there", test_peer_check_of_events);
  return g_test_run ();
}
