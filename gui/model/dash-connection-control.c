/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-connection-private.h"

#include <glib/gi18n.h>

#include "gui/net/dash-calls.h"
#include "gui/system/dash-finder.h"

/* What is asked of a connection from outside: the server's start, stop and status. */

void
dash_connection_wake (DashConnection *self)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  dash_backoff_reset (&self->backoff);
  /* What is under way goes over connections that may be dead without anyone knowing. A daemon that
   * is being started is a matter of this computer, and slept too. */
  if (self->retry_id != 0 || (self->attempt != NULL && self->state != DASH_CONNECTION_STARTING))
    dash_connection_begin (self);
}

void
dash_connection_set_token (DashConnection *self, const char *token)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  g_free (self->fixed_token);
  self->fixed_token = g_strdup (token);
}

void
dash_connection_set_patience (DashConnection *self, guint answer_ms, guint silence_ms)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  self->answer_ms = answer_ms;
  self->silence_ms = silence_ms;
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  GError *error = NULL;
  g_autoptr (DashReply) reply = dash_client_send_finish (DASH_CLIENT (source), result, &error);

  if (reply == NULL)
    {
      self->may_start = TRUE;
      dash_connection_tell (self, error);
      return;
    }
  dash_connection_drop_attempt (self);
  dash_connection_set_state (self, DASH_CONNECTION_STOPPED,
                             self->fixed_url == NULL ? DASH_REMEDY_START : DASH_REMEDY_RETRY,
                             self->fixed_url == NULL
                                 ? _ ("You stopped the server.")
                                 : _ ("You stopped the server. It is started on its machine."));
}

void
dash_connection_stop_server (DashConnection *self, gboolean keep_jobs)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  if (self->client == NULL)
    return;
  self->may_start = FALSE;
  dash_client_send_async (self->client, dash_call_shutdown (keep_jobs), self->life, stopped_cb,
                          g_object_ref (self));
}

static void
settings_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  GError *error = NULL;
  g_autoptr (DashReply) reply = dash_client_send_finish (DASH_CLIENT (source), result, &error);

  if (reply == NULL)
    dash_connection_tell (self, error);
  dash_connection_look (self);
}

void
dash_connection_set_max_running (DashConnection *self, int max_running)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  if (self->client != NULL)
    dash_client_send_async (self->client, dash_call_settings (max_running), self->life, settings_cb,
                            g_object_ref (self));
}

static void
look_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  DashServerInfo *info = dash_client_send_finish (DASH_CLIENT (source), result, NULL);

  /* The events tell sooner and better when the server is gone. */
  if (info != NULL)
    dash_connection_take_info (self, info);
}

void
dash_connection_look (DashConnection *self)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  if (self->state == DASH_CONNECTION_ONLINE)
    dash_client_send_async (self->client, dash_call_status (), self->life, look_cb,
                            g_object_ref (self));
}

DashConnectionState
dash_connection_get_state (DashConnection *self)
{
  g_return_val_if_fail (DASH_IS_CONNECTION (self), DASH_CONNECTION_IDLE);
  return self->state;
}

gboolean
dash_connection_is_local (DashConnection *self)
{
  g_return_val_if_fail (DASH_IS_CONNECTION (self), FALSE);
  return self->fixed_url == NULL;
}

const char *
dash_connection_get_url (DashConnection *self)
{
  g_return_val_if_fail (DASH_IS_CONNECTION (self), NULL);
  return self->client != NULL ? dash_client_get_url (self->client) : self->fixed_url;
}

const char *
dash_connection_get_problem (DashConnection *self)
{
  g_return_val_if_fail (DASH_IS_CONNECTION (self), NULL);
  return self->problem;
}

DashRemedy
dash_connection_get_remedy (DashConnection *self)
{
  g_return_val_if_fail (DASH_IS_CONNECTION (self), DASH_REMEDY_RETRY);
  return self->remedy;
}

const DashServerInfo *
dash_connection_get_info (DashConnection *self)
{
  g_return_val_if_fail (DASH_IS_CONNECTION (self), NULL);
  return self->info;
}

DashJobStore *
dash_connection_get_store (DashConnection *self)
{
  g_return_val_if_fail (DASH_IS_CONNECTION (self), NULL);
  return self->store;
}

DashClient *
dash_connection_get_client (DashConnection *self)
{
  g_return_val_if_fail (DASH_IS_CONNECTION (self), NULL);
  return self->client;
}
