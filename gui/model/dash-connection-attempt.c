/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-connection-private.h"

#include <glib/gi18n.h>

#include "common/client/vestim-error.h"
#include "gui/net/dash-calls.h"
#include "common/access/vestim-finder.h"
#include "common/access/vestim-launcher.h"

/* The steps of an attempt, from looking for the server to following its events. Each step is one
 * asynchronous call with the attempt's cancellable; its callback starts the next step. Whatever
 * fails ends in dash_connection_fail(), which decides whether and when the next attempt begins.
 *
 * The list and the event stream fit together without a gap: the answer with the list says after
 * which event it was taken, and the stream starts there. */

/* After a stream that lasted so long, a failure is a new one: the delays start from the shortest.
 */
#define STEADY_US (5 * G_USEC_PER_SEC)

static void fetch_list (DashConnection *self);

static void
drop_events (DashConnection *self)
{
  const char *last_id;

  if (self->events == NULL)
    return;
  last_id = dash_events_get_last_id (self->events);
  if (self->last_id != NULL && last_id != NULL)
    {
      g_free (self->last_id);
      self->last_id = g_strdup (last_id);
    }
  g_signal_handlers_disconnect_by_data (self->events, self);
  dash_events_close (self->events);
  g_clear_object (&self->events);
}

void
dash_connection_drop_attempt (DashConnection *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_handle_id (&self->queue_id, g_source_remove);
  if (dash_connection_get_step (self) == DASH_STEP_FOLLOWING
      && g_get_monotonic_time () - self->opened > STEADY_US)
    vestim_backoff_reset (&self->backoff);
  if (self->attempt != NULL)
    g_cancellable_cancel (self->attempt);
  g_clear_object (&self->attempt);
  drop_events (self);
  if (dash_connection_get_step (self) != DASH_STEP_RESTING)
    dash_connection_move (self, DASH_STEP_RESTING);
}

static gboolean
retry_cb (gpointer data)
{
  DashConnection *self = data;

  g_assert (DASH_IS_CONNECTION (self));
  self->retry_id = 0;
  dash_connection_begin (self);
  return G_SOURCE_REMOVE;
}

void
dash_connection_schedule (DashConnection *self)
{
  dash_connection_move (self, DASH_STEP_WAITING);
  self->retry_id = g_timeout_add (vestim_backoff_next (&self->backoff), retry_cb, self);
}

static void
opened_cb (DashEvents *events, DashConnection *self)
{
  g_assert (DASH_IS_CONNECTION (self));
  dash_connection_move (self, DASH_STEP_FOLLOWING);
  self->opened = g_get_monotonic_time ();
  self->was_online = TRUE;
  self->launch = DASH_LAUNCH_ALLOWED;
  self->asked_to_start = FALSE;
  dash_connection_show (self, DASH_CONNECTION_ONLINE, DASH_REMEDY_RETRY, NULL);
  dash_connection_refresh_status (self);
}

static void
job_cb (DashEvents *events, DashSnapshot *snapshot, DashConnection *self)
{
  g_assert (DASH_IS_CONNECTION (self));
  dash_job_store_put (self->store, dash_snapshot_steal (snapshot));
}

static void
removed_cb (DashEvents *events, const char *const *job_ids, DashConnection *self)
{
  g_assert (DASH_IS_CONNECTION (self));
  if (job_ids != NULL)
    dash_job_store_remove (self->store, job_ids);
  else
    dash_job_store_clear (self->store);
}

/* The list must be newer than the stream it is followed by: both start again. A server that resets
 * the stream again and again is given time. */
static void
reset_cb (DashEvents *events, DashConnection *self)
{
  g_assert (DASH_IS_CONNECTION (self));
  dash_connection_drop_attempt (self);
  g_clear_pointer (&self->last_id, g_free);
  if (self->backoff.attempt > 0)
    {
      dash_connection_schedule (self);
      return;
    }
  vestim_backoff_next (&self->backoff);
  self->attempt = g_cancellable_new ();
  fetch_list (self);
}

/* With a server that does not continue the stream where it was, everything starts again. */
static void
lost_cb (DashEvents *events, const GError *error, DashConnection *self)
{
  GError *copy = g_error_copy (error);

  g_assert (DASH_IS_CONNECTION (self));
  if (!vestim_error_is_passing (error))
    {
      dash_connection_drop_attempt (self);
      g_clear_pointer (&self->last_id, g_free);
    }
  dash_connection_fail (self, copy);
}

static void
open_events (DashConnection *self)
{
  dash_connection_move (self, DASH_STEP_OPENING);
  self->events = dash_events_new (self->client, self->last_id);
  g_signal_connect (self->events, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (self->events, "job", G_CALLBACK (job_cb), self);
  g_signal_connect (self->events, "removed", G_CALLBACK (removed_cb), self);
  g_signal_connect_swapped (self->events, "queue", G_CALLBACK (dash_connection_follow_queue), self);
  g_signal_connect (self->events, "reset", G_CALLBACK (reset_cb), self);
  g_signal_connect (self->events, "lost", G_CALLBACK (lost_cb), self);
  dash_events_open (self->events, self->silence_ms);
}

static void
list_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  GError *error = NULL;
  g_autoptr (DashJobListing) list =
      vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);

  g_assert (DASH_IS_CONNECTION (self));
  if (list == NULL)
    {
      dash_connection_fail (self, error);
      return;
    }
  dash_job_store_refresh (self->store, list->jobs);
  self->last_id = g_steal_pointer (&list->event_id);
  open_events (self);
}

