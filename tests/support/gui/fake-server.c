/* SPDX-License-Identifier: MIT */
#include "tests/support/gui/fake-server.h"

#include <string.h>

#include "common/json/vestim-json.h"
#include "tests/support/gui/fake-server-private.h"

static void
answer_free (gpointer data)
{
  FakeAnswer *answer = data;

  g_free (answer->body);
  g_free (answer);
}

static void
fault_free (gpointer data)
{
  g_free (data);
}

static void
seen_free (FakeSeen *seen)
{
  g_clear_pointer (&seen->headers, soup_message_headers_unref);
  g_free (seen->body);
  g_free (seen);
}

static void
job_free (FakeJob *job)
{
  g_free (job->id);
  g_free (job->json);
  g_free (job->metrics);
  g_byte_array_unref (job->log);
  g_free (job->log_gap);
  g_hash_table_unref (job->files);
  g_free (job);
}

static void
stream_closed_cb (SoupServerMessage *message, FakeServer *self)
{
  g_ptr_array_remove (self->streams, message);
}

static void
write_event (FakeServer *self, SoupServerMessage *message, const char *type, const char *data)
{
  g_autofree char *text =
      g_strdup_printf ("event: %s\nid: %s:%u\ndata: %s\n\n", type, self->run, self->n_events, data);
  SoupMessageBody *body = soup_server_message_get_response_body (message);

  soup_message_body_append (body, SOUP_MEMORY_COPY, text, strlen (text));
  soup_server_message_unpause (message);
}

void
fake_server_send_event (FakeServer *self, const char *type, const char *data)
{
  self->n_events++;
  for (guint i = 0; i < self->streams->len; i++)
    write_event (self, self->streams->pdata[i], type, data);
}

/* Old events are not kept: a client that asks for an older place gets a reset. */
void
fake_server_open_stream (FakeServer *self, SoupServerMessage *message)
{
  SoupMessageHeaders *in = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *out = soup_server_message_get_response_headers (message);
  const char *last = soup_message_headers_get_one (in, "Last-Event-ID");
  g_autofree char *now = g_strdup_printf ("%s:%u", self->run, self->n_events);

  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_set_content_type (out, "text/event-stream", NULL);
  soup_message_headers_set_encoding (out, SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_ptr_array_add (self->streams, g_object_ref (message));
  g_signal_connect (message, "finished", G_CALLBACK (stream_closed_cb), self);
  write_event (self, message, "hello", "{}");
  if (last != NULL && !g_str_equal (last, now))
    write_event (self, message, "reset", "{}");
}

void
fake_server_cut_events (FakeServer *self)
{
  g_autoptr (GPtrArray) streams = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->streams->len; i++)
    g_ptr_array_add (streams, g_object_ref (self->streams->pdata[i]));
  for (guint i = 0; i < streams->len; i++)
    {
      soup_message_body_complete (soup_server_message_get_response_body (streams->pdata[i]));
      soup_server_message_unpause (streams->pdata[i]);
    }
}

guint
fake_server_count_streams (FakeServer *self)
{
  return self->streams->len;
}

void
fake_server_forget_events (FakeServer *self)
{
  g_free (self->run);
  self->run = g_uuid_string_random ();
  self->n_events = 0;
}

FakeJob *
fake_server_find (FakeServer *self, const char *id)
{
  for (guint i = 0; i < self->jobs->len; i++)
    if (g_str_equal (((FakeJob *) self->jobs->pdata[i])->id, id))
      return self->jobs->pdata[i];
  return NULL;
}

static FakeJob *
find_or_add (FakeServer *self, const char *id)
{
  FakeJob *job = fake_server_find (self, id);

  if (job != NULL)
    return job;
  job = g_new0 (FakeJob, 1);
  job->id = g_strdup (id);
  job->log = g_byte_array_new ();
  job->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_ptr_array_insert (self->jobs, 0, job);
  return job;
}

void
fake_server_put_job_full (FakeServer *self, const char *id, const char *head, const char *rest)
{
  FakeJob *job = find_or_add (self, id);

  g_free (job->json);
  self->clock++;
  job->json = g_strdup_printf ("{\"job_id\":\"%s\",%s,\"job_folder\":\"/nowhere/%s\","
                               "\"updated_at\":\"2026-11-22T20:%02u:%02u.%03uZ\",%s}",
                               id, head, id, self->clock / 60000 % 60, self->clock / 1000 % 60,
                               self->clock % 1000, rest);
  fake_server_send_event (self, "job", job->json);
}

