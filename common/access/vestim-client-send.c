/* SPDX-License-Identifier: MIT */
#include "common/access/vestim-client-private.h"

#include <glib/gi18n.h>

#include "common/client/vestim-backoff.h"
#include "common/client/vestim-error.h"

/* Sends a request: checks the peer, sends, reads the answer, parses it. An attempt has a deadline
 * that each piece of the answer postpones. When an attempt fails in a way that may pass, another
 * one follows after a delay; changes are sent with the same Idempotency-Key, so that the server
 * carries them out once. The steps hand over the one reference to the GTask; fail_attempt() and
 * finish_call() release it. */

#define MAX_ATTEMPTS 4
#define CHUNK_BYTES (64 * 1024)
#define PARSE_HERE_BYTES (32 * 1024)

/* After that time a change that has no answer fails; the user may try again. */
#define GIVE_UP_MS 20000

/* Less than that within the deadline does not postpone it: the server sends too slowly. */
#define MIN_BYTES 2048

/* Of the body of an error; more is not read. */
#define MAX_PROBLEM_BYTES (64 * 1024)

/* One request with all its attempts: the data of the GTask that answers it. */
typedef struct
{
  VestimRequest *request;
  VestimBackoff backoff;
  gint64 begun;       /* microseconds, when the first attempt started */
  VestimReply *reply; /* of the last attempt */

  /* Of the attempt under way. */
  GCancellable *attempt; /* cancelled by the caller's cancellable, or by the deadline */
  gulong cancel_id;
  guint deadline_id;
  gboolean timed_out;
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *received;
  gsize fresh; /* bytes since the deadline was last postponed */
} Call;

static void start_attempt (GTask *task);

static void
end_attempt (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  g_cancellable_disconnect (g_task_get_cancellable (task), call->cancel_id);
  call->cancel_id = 0;
  g_clear_handle_id (&call->deadline_id, g_source_remove);
  g_clear_object (&call->attempt);
  g_clear_object (&call->message);
  g_clear_object (&call->stream);
  g_clear_pointer (&call->received, g_byte_array_unref);
}

static void
call_free (Call *call)
{
  g_assert (call->attempt == NULL);
  vestim_request_free (call->request);
  vestim_reply_free (call->reply);
  g_free (call);
}

static gboolean
deadline_cb (gpointer data)
{
  Call *call = g_task_get_task_data (data);

  call->deadline_id = 0;
  call->timed_out = TRUE;
  g_cancellable_cancel (call->attempt);
  return G_SOURCE_REMOVE;
}

static void
push_deadline (GTask *task)
{
  VestimClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);

  g_clear_handle_id (&call->deadline_id, g_source_remove);
  call->fresh = 0;
  call->deadline_id =
      g_timeout_add (call->request->timeout_ms != 0 ? call->request->timeout_ms : self->timeout_ms,
                     deadline_cb, task);
}

static gboolean
retry_cb (gpointer data)
{
  g_autoptr (GTask) task = data;

  g_assert (G_IS_TASK (task));
  if (!g_task_return_error_if_cancelled (task))
    start_attempt (g_steal_pointer (&task));
  return G_SOURCE_REMOVE;
}

/* A read that timed out fails soon, because the user waits for it. A change is tried again, because
 * nobody knows whether it was carried out. */
static gboolean
is_worth_another (Call *call, const GError *error)
{
  gint64 spent_ms = (g_get_monotonic_time () - call->begun) / 1000;

  if (call->request->once || !vestim_error_is_passing (error)
      || call->backoff.attempt + 1 >= MAX_ATTEMPTS)
    return FALSE;
  if (g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_TIMEOUT) && call->request->key == NULL)
    return FALSE;
  return spent_ms < GIVE_UP_MS;
}

/* Takes over `task` and `error`: schedules another attempt, or ends the task. */
static void
fail_attempt (GTask *task, GError *error)
{
  Call *call = g_task_get_task_data (task);
  gboolean cancelled = g_cancellable_is_cancelled (g_task_get_cancellable (task));
  guint delay;

  end_attempt (task);
  if (cancelled || !is_worth_another (call, error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  delay = vestim_backoff_next (&call->backoff);
  if (call->reply != NULL && call->reply->retry_after > 0)
    delay = MAX (delay, MIN (call->reply->retry_after, 2) * 1000);
  g_error_free (error);
  g_timeout_add (delay, retry_cb, task);
}

static void
fail_with_io (GTask *task, GError *io_error)
{
  Call *call = g_task_get_task_data (task);
  GError *error;

  if (call->timed_out)
    error =
        vestim_error_new (VESTIM_ERROR_TIMEOUT, NULL, _ ("The server does not answer in time."));
  else
    error = vestim_client_translate_error (g_task_get_source_object (task), io_error);
  g_error_free (io_error);
  fail_attempt (task, error);
}

static void
parse_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;
  GError *error = NULL;
  gpointer result = call->request->parse (call->reply, &error);

  if (result == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, call->request->free_result);
}

/* The length of the answer that the server announced; -1 when it did not. */
static goffset
announced_length (Call *call)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (call->message);

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return -1;
  return soup_message_headers_get_content_length (headers);
}

static void
finish_call (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  GError *error = vestim_reply_dup_error (call->reply);

  if (error != NULL)
    {
      fail_attempt (task, error);
      return;
    }
  end_attempt (task);
  if (call->request->parse == NULL)
    g_task_return_pointer (task, g_steal_pointer (&call->reply),
                           (GDestroyNotify) vestim_reply_free);
  else if (g_bytes_get_size (call->reply->body) > PARSE_HERE_BYTES)
    g_task_run_in_thread (task, parse_thread);
  else
    parse_thread (task, NULL, call, NULL);
  g_object_unref (task);
}