static void
fetch_list (DashConnection *self)
{
  dash_connection_move (self, DASH_STEP_LISTING);
  vestim_client_send_async (self->client, dash_call_list (), self->attempt, list_cb,
                            g_object_ref (self));
}

static void
greet_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  GError *error = NULL;
  DashServerInfo *info = vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);

  g_assert (DASH_IS_CONNECTION (self));
  if (info == NULL)
    {
      dash_connection_fail_greeting (self, error);
      return;
    }
  dash_connection_take_info (self, info);
  fetch_list (self);
}

static void
greet (DashConnection *self)
{
  dash_connection_move (self, DASH_STEP_GREETING);
  vestim_client_send_async (self->client, dash_call_status (), self->attempt, greet_cb,
                            g_object_ref (self));
}

static gboolean
has_client_for (DashConnection *self, const char *url, const char *token)
{
  return self->client != NULL && g_strcmp0 (vestim_client_get_url (self->client), url) == 0
         && g_strcmp0 (vestim_client_get_token (self->client), token) == 0;
}

/* The server is known: greet it, or continue where the events ended. */
static void
use_server (DashConnection *self, const char *url, const char *token)
{
  if (!has_client_for (self, url, token))
    {
      g_clear_object (&self->client);
      self->client = vestim_client_new (url, token);
      if (self->fixed_url == NULL)
        vestim_client_set_peer_check (self->client, vestim_finder_confirm);
      if (self->answer_ms != 0)
        vestim_client_set_timeout (self->client, self->answer_ms);
    }
  if (self->last_id != NULL)
    open_events (self);
  else
    greet (self);
}

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  g_autoptr (GError) error = NULL;

  g_assert (DASH_IS_CONNECTION (self));
  if (vestim_launcher_start_finish (result, &error))
    dash_connection_begin (self);
  else if (g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_NOT_INSTALLED))
    dash_connection_fail_launch (self, DASH_REMEDY_INSTALL, error->message);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    dash_connection_fail_launch (self, DASH_REMEDY_START, error->message);
}

static void
launch (DashConnection *self)
{
  dash_connection_move (self, DASH_STEP_LAUNCHING);
  dash_connection_show (self, DASH_CONNECTION_STARTING, DASH_REMEDY_RETRY, NULL);
  self->launch = DASH_LAUNCH_DONE;
  vestim_launcher_start_async (self->attempt, launched_cb, g_object_ref (self));
}

/* There is no daemon of this user. */
static void
launch_or_rest (DashConnection *self)
{
  switch (self->launch)
    {
    case DASH_LAUNCH_ALLOWED:
      launch (self);
      break;
    case DASH_LAUNCH_DONE:
      dash_connection_fail_launch (self, DASH_REMEDY_START,
                                   _ ("The server started, but stopped immediately."));
      break;
    case DASH_LAUNCH_FORBIDDEN:
      dash_connection_drop_attempt (self);
      if (self->state != DASH_CONNECTION_PROBLEM)
        dash_connection_show (self, DASH_CONNECTION_STOPPED, DASH_REMEDY_START,
                              _ ("Start the server to see and run jobs."));
      break;
    }
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  g_autoptr (VestimFound) found = vestim_finder_look_finish (result, NULL);

  g_assert (DASH_IS_CONNECTION (self));
  if (found == NULL)
    return;
  switch (found->state)
    {
    case VESTIM_FOUND_RUNNING:
      use_server (self, found->url, found->token);
      break;
    case VESTIM_FOUND_STARTING:
      dash_connection_fail (
          self, vestim_error_new (
                    VESTIM_ERROR_STARTING, NULL,
                    _ ("The server started, but it does not answer yet or is about to stop.")));
      break;
    case VESTIM_FOUND_ABSENT:
      /* It removed its files when it ended: someone stopped it on purpose. */
      if (self->was_online)
        self->launch = DASH_LAUNCH_FORBIDDEN;
      launch_or_rest (self);
      break;
    case VESTIM_FOUND_STALE:
      launch_or_rest (self);
      break;
    }
}

void
dash_connection_begin (DashConnection *self)
{
  dash_connection_drop_attempt (self);
  if (dash_connection_needs_consent (self))
    {
      dash_connection_ask_consent (self);
      return;
    }
  self->attempt = g_cancellable_new ();
  if (self->fixed_url != NULL)
    {
      use_server (self, self->fixed_url, self->fixed_token);
      return;
    }
  dash_connection_move (self, DASH_STEP_LOOKING);
  vestim_finder_look_async (NULL, self->attempt, found_cb, g_object_ref (self));
}
