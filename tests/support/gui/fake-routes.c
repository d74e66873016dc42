/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/json/vestim-json.h"
#include "tests/support/gui/fake-server-private.h"

#define SLOW_MS 200
#define DRIP_MS 10

static void
answer (SoupServerMessage *message, guint status, const char *type, const char *body, gsize length)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, body, length);
}

static void
answer_json (SoupServerMessage *message, guint status, const char *json)
{
  answer (message, status, "application/json", json, strlen (json));
}

static void
answer_problem (SoupServerMessage *message, guint status, const char *detail, const char *errors)
{
  g_autofree char *json =
      g_strdup_printf ("{\"type\":\"about:blank\",\"title\":\"Problem\",\"status\":%u,"
                       "\"detail\":\"%s\"%s}",
                       status, detail, errors);

  answer (message, status, "application/problem+json", json, strlen (json));
}

/* Writes `text` past the server and closes. */
static void
cut (SoupServerMessage *message, const char *text)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), text, strlen (text), NULL,
                             NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}

static void
more_cb (SoupServerMessage *message, gpointer data)
{
  static const char line[] = "and on and on and on and on and on and on and on and on and on\n";
  g_autofree char *block = g_malloc (64 * 1024);

  for (gsize i = 0; i < 64 * 1024; i++)
    block[i] = line[i % (sizeof line - 1)];
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_COPY,
                            block, 64 * 1024);
}

static void
answer_endless (SoupServerMessage *message)
{
  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (more_cb), NULL);
  more_cb (message, NULL);
}

/* Writes `text` past the server, and leaves the connection open. */
static GIOStream *
hang (SoupServerMessage *message, const char *text)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), text, strlen (text), NULL,
                             NULL, NULL);
  return g_steal_pointer (&stream);
}

static gboolean
drip_cb (gpointer data)
{
  GOutputStream *output = g_io_stream_get_output_stream (data);

  return g_output_stream_write (output, " ", 1, NULL, NULL) == 1;
}

/* Until the other side hangs up. */
static void
drip (SoupServerMessage *message)
{
  GIOStream *stream = hang (message, "HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n");

  g_timeout_add_full (G_PRIORITY_DEFAULT, DRIP_MS, drip_cb, stream, g_object_unref);
}

/* TRUE when the request got its answer that way. */
static gboolean
misbehave (SoupServerMessage *message, FakeFault fault)
{
  switch (fault)
    {
    case FAKE_OK:
    case FAKE_LOST:
    case FAKE_SLOW:
      return FALSE;
    case FAKE_REFUSED:
      cut (message, "");
      return TRUE;
    case FAKE_LATER:
      soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                    "Retry-After", "1");
      answer_problem (message, 503, "The server is stopping.", "");
      return TRUE;
    case FAKE_SILENT:
      soup_server_message_pause (message);
      return TRUE;
    case FAKE_CUT:
      cut (message, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4000\r\n\r\n"
                    "[{\"job_id\":");
      return TRUE;
    case FAKE_GARBAGE:
      answer_json (message, 200, "\x01\x02 {no json] <b>");
      return TRUE;
    case FAKE_ENDLESS:
      answer_endless (message);
      return TRUE;
    case FAKE_PROMISE:
      g_object_set_data_full (
          G_OBJECT (message), "held",
          hang (message, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"), g_object_unref);
      return TRUE;
    case FAKE_DRIP:
      drip (message);
      return TRUE;
    case FAKE_NO_PART:
      cut (message, "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-99/1000\r\n"
                    "Content-Length: 0\r\n\r\n");
      return TRUE;
    case FAKE_BUSY:
      answer_problem (message, 503, "The server is busy; try again.", "");
      return TRUE;
    case FAKE_ELSEWHERE:
      soup_server_message_set_redirect (message, 307, "/elsewhere");
      return TRUE;
    case FAKE_INVALID:
      answer_problem (message, 422, "Some fields are not valid.",
                      ",\"errors\":[{\"field\":\"selections.argv\",\"message\":\"must not be "
                      "empty\"}]");
      return TRUE;
    }
  return FALSE;
}

static void
list_jobs (FakeServer *self, SoupServerMessage *message)
{
  g_autoptr (GString) json = g_string_new ("[");
  g_autofree char *id = g_strdup_printf ("%s:%u", self->run, self->n_events);

  for (guint i = 0; i < self->jobs->len; i++)
    g_string_append_printf (json, "%s%s", i > 0 ? "," : "",
                            ((FakeJob *) self->jobs->pdata[i])->json);
  g_string_append_c (json, ']');
  soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                "Vestim-Event-Id", id);
  answer_json (message, 200, json->str);
}

