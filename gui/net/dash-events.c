/* SPDX-License-Identifier: MIT */
#include "gui/net/dash-events.h"

#include <glib/gi18n.h>

#include "common/client/vestim-event.h"
#include "common/client/vestim-error.h"
#include "common/client/vestim-sse-parser.h"

#define CHUNK_BYTES (64 * 1024)

/* One event stream: VestimClient's peer check, then GET /events in a session of its own, whose
 * bytes go through the SSE parser to the signals. It ends when the server closes it, sends nothing
 * for too long, or sends something else than events; all ends meet in lose(), which emits "lost"
 * once.
 */

/* Below input and drawing: a server that sends without a pause must not block the window. */
#define READ_PRIORITY G_PRIORITY_DEFAULT_IDLE

struct _DashEvents
{
  GObject parent;
  VestimClient *client;
  SoupSession *session; /* of its own: the stream occupies a connection */
  SoupMessage *message;
  GInputStream *stream;
  VestimSseParser *parser;
  GCancellable *cancellable;
  char *last_id;
  guint silence_ms;
  guint silence_id;
  gboolean closed;
};

enum
{
  OPENED,
  JOB,
  REMOVED,
  QUEUE,
  RESET,
  LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashEvents, dash_events, G_TYPE_OBJECT)

static void
lose (DashEvents *self, GError *error)
{
  gboolean was_closed = self->closed;

  dash_events_close (self);
  if (!was_closed)
    g_signal_emit (self, signals[LOST], 0, error);
  g_error_free (error);
}

static gboolean
silence_cb (gpointer data)
{
  DashEvents *self = data;

  g_assert (DASH_IS_EVENTS (self));
  self->silence_id = 0;
  lose (self,
        vestim_error_new (VESTIM_ERROR_TIMEOUT, NULL, _ ("The server has stopped responding.")));
  return G_SOURCE_REMOVE;
}

static void
push_silence (DashEvents *self)
{
  g_clear_handle_id (&self->silence_id, g_source_remove);
  self->silence_id = g_timeout_add (self->silence_ms, silence_cb, self);
}

/* When an event can't be read, the list is fetched again, so that no change is lost. */
static void
take_event (DashEvents *self, const char *type, const char *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VestimEvent) event = vestim_event_parse (type, data, &error);
  g_autoptr (DashSnapshot) snapshot = NULL;

  if (event == NULL)
    {
      g_debug ("an event can’t be read: %s", error->message);
      g_signal_emit (self, signals[RESET], 0);
      return;
    }
  switch (event->kind)
    {
    case VESTIM_EVENT_JOB:
      snapshot =
          dash_snapshot_new (g_steal_pointer (&event->job), g_steal_pointer (&event->folder));
      g_signal_emit (self, signals[JOB], 0, snapshot);
      break;
    case VESTIM_EVENT_REMOVED:
      g_signal_emit (self, signals[REMOVED], 0, event->job_ids);
      break;
    case VESTIM_EVENT_QUEUE:
      g_signal_emit (self, signals[QUEUE], 0);
      break;
    case VESTIM_EVENT_RESET:
      g_signal_emit (self, signals[RESET], 0);
      break;
    case VESTIM_EVENT_OTHER:
      break;
    }
}

static void
event_cb (const char *type, const char *data, const char *id, gpointer user)
{
  DashEvents *self = user;

  g_assert (DASH_IS_EVENTS (self));
  if (self->closed)
    return;
  if (id != NULL)
    {
      g_free (self->last_id);
      self->last_id = g_strdup (id);
    }
  take_event (self, type, data);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashEvents) self = data;
  GError *error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  g_assert (DASH_IS_EVENTS (self));
  if (bytes == NULL)
    {
      lose (self, vestim_client_translate_error (self->client, error));
      g_error_free (error);
      return;
    }
  if (self->closed)
    return;
  if (g_bytes_get_size (bytes) == 0)
    {
      lose (self, vestim_error_new (VESTIM_ERROR_UNREACHABLE, NULL,
                                    _ ("The server closed the connection.")));
      return;
    }
  push_silence (self);
  if (!vestim_sse_parser_feed (self->parser, g_bytes_get_data (bytes, NULL),
                               g_bytes_get_size (bytes)))
    lose (self, vestim_error_new (VESTIM_ERROR_GARBLED, NULL,
                                  _ ("The server sent an event that is too long.")));
  else if (!self->closed)
    g_input_stream_read_bytes_async (self->stream, CHUNK_BYTES, READ_PRIORITY, self->cancellable,
                                     read_cb, g_object_ref (self));
}

