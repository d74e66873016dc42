/* SPDX-License-Identifier: MIT */
#include "net/dash-client.h"

#include <glib/gi18n.h>

#include "common/vestim-json.h"
#include "base/dash-backoff.h"
#include "base/dash-error.h"

#define DEFAULT_TIMEOUT_MS 15000
#define MAX_ATTEMPTS 4
#define CHUNK_BYTES (64 * 1024)
#define PARSE_HERE_BYTES (32 * 1024)
#define MAX_CONNECTIONS 6

struct _DashClient
{
  GObject parent;
  SoupSession *session;
  char *url;
  char *token;
  guint timeout_ms;
  DashClientGuard guard; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (DashClient, dash_client, G_TYPE_OBJECT)

/* One request with all its attempts: the data of the GTask that answers it. */
typedef struct
{
  DashRequest *request;
  DashBackoff backoff;
  DashReply *reply; /* of the last attempt */

  /* Of the attempt under way. */
  GCancellable *attempt; /* cancelled by the caller's cancellable, or by the deadline */
  gulong cancel_id;
  guint deadline_id;
  gboolean timed_out;
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *received;
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
  dash_request_free (call->request);
  dash_reply_free (call->reply);
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
  DashClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);

  g_clear_handle_id (&call->deadline_id, g_source_remove);
  call->deadline_id = g_timeout_add (self->timeout_ms, deadline_cb, task);
}

static gboolean
retry_cb (gpointer data)
{
  g_autoptr (GTask) task = data;

  if (!g_task_return_error_if_cancelled (task))
    start_attempt (g_steal_pointer (&task));
  return G_SOURCE_REMOVE;
}

/* Takes over `task` and `error`: once more after a while, or the end. */
static void
fail_attempt (GTask *task, GError *error)
{
  Call *call = g_task_get_task_data (task);
  gboolean cancelled = g_cancellable_is_cancelled (g_task_get_cancellable (task));
  guint delay;

  end_attempt (task);
  if (cancelled || call->request->once || !dash_error_is_passing (error)
      || call->backoff.attempt + 1 >= MAX_ATTEMPTS)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  delay = dash_backoff_next (&call->backoff);
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
    error = dash_error_new (DASH_ERROR_TIMEOUT, NULL, _ ("The server does not answer in time."));
  else
    error = dash_client_translate_error (g_task_get_source_object (task), io_error);
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

/* Whatever the parser found, the user reads that the answer was no good, and why. */
static GError *
garbled (const GError *error)
{
  g_autofree char *text = NULL;

  text = g_strdup_printf (_ ("The server sent an answer that can’t be read: %s."), error->message);
  return dash_error_new (DASH_ERROR_GARBLED, NULL, text);
}

static void
finish_call (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  GError *error = dash_reply_dup_error (call->reply);

  if (error != NULL)
    {
      fail_attempt (task, error);
      return;
    }
  end_attempt (task);
  if (call->request->parse == NULL)
    g_task_return_pointer (task, g_steal_pointer (&call->reply), (GDestroyNotify) dash_reply_free);
  else if (g_bytes_get_size (call->reply->body) > PARSE_HERE_BYTES)
    g_task_run_in_thread (task, parse_thread);
  else
    parse_thread (task, NULL, call, NULL);
  g_object_unref (task);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (bytes == NULL)
    {
      fail_with_io (task, error);
      return;
    }
  if (g_bytes_get_size (bytes) == 0)
    {
      g_clear_pointer (&call->reply, dash_reply_free);
      call->reply = dash_reply_new (call->message,
                                    g_byte_array_free_to_bytes (g_steal_pointer (&call->received)));
      finish_call (task);
      return;
    }
  g_byte_array_append (call->received, g_bytes_get_data (bytes, NULL),
                       (guint) g_bytes_get_size (bytes));
  if (call->received->len > call->request->max_bytes)
    {
      fail_attempt (task, dash_error_new (DASH_ERROR_TOO_BIG, NULL,
                                          _ ("The server’s answer is too long to be shown.")));
      return;
    }
  push_deadline (task);
  g_input_stream_read_bytes_async (call->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT, call->attempt,
                                   read_cb, task);
}

static void
send_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;

  call->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (call->stream == NULL)
    {
      fail_with_io (task, error);
      return;
    }
  call->received = g_byte_array_new ();
  push_deadline (task);
  g_input_stream_read_bytes_async (call->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT, call->attempt,
                                   read_cb, task);
}

static void
cancelled_cb (GCancellable *cancellable, GCancellable *attempt)
{
  g_cancellable_cancel (attempt);
}

static void
send_message (GTask *task)
{
  DashClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  SoupMessageHeaders *headers;

  call->message = dash_client_new_message (self, call->request->method, call->request->path);
  headers = soup_message_get_request_headers (call->message);
  if (call->request->key != NULL)
    soup_message_headers_replace (headers, "Idempotency-Key", call->request->key);
  if (call->request->range != NULL)
    soup_message_headers_replace (headers, "Range", call->request->range);
  if (call->request->body != NULL)
    {
      g_autoptr (GBytes) body = g_bytes_new (call->request->body, strlen (call->request->body));

      soup_message_set_request_body_from_bytes (call->message, "application/json", body);
    }
  soup_session_send_async (self->session, call->message, G_PRIORITY_DEFAULT, call->attempt, send_cb,
                           task);
}