static void
list_files (FakeJob *job, SoupServerMessage *message)
{
  g_autoptr (GString) json = g_string_new ("[");
  GHashTableIter iter;
  gpointer name, text;

  g_hash_table_iter_init (&iter, job->files);
  while (g_hash_table_iter_next (&iter, &name, &text))
    g_string_append_printf (json,
                            "%s{\"name\":\"%s\",\"size\":%zu,\"modified_at\":"
                            "\"2026-11-22T20:00:00.000Z\"}",
                            json->len > 1 ? "," : "", (char *) name, strlen (text));
  g_string_append_c (json, ']');
  answer_json (message, 200, json->str);
}

/* Sends the whole text or the requested part. libsoup's server treats a range beyond the end as a
 * program error, so it must not see the header. */
static void
answer_part (SoupServerMessage *message, const char *type, const char *data, gsize total)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autofree char *range = g_strdup (soup_message_headers_get_one (headers, "Range"));
  g_autofree char *told = NULL;
  const char *dash = range != NULL ? strchr (range, '-') : NULL;
  gsize first = 0, end = total;

  soup_message_headers_remove (headers, "Range");
  if (dash != NULL && g_str_has_prefix (range, "bytes=-"))
    first = total - MIN (total, g_ascii_strtoull (dash + 1, NULL, 10));
  else if (dash != NULL)
    first = g_ascii_strtoull (range + strlen ("bytes="), NULL, 10);
  if (dash != NULL && g_ascii_isdigit (dash[1]) && range[strlen ("bytes=")] != '-')
    end = MIN (total, g_ascii_strtoull (dash + 1, NULL, 10) + 1);
  if (dash != NULL && first >= end)
    {
      answer_problem (message, 416, "There is no such part.", "");
      return;
    }
  answer (message, dash != NULL ? 206 : 200, type, data + first, end - first);
  told = g_strdup_printf ("bytes %zu-%zu/%zu", first, end - 1, total);
  if (dash != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  "Content-Range", told);
}

static void
answer_log (FakeJob *job, SoupServerMessage *message)
{
  answer_part (message, "text/plain; charset=utf-8", (const char *) job->log->data, job->log->len);
  if (job->log_gap != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  "Vestim-Log-Gap", job->log_gap);
}

static void
get_of_job (FakeJob *job, const char *rest, SoupServerMessage *message)
{
  const char *file = g_str_has_prefix (rest, "/files/")
                         ? g_hash_table_lookup (job->files, rest + strlen ("/files/"))
                         : NULL;

  if (rest[0] == '\0')
    answer_json (message, 200, job->json);
  else if (g_str_equal (rest, "/log"))
    answer_log (job, message);
  else if (g_str_equal (rest, "/metrics"))
    answer_json (message, 200, job->metrics != NULL ? job->metrics : "{\"series\":{}}");
  else if (g_str_equal (rest, "/files"))
    list_files (job, message);
  else if (file != NULL)
    answer_part (message, "application/octet-stream", file, strlen (file));
  else
    answer_problem (message, 404, "There is no such file.", "");
}

/* The changes that tests count. A repeated key changes nothing. */
static void
change (FakeServer *self, const char *method, const char *path, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *key = soup_message_headers_get_one (headers, "Idempotency-Key");
  gboolean repeated = key != NULL && g_hash_table_contains (self->keys, key);
  g_autofree char *id = NULL;

  if (key != NULL)
    g_hash_table_add (self->keys, g_strdup (key));
  self->n_changes += repeated ? 0 : 1;
  if (g_str_equal (method, "POST") && g_str_equal (path, "/jobs"))
    {
      id = g_strdup_printf ("job_20261122-195012-%06x", 0x1000 + self->n_changes);
      if (!repeated)
        fake_server_put_job (self, id, "made", "queued", -1);
      answer_json (message, repeated ? 200 : 201, fake_server_find (self, id)->json);
      return;
    }
  if (g_str_equal (method, "PATCH") && g_str_has_prefix (path, "/jobs/")
      && fake_server_find (self, path + strlen ("/jobs/")) == NULL)
    {
      answer_problem (message, 404, "There is no such job.", "");
      return;
    }
  if (g_str_equal (method, "DELETE") && g_str_has_prefix (path, "/jobs/") && !repeated)
    fake_server_remove_job (self, path + strlen ("/jobs/"));
  answer_json (message, 200, "{\"message\":\"done\"}");
}

