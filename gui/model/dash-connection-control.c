/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-connection-private.h"

#include <glib/gi18n.h>

#include "gui/net/dash-calls.h"

/* Requests about the server itself: to stop it, how many jobs it runs, its queue, its status. */

/* How long events of the queue are collected; a millisecond more for each queued job. */
#define QUEUE_MS 300

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  GError *error = NULL;
  g_autoptr (VestimReply) reply =
      vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);

  g_assert (DASH_IS_CONNECTION (self));
  if (reply == NULL)
    {
      self->launch = DASH_LAUNCH_ALLOWED;
      dash_connection_report_error (self, error);
      return;
    }
  dash_connection_drop_attempt (self);
  dash_connection_show (self, DASH_CONNECTION_STOPPED,
                        self->fixed_url == NULL ? DASH_REMEDY_START : DASH_REMEDY_RETRY,
                        self->fixed_url == NULL
                            ? _ ("You stopped the server.")
                            : _ ("You stopped the server. Start it again on its own machine."));
}

void
dash_connection_stop_server (DashConnection *self, gboolean keep_jobs)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  if (self->client == NULL)
    return;
  self->launch = DASH_LAUNCH_FORBIDDEN;
  vestim_client_send_async (self->client, dash_call_shutdown (keep_jobs), self->life, stopped_cb,
                            g_object_ref (self));
}

static void
settings_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  GError *error = NULL;
  g_autoptr (VestimReply) reply =
      vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);

  g_assert (DASH_IS_CONNECTION (self));
  if (reply == NULL)
    dash_connection_report_error (self, error);
  dash_connection_refresh_status (self);
}

void
dash_connection_set_max_running (DashConnection *self, int max_running)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  if (self->client != NULL)
    vestim_client_send_async (self->client, dash_call_settings (max_running), self->life,
                              settings_cb, g_object_ref (self));
}

void
dash_connection_pause_queue (DashConnection *self, gboolean pause)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  if (self->client != NULL)
    vestim_client_send_async (self->client, dash_call_pause_queue (pause), self->life, settings_cb,
                              g_object_ref (self));
}

void
dash_connection_set_group (DashConnection *self, const char *name, int max_running, gboolean paused)
{
  g_return_if_fail (DASH_IS_CONNECTION (self) && name != NULL);
  if (self->client != NULL)
    vestim_client_send_async (self->client, dash_call_group (name, max_running, paused), self->life,
                              settings_cb, g_object_ref (self));
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  DashServerInfo *info = vestim_client_send_finish (VESTIM_CLIENT (source), result, NULL);

  g_assert (DASH_IS_CONNECTION (self));
  /* When the server is gone, the events show it sooner. */
  if (info != NULL)
    dash_connection_take_info (self, info);
}

void
dash_connection_refresh_status (DashConnection *self)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  if (self->state == DASH_CONNECTION_ONLINE)
    vestim_client_send_async (self->client, dash_call_status (), self->life, status_cb,
                              g_object_ref (self));
}

/* ---- The queue ---- */

static void
queued_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  g_autoptr (DashJobListing) list =
      vestim_client_send_finish (VESTIM_CLIENT (source), result, NULL);

  g_assert (DASH_IS_CONNECTION (self));
  if (list != NULL)
    dash_job_store_put_queued (self->store, list->jobs);
}

static gboolean
fetch_queued_cb (gpointer data)
{
  DashConnection *self = data;

  g_assert (DASH_IS_CONNECTION (self));
  self->queue_id = 0;
  if (self->state == DASH_CONNECTION_ONLINE && self->attempt != NULL)
    vestim_client_send_async (self->client, dash_call_list_queued (), self->attempt, queued_cb,
                              g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* The server does not announce each job whose place or reason to wait changed with the queue. A
 * long list is fetched more seldom. */
void
dash_connection_follow_queue (DashConnection *self)
{
  guint queued;

  g_return_if_fail (DASH_IS_CONNECTION (self));
  queued = dash_job_store_count (self->store, VESTIM_JOB_QUEUED);
  dash_connection_refresh_status (self);
  if (self->queue_id == 0 && queued > 0)
    self->queue_id = g_timeout_add (QUEUE_MS + queued, fetch_queued_cb, self);
}