/* (nullable) (transfer full) why the answer is not an event stream. */
static GError *
response_error (DashEvents *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  const char *type = soup_message_headers_get_content_type (headers, NULL);
  guint status = soup_message_get_status (self->message);

  if (status >= 300)
    {
      g_autoptr (VestimReply) reply = vestim_reply_new (self->message, g_bytes_new (NULL, 0));

      return vestim_reply_dup_error (reply);
    }
  if (status != 200 || g_strcmp0 (type, "text/event-stream") != 0)
    return vestim_error_new (VESTIM_ERROR_GARBLED, NULL,
                             _ ("The server did not send an event stream."));
  return NULL;
}

static void
send_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashEvents) self = data;
  GError *error = NULL;
  GInputStream *stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);

  g_assert (DASH_IS_EVENTS (self));
  if (stream == NULL)
    {
      lose (self, vestim_client_translate_error (self->client, error));
      g_error_free (error);
      return;
    }
  g_set_object (&self->stream, stream);
  g_object_unref (stream);
  if (self->closed)
    return;
  error = response_error (self);
  if (error != NULL)
    {
      lose (self, error);
      return;
    }
  push_silence (self);
  g_signal_emit (self, signals[OPENED], 0);
  if (!self->closed)
    g_input_stream_read_bytes_async (self->stream, CHUNK_BYTES, READ_PRIORITY, self->cancellable,
                                     read_cb, g_object_ref (self));
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashEvents) self = data;
  GError *error = NULL;

  g_assert (DASH_IS_EVENTS (self));
  if (!vestim_client_check_peer_finish (VESTIM_CLIENT (source), result, &error))
    lose (self, error);
  else if (!self->closed)
    soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT, self->cancellable,
                             send_cb, g_object_ref (self));
}

static void
dash_events_dispose (GObject *object)
{
  DashEvents *self = DASH_EVENTS (object);

  dash_events_close (self);
  g_clear_object (&self->message);
  g_clear_object (&self->stream);
  g_clear_object (&self->session);
  g_clear_object (&self->client);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (dash_events_parent_class)->dispose (object);
}

static void
dash_events_finalize (GObject *object)
{
  DashEvents *self = DASH_EVENTS (object);

  vestim_sse_parser_free (self->parser);
  g_free (self->last_id);
  G_OBJECT_CLASS (dash_events_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, GType type)
{
  if (type == G_TYPE_NONE)
    return g_signal_new (name, DASH_TYPE_EVENTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                         G_TYPE_NONE, 0);
  return g_signal_new (name, DASH_TYPE_EVENTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       1, type);
}

static void
dash_events_class_init (DashEventsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = dash_events_dispose;
  object_class->finalize = dash_events_finalize;
  signals[OPENED] = add_signal ("opened", G_TYPE_NONE);
  signals[JOB] = add_signal ("job", G_TYPE_POINTER);
  signals[REMOVED] = add_signal ("removed", G_TYPE_POINTER);
  signals[QUEUE] = add_signal ("queue", G_TYPE_NONE);
  signals[RESET] = add_signal ("reset", G_TYPE_NONE);
  signals[LOST] = add_signal ("lost", G_TYPE_POINTER);
}

static void
dash_events_init (DashEvents *self)
{
  self->cancellable = g_cancellable_new ();
  self->parser = vestim_sse_parser_new (event_cb, self);
  self->session =
      soup_session_new_with_options ("timeout", 0, "user-agent", "vestim-dashboard", NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_set_proxy_resolver (self->session, NULL);
}

DashEvents *
dash_events_new (VestimClient *client, const char *last_id)
{
  DashEvents *self;

  g_return_val_if_fail (VESTIM_IS_CLIENT (client), NULL);
  self = g_object_new (DASH_TYPE_EVENTS, NULL);
  self->client = g_object_ref (client);
  self->last_id = g_strdup (last_id);
  return self;
}

void
dash_events_open (DashEvents *self, guint silence_ms)
{
  SoupMessageHeaders *headers;

  g_return_if_fail (DASH_IS_EVENTS (self) && self->message == NULL);
  self->silence_ms = silence_ms;
  self->message = vestim_client_new_message (self->client, "GET", "/events");
  headers = soup_message_get_request_headers (self->message);
  soup_message_headers_replace (headers, "Accept", "text/event-stream");
  if (self->last_id != NULL)
    soup_message_headers_replace (headers, "Last-Event-ID", self->last_id);
  push_silence (self);
  vestim_client_check_peer_async (self->client, self->cancellable, checked_cb, g_object_ref (self));
}

void
dash_events_close (DashEvents *self)
{
  g_return_if_fail (DASH_IS_EVENTS (self));
  self->closed = TRUE;
  g_clear_handle_id (&self->silence_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
}

const char *
dash_events_get_last_id (DashEvents *self)
{
  g_return_val_if_fail (DASH_IS_EVENTS (self), NULL);
  return self->last_id;
}