static void
check (FakeServer *self, SoupServerMessage *message)
{
  g_autofree char *json =
      fake_server_check (fake_server_last_body (self, "POST /estimation/check"));

  if (json != NULL)
    answer_json (message, 200, json);
  else
    answer_problem (message, 500, "The files could not be checked within 10 seconds.", "");
}

static void
route (FakeServer *self, const char *path, SoupServerMessage *message)
{
  const char *method = soup_server_message_get_method (message);
  g_auto (GStrv) parts = g_strsplit (path, "/", 4);
  guint n = g_strv_length (parts);
  FakeJob *job = n > 2 ? fake_server_find (self, parts[2]) : NULL;

  if (g_str_equal (path, "/estimation/check"))
    check (self, message);
  else if (!g_str_equal (method, "GET"))
    change (self, method, path, message);
  else if (g_str_equal (path, "/server/status"))
    answer_json (message, 200,
                 "{\"status\":\"online\",\"pid\":1,\"version\":\"0.1.0\",\"started_at\":"
                 "\"2026-11-22T19:00:00.000Z\",\"uptime_s\":60,\"max_running\":2,\"jobs\":"
                 "{\"running\":1},\"jobs_bytes\":1000}");
  else if (g_str_equal (path, "/jobs"))
    list_jobs (self, message);
  else if (g_str_equal (path, "/events"))
    fake_server_open_stream (self, message);
  else if (job != NULL)
    get_of_job (job, path + strlen ("/jobs/") + strlen (parts[2]), message);
  else
    answer_problem (message, 404, "There is no such job.", "");
}

static void
record (FakeServer *self, const char *path, SoupServerMessage *message)
{
  g_autofree char *request =
      g_strdup_printf ("%s %s", soup_server_message_get_method (message), path);
  FakeSeen *seen = g_hash_table_lookup (self->seen, request);
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  if (seen == NULL)
    {
      seen = g_new0 (FakeSeen, 1);
      g_hash_table_insert (self->seen, g_steal_pointer (&request), seen);
    }
  seen->count++;
  g_clear_pointer (&seen->headers, soup_message_headers_unref);
  seen->headers = soup_message_headers_ref (soup_server_message_get_request_headers (message));
  g_free (seen->body);
  seen->body = body->data != NULL ? g_strndup (body->data, (gsize) body->length) : NULL;
}

static gboolean
slow_cb (gpointer data)
{
  g_autoptr (SoupServerMessage) message = data;

  soup_server_message_unpause (message);
  return G_SOURCE_REMOVE;
}

static gboolean
is_allowed (FakeServer *self, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autofree char *bearer = g_strconcat ("Bearer ", self->token, NULL);

  return self->token == NULL
         || g_strcmp0 (soup_message_headers_get_one (headers, "Authorization"), bearer) == 0;
}

void
fake_server_handle (SoupServer *soup, SoupServerMessage *message, const char *path,
                    GHashTable *query, gpointer data)
{
  FakeServer *self = data;
  FakeFaultRule *rule = g_hash_table_lookup (self->faults, path);
  const FakeAnswer *said = g_hash_table_lookup (self->answers, path);
  FakeFault fault = FAKE_OK;

  record (self, path, message);
  if (rule != NULL && rule->times > 0)
    {
      rule->times--;
      fault = rule->fault;
    }
  if (!is_allowed (self, message))
    answer_problem (message, 401, "The token is missing or wrong.", "");
  else if (said != NULL)
    answer (message, said->status, "application/problem+json", said->body, strlen (said->body));
  else if (!misbehave (message, fault))
    route (self, path, message);
  if (fault == FAKE_LOST)
    cut (message, "HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n{");
  if (fault == FAKE_SLOW)
    {
      soup_server_message_pause (message);
      g_timeout_add (SLOW_MS, slow_cb, g_object_ref (message));
    }
}