static void read_on (GTask *task);

/* Takes over `task`: the answer has been read as far as needed. */
static void
take_reply (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  g_clear_pointer (&call->reply, vestim_reply_free);
  call->reply = vestim_reply_new (call->message,
                                  g_byte_array_free_to_bytes (g_steal_pointer (&call->received)));
  finish_call (task);
}

/* Takes over `task`: the stream has ended, perhaps too early. */
static void
take_end (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  if ((goffset) call->received->len < announced_length (call))
    fail_with_io (task,
                  g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "incomplete body"));
  else
    take_reply (task);
}

/* Takes over `task`: the answer is too long. The beginning of an error is enough. */
static void
refuse_length (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  if (soup_message_get_status (call->message) >= 300)
    take_reply (task);
  else
    fail_attempt (task, vestim_error_new (VESTIM_ERROR_TOO_BIG, NULL,
                                          _ ("The server’s answer is too long to show.")));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  g_assert (G_IS_TASK (task));
  if (bytes == NULL)
    {
      fail_with_io (task, error);
      return;
    }
  if (g_bytes_get_size (bytes) == 0)
    {
      take_end (task);
      return;
    }
  g_byte_array_append (call->received, g_bytes_get_data (bytes, NULL),
                       (guint) g_bytes_get_size (bytes));
  call->fresh += g_bytes_get_size (bytes);
  if (call->fresh >= MIN_BYTES)
    push_deadline (task);
  read_on (task);
}

/* Takes over `task`. */
static void
read_on (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  gsize limit =
      soup_message_get_status (call->message) < 300 ? call->request->max_bytes : MAX_PROBLEM_BYTES;

  /* A length that is announced too long is not waited for. */
  if (call->received->len > limit || announced_length (call) > (goffset) limit)
    refuse_length (task);
  else
    g_input_stream_read_bytes_async (call->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT, call->attempt,
                                     read_cb, task);
}

static void
send_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;

  g_assert (G_IS_TASK (task));
  call->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (call->stream == NULL)
    {
      fail_with_io (task, error);
      return;
    }
  call->received = g_byte_array_new ();
  push_deadline (task);
  read_on (task);
}

static void
cancelled_cb (GCancellable *cancellable, GCancellable *attempt)
{
  g_cancellable_cancel (attempt);
}

static void
send_message (GTask *task)
{
  VestimClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  SoupMessageHeaders *headers;

  call->message = vestim_client_new_message (self, call->request->method, call->request->path);
  headers = soup_message_get_request_headers (call->message);
  if (call->request->key != NULL)
    soup_message_headers_replace (headers, "Idempotency-Key", call->request->key);
  if (call->request->range != NULL)
    soup_message_headers_replace (headers, "Range", call->request->range);
  if (call->request->if_none_match != NULL)
    soup_message_headers_replace (headers, "If-None-Match", call->request->if_none_match);
  if (call->request->content_range != NULL)
    soup_message_headers_replace (headers, "Content-Range", call->request->content_range);
  if (call->request->bytes != NULL)
    soup_message_set_request_body_from_bytes (call->message, "application/octet-stream",
                                              call->request->bytes);
  else if (call->request->body != NULL)
    {
      g_autoptr (GBytes) body = g_bytes_new (call->request->body, strlen (call->request->body));

      soup_message_set_request_body_from_bytes (call->message, "application/json", body);
    }
  soup_session_send_async (self->session, call->message, G_PRIORITY_DEFAULT, call->attempt, send_cb,
                           task);
}

static void
peer_checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GError *error = NULL;

  g_assert (G_IS_TASK (task));
  if (vestim_client_check_peer_finish (VESTIM_CLIENT (source), result, &error))
    send_message (task);
  else
    fail_with_io (task, error);
}

/* Takes over `task`. */
static void
start_attempt (GTask *task)
{
  VestimClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  GCancellable *outer = g_task_get_cancellable (task);

  call->timed_out = FALSE;
  call->attempt = g_cancellable_new ();
  if (outer != NULL)
    call->cancel_id = g_cancellable_connect (outer, G_CALLBACK (cancelled_cb),
                                             g_object_ref (call->attempt), g_object_unref);
  push_deadline (task);
  vestim_client_check_peer_async (self, call->attempt, peer_checked_cb, task);
}

void
vestim_client_send_async (VestimClient *self, VestimRequest *request, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;
  Call *call;

  g_return_if_fail (VESTIM_IS_CLIENT (self) && request != NULL);
  task = g_task_new (self, cancellable, callback, data);
  call = g_new0 (Call, 1);
  call->request = request;
  call->backoff = (VestimBackoff){ .first_ms = 200, .max_ms = 2000 };
  call->begun = g_get_monotonic_time ();
  g_task_set_source_tag (task, vestim_client_send_async);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  if (g_task_return_error_if_cancelled (task))
    g_object_unref (task);
  else
    start_attempt (task);
}

gpointer
vestim_client_send_finish (VestimClient *self, GAsyncResult *result, GError **error)
{
  GError *raw = NULL;
  gpointer value;

  g_return_val_if_fail (VESTIM_IS_CLIENT (self) && g_task_is_valid (result, self), NULL);
  value = g_task_propagate_pointer (G_TASK (result), &raw);
  if (raw != NULL)
    {
      g_propagate_error (error, vestim_client_translate_error (self, raw));
      g_error_free (raw);
    }
  return value;
}