static void
guard_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  DashClient *self = source;

  g_task_return_boolean (task, self->guard (self->url, self->token));
}

static void
guarded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GError *error = NULL;

  if (dash_client_check_finish (DASH_CLIENT (source), result, &error))
    send_message (task);
  else
    fail_with_io (task, error);
}

/* Takes over `task`. */
static void
start_attempt (GTask *task)
{
  DashClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  GCancellable *outer = g_task_get_cancellable (task);

  call->timed_out = FALSE;
  call->attempt = g_cancellable_new ();
  if (outer != NULL)
    call->cancel_id = g_cancellable_connect (outer, G_CALLBACK (cancelled_cb),
                                             g_object_ref (call->attempt), g_object_unref);
  push_deadline (task);
  dash_client_check_async (self, call->attempt, guarded_cb, task);
}

static void
dash_client_dispose (GObject *object)
{
  DashClient *self = DASH_CLIENT (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (dash_client_parent_class)->dispose (object);
}

static void
dash_client_finalize (GObject *object)
{
  DashClient *self = DASH_CLIENT (object);

  g_free (self->url);
  g_free (self->token);
  G_OBJECT_CLASS (dash_client_parent_class)->finalize (object);
}

static void
dash_client_class_init (DashClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = dash_client_dispose;
  object_class->finalize = dash_client_finalize;
}

static void
dash_client_init (DashClient *self)
{
  self->timeout_ms = DEFAULT_TIMEOUT_MS;
  self->session = soup_session_new_with_options (
      "max-conns-per-host", MAX_CONNECTIONS, "user-agent", "vestim-dashboard", "timeout", 0, NULL);
  /* The daemon is asked directly: a token must not be handed to a proxy of the desktop. */
  soup_session_set_proxy_resolver (self->session, NULL);
}

DashClient *
dash_client_new (const char *url, const char *token)
{
  DashClient *self = g_object_new (DASH_TYPE_CLIENT, NULL);
  gsize length = strlen (url);

  while (length > 0 && url[length - 1] == '/')
    length--;
  self->url = g_strndup (url, length);
  self->token = g_strdup (token);
  return self;
}

const char *
dash_client_get_url (DashClient *self)
{
  g_return_val_if_fail (DASH_IS_CLIENT (self), NULL);
  return self->url;
}

const char *
dash_client_get_token (DashClient *self)
{
  g_return_val_if_fail (DASH_IS_CLIENT (self), NULL);
  return self->token;
}

void
dash_client_set_timeout (DashClient *self, guint timeout_ms)
{
  g_return_if_fail (DASH_IS_CLIENT (self));
  self->timeout_ms = timeout_ms;
}

void
dash_client_set_guard (DashClient *self, DashClientGuard guard)
{
  g_return_if_fail (DASH_IS_CLIENT (self));
  self->guard = guard;
}

void
dash_client_check_async (DashClient *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (DASH_IS_CLIENT (self));
  g_task_set_source_tag (task, dash_client_check_async);
  if (self->guard != NULL)
    g_task_run_in_thread (task, guard_thread);
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
dash_client_check_finish (DashClient *self, GAsyncResult *result, GError **error)
{
  GError *failure = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &failure))
    return TRUE;
  if (failure == NULL)
    failure =
        dash_error_new (DASH_ERROR_UNREACHABLE, NULL, _ ("The server does not run any more."));
  g_propagate_error (error, failure);
  return FALSE;
}

SoupMessage *
dash_client_new_message (DashClient *self, const char *method, const char *path)
{
  g_autofree char *url = g_strconcat (self->url, path, NULL);
  SoupMessage *message = soup_message_new (method, url);

  /* Only an address that is no URL fails; the caller's was checked when it was entered. */
  if (message == NULL)
    message = soup_message_new (method, "http://invalid.invalid/");
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (self->token != NULL)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", self->token, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                    bearer);
    }
  return message;
}

GError *
dash_client_translate_error (DashClient *self, const GError *error)
{
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || error->domain == DASH_ERROR)
    return g_error_copy (error);
  if (error->domain == VESTIM_JSON_ERROR || error->domain == SOUP_SESSION_ERROR)
    return garbled (error);
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    text = g_strdup_printf (_ ("This computer does not trust the certificate of the server at %s."),
                            self->url);
  else
    text =
        g_strdup_printf (_ ("The server at %s can’t be reached: %s."), self->url, error->message);
  return dash_error_new (DASH_ERROR_UNREACHABLE, NULL, text);
}

void
dash_client_send_async (DashClient *self, DashRequest *request, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  Call *call = g_new0 (Call, 1);

  g_return_if_fail (DASH_IS_CLIENT (self));
  call->request = request;
  call->backoff = (DashBackoff){ .first_ms = 200, .max_ms = 2000 };
  g_task_set_source_tag (task, dash_client_send_async);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  if (g_task_return_error_if_cancelled (task))
    g_object_unref (task);
  else
    start_attempt (task);
}

gpointer
dash_client_send_finish (DashClient *self, GAsyncResult *result, GError **error)
{
  GError *raw = NULL;
  gpointer value = g_task_propagate_pointer (G_TASK (result), &raw);

  if (raw != NULL)
    {
      g_propagate_error (error, dash_client_translate_error (self, raw));
      g_error_free (raw);
    }
  return value;
}
