/* SPDX-License-Identifier: MIT */
#include "common/access/vestim-client-private.h"

#include <glib/gi18n.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-address.h"
#include "common/json/vestim-json.h"

#define DEFAULT_TIMEOUT_MS 15000
#define MAX_CONNECTIONS 6
#define CHECKED_US (50 * 1000)

G_DEFINE_FINAL_TYPE (VestimClient, vestim_client, G_TYPE_OBJECT)

static void
check_peer_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  VestimClient *self = source;

  g_task_return_boolean (task, self->peer_check (self->url, self->token));
}

static void
vestim_client_dispose (GObject *object)
{
  VestimClient *self = VESTIM_CLIENT (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (vestim_client_parent_class)->dispose (object);
}

static void
vestim_client_finalize (GObject *object)
{
  VestimClient *self = VESTIM_CLIENT (object);

  g_free (self->url);
  g_free (self->token);
  G_OBJECT_CLASS (vestim_client_parent_class)->finalize (object);
}

static void
vestim_client_class_init (VestimClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vestim_client_dispose;
  object_class->finalize = vestim_client_finalize;
}

static void
vestim_client_init (VestimClient *self)
{
  self->timeout_ms = DEFAULT_TIMEOUT_MS;
  self->session = soup_session_new_with_options (
      "max-conns-per-host", MAX_CONNECTIONS, "user-agent",
      g_get_prgname () != NULL ? g_get_prgname () : "vestim", "timeout", 0, NULL);
  /* vestimd does not compress, and what another server compressed may unfold to any size. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  /* No proxy: the token is for the server only. */
  soup_session_set_proxy_resolver (self->session, NULL);
}

VestimClient *
vestim_client_new (const char *url, const char *token)
{
  VestimClient *self;
  gsize length;

  g_return_val_if_fail (url != NULL, NULL);
  self = g_object_new (VESTIM_TYPE_CLIENT, NULL);
  length = strlen (url);
  while (length > 0 && url[length - 1] == '/')
    length--;
  self->url = g_strndup (url, length);
  self->token = vestim_token_clean (token);
  return self;
}

const char *
vestim_client_get_url (VestimClient *self)
{
  g_return_val_if_fail (VESTIM_IS_CLIENT (self), NULL);
  return self->url;
}

const char *
vestim_client_get_token (VestimClient *self)
{
  g_return_val_if_fail (VESTIM_IS_CLIENT (self), NULL);
  return self->token;
}

void
vestim_client_set_timeout (VestimClient *self, guint timeout_ms)
{
  g_return_if_fail (VESTIM_IS_CLIENT (self));
  self->timeout_ms = timeout_ms;
}

void
vestim_client_set_peer_check (VestimClient *self, VestimClientPeerCheck peer_check)
{
  g_return_if_fail (VESTIM_IS_CLIENT (self));
  self->peer_check = peer_check;
}

void
vestim_client_set_peer_checked (VestimClient *self)
{
  g_return_if_fail (VESTIM_IS_CLIENT (self));
  self->checked_until = g_get_monotonic_time () + CHECKED_US;
}

void
vestim_client_check_peer_async (VestimClient *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (VESTIM_IS_CLIENT (self));
  task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, vestim_client_check_peer_async);
  if (self->peer_check != NULL && g_get_monotonic_time () >= self->checked_until)
    g_task_run_in_thread (task, check_peer_thread);
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
vestim_client_check_peer_finish (VestimClient *self, GAsyncResult *result, GError **error)
{
  GError *failure = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  if (g_task_propagate_boolean (G_TASK (result), &failure))
    return TRUE;
  if (failure == NULL)
    failure =
        vestim_error_new (VESTIM_ERROR_UNREACHABLE, NULL, _ ("The server is no longer running."));
  g_propagate_error (error, failure);
  return FALSE;
}

SoupMessage *
vestim_client_new_message (VestimClient *self, const char *method, const char *path)
{
  g_autofree char *url = NULL;
  SoupMessage *message;

  g_return_val_if_fail (VESTIM_IS_CLIENT (self) && method != NULL && path != NULL, NULL);
  url = g_strconcat (self->url, path, NULL);
  message = soup_message_new (method, url);
  /* It fails for an invalid URL only, and addresses are checked when they are entered. */
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

/* Where the parser stopped helps only administrators. */
static GError *
garbled (const GError *error)
{
  g_debug ("invalid answer: %s", error->message);
  return vestim_error_new (VESTIM_ERROR_GARBLED, NULL,
                           _ ("The server sent an answer that this program can’t read."));
}

/* Why there is no connection, in words for users where those of the libraries are not. */
static const char *
reason_of (const GError *error)
{
  if (error->domain == G_RESOLVER_ERROR)
    return _ ("the host name is unknown");
  if (error->domain != G_IO_ERROR)
    return error->message;
  switch (error->code)
    {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return _ ("no server answers there");
    case G_IO_ERROR_CONNECTION_CLOSED:
    case G_IO_ERROR_PARTIAL_INPUT:
      return _ ("it closed the connection");
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      return _ ("the network is unreachable");
    default:
      return error->message;
    }
}

GError *
vestim_client_translate_error (VestimClient *self, const GError *error)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (VESTIM_IS_CLIENT (self) && error != NULL, NULL);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || error->domain == VESTIM_ERROR)
    return g_error_copy (error);
  if (error->domain == VESTIM_JSON_ERROR || error->domain == SOUP_SESSION_ERROR)
    return garbled (error);
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    text = g_strdup_printf (_ ("This computer does not trust the certificate of the server at %s."),
                            self->url);
  else
    text = g_strdup_printf (_ ("The server at %s can’t be reached: %s."), self->url,
                            reason_of (error));
  return vestim_error_new (VESTIM_ERROR_UNREACHABLE, NULL, text);
}