void
fake_server_put_job (FakeServer *self, const char *id, const char *name, const char *status,
                     double progress)
{
  g_autoptr (GString) head = g_string_new ("\"name\":");
  g_autofree char *rest = NULL;

  vestim_json_append_string (head, name != NULL ? name : id);
  g_string_append_printf (head, ",\"kind\":\"command\",\"status\":\"%s\",\"priority\":0", status);
  g_string_append (head,
                   ",\"selections\":{\"argv\":[\"sleep\",\"1\"]},\"attempt\":1,\"created_at\":"
                   "\"2026-11-22T19:50:12.123Z\"");
  rest = progress < 0
             ? g_strdup ("\"progress\":null,\"message\":null,\"details\":{}")
             : g_strdup_printf ("\"progress\":%g,\"message\":null,\"details\":{}", progress);
  fake_server_put_job_full (self, id, head->str, rest);
}

void
fake_server_remove_job (FakeServer *self, const char *id)
{
  FakeJob *job = fake_server_find (self, id);
  g_autofree char *data = g_strdup_printf ("{\"job_id\":\"%s\"}", id);

  g_ptr_array_remove (self->jobs, job);
  fake_server_send_event (self, "deleted", data);
}

void
fake_server_set_log (FakeServer *self, const char *id, const char *text, gsize length)
{
  FakeJob *job = fake_server_find (self, id);

  g_byte_array_set_size (job->log, 0);
  g_byte_array_append (job->log, (const guint8 *) text, (guint) length);
}

void
fake_server_set_log_gap (FakeServer *self, const char *id, const char *gap)
{
  FakeJob *job = fake_server_find (self, id);

  g_free (job->log_gap);
  job->log_gap = g_strdup (gap);
}

void
fake_server_set_file (FakeServer *self, const char *id, const char *name, const char *text)
{
  g_hash_table_replace (fake_server_find (self, id)->files, g_strdup (name), g_strdup (text));
}

void
fake_server_set_metrics (FakeServer *self, const char *id, const char *json)
{
  FakeJob *job = fake_server_find (self, id);

  g_free (job->metrics);
  job->metrics = g_strdup (json);
}

void
fake_server_set_fault (FakeServer *self, const char *path, FakeFault fault, int times)
{
  FakeFaultRule *rule = g_new0 (FakeFaultRule, 1);

  rule->fault = fault;
  rule->times = times;
  g_hash_table_replace (self->faults, g_strdup (path), rule);
}

void
fake_server_set_answer (FakeServer *self, const char *path, guint status, const char *body)
{
  FakeAnswer *answer;

  g_hash_table_remove (self->answers, path);
  if (body == NULL)
    return;
  answer = g_new0 (FakeAnswer, 1);
  answer->status = status;
  answer->body = g_strdup (body);
  g_hash_table_replace (self->answers, g_strdup (path), answer);
}

guint
fake_server_count (FakeServer *self, const char *request)
{
  FakeSeen *seen = g_hash_table_lookup (self->seen, request);

  return seen != NULL ? seen->count : 0;
}

guint
fake_server_count_changes (FakeServer *self)
{
  return self->n_changes;
}

const char *
fake_server_last_header (FakeServer *self, const char *request, const char *header)
{
  FakeSeen *seen = g_hash_table_lookup (self->seen, request);

  return seen != NULL ? soup_message_headers_get_one (seen->headers, header) : NULL;
}

const char *
fake_server_last_body (FakeServer *self, const char *request)
{
  FakeSeen *seen = g_hash_table_lookup (self->seen, request);

  return seen != NULL ? seen->body : NULL;
}

const char *
fake_server_get_url (FakeServer *self)
{
  return self->url;
}

FakeServer *
fake_server_new (const char *token)
{
  FakeServer *self = g_new0 (FakeServer, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->token = g_strdup (token);
  self->run = g_uuid_string_random ();
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) job_free);
  self->streams = g_ptr_array_new_with_free_func (g_object_unref);
  self->faults = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, fault_free);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, answer_free);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) seen_free);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->soup = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->soup, NULL, fake_server_handle, self, NULL);
  soup_server_listen_local (self->soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->soup);
  self->url = g_uri_to_string (uris->data);
  self->url[strlen (self->url) - 1] = '\0';
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

void
fake_server_free (FakeServer *self)
{
  for (guint i = 0; i < self->streams->len; i++)
    g_signal_handlers_disconnect_by_data (self->streams->pdata[i], self);
  soup_server_disconnect (self->soup);
  g_ptr_array_unref (self->streams);
  g_object_unref (self->soup);
  g_ptr_array_unref (self->jobs);
  g_hash_table_unref (self->faults);
  g_hash_table_unref (self->answers);
  g_hash_table_unref (self->seen);
  g_hash_table_unref (self->keys);
  g_free (self->token);
  g_free (self->run);
  g_free (self->url);
  g_free (self);
}
