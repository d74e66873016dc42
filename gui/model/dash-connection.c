/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-connection-private.h"

#include <glib/gi18n.h>

#include "gui/base/dash-error.h"
#include "common/vestim-paths.h"
#include "gui/net/dash-calls.h"
#include "gui/system/dash-finder.h"
#include "gui/system/dash-launcher.h"

/* The daemon says something every 15 s. */
#define SILENCE_MS 40000
#define FIRST_DELAY_MS 150
#define MAX_DELAY_MS 10000

/* A stream that lasted so long was a good one: what comes behind it is a new trouble. */
#define STEADY_US (5 * G_USEC_PER_SEC)

enum
{
  PROP_STATE = 1,
  PROP_INFO,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (DashConnection, dash_connection, G_TYPE_OBJECT)

static void fetch_list (DashConnection *self);

void
dash_connection_set_state (DashConnection *self, DashConnectionState state, DashRemedy remedy,
                           const char *problem)
{
  gboolean same = self->state == state && self->remedy == remedy;

  if (same && g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  self->remedy = remedy;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* A state without a word: it goes well. */
static void
set_state (DashConnection *self, DashConnectionState state)
{
  dash_connection_set_state (self, state, DASH_REMEDY_RETRY, NULL);
}

/* Ends what is under way, so that none of its callbacks is heard any more. */
void
dash_connection_drop_attempt (DashConnection *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  if (self->opened != 0 && g_get_monotonic_time () - self->opened > STEADY_US)
    dash_backoff_reset (&self->backoff);
  self->opened = 0;
  if (self->attempt != NULL)
    g_cancellable_cancel (self->attempt);
  g_clear_object (&self->attempt);
  if (self->events != NULL)
    {
      const char *last_id = dash_events_get_last_id (self->events);

      if (self->last_id != NULL && last_id != NULL)
        {
          g_free (self->last_id);
          self->last_id = g_strdup (last_id);
        }
      g_signal_handlers_disconnect_by_data (self->events, self);
      dash_events_close (self->events);
      g_clear_object (&self->events);
    }
}

static gboolean
retry_cb (gpointer data)
{
  DashConnection *self = data;

  self->retry_id = 0;
  dash_connection_begin (self);
  return G_SOURCE_REMOVE;
}

void
dash_connection_schedule (DashConnection *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  self->retry_id = g_timeout_add (dash_backoff_next (&self->backoff), retry_cb, self);
}

static void
opened_cb (DashEvents *events, DashConnection *self)
{
  self->opened = g_get_monotonic_time ();
  self->was_online = TRUE;
  self->may_start = TRUE;
  self->starting = FALSE;
  self->launched = FALSE;
  set_state (self, DASH_CONNECTION_ONLINE);
  dash_connection_look (self);
}

static void
job_cb (DashEvents *events, DashSnapshot *snapshot, DashConnection *self)
{
  DashSnapshot *copy = g_new0 (DashSnapshot, 1);

  /* The event frees its own after the signal. */
  *copy = *snapshot;
  snapshot->job = NULL;
  snapshot->folder = NULL;
  dash_job_store_put (self->store, copy);
}

static void
removed_cb (DashEvents *events, const char *const *job_ids, DashConnection *self)
{
  if (job_ids != NULL)
    dash_job_store_remove (self->store, job_ids);
  else
    dash_job_store_clear (self->store);
}

/* The list must be newer than the stream it is followed by: both are begun anew. A stream that says
 * so again and again is given time to come to its senses. */
static void
reset_cb (DashEvents *events, DashConnection *self)
{
  dash_connection_drop_attempt (self);
  g_clear_pointer (&self->last_id, g_free);
  if (self->backoff.attempt > 0)
    {
      dash_connection_schedule (self);
      return;
    }
  dash_backoff_next (&self->backoff);
  self->attempt = g_cancellable_new ();
  fetch_list (self);
}

/* A server that does not take up the stream where it was has to be met anew. */
static void
lost_cb (DashEvents *events, const GError *error, DashConnection *self)
{
  GError *copy = g_error_copy (error);

  if (!dash_error_is_passing (error))
    {
      dash_connection_drop_attempt (self);
      g_clear_pointer (&self->last_id, g_free);
    }
  dash_connection_fail (self, copy);
}

static void
open_events (DashConnection *self)
{
  self->events = dash_events_new (self->client, self->last_id);
  g_signal_connect (self->events, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (self->events, "job", G_CALLBACK (job_cb), self);
  g_signal_connect (self->events, "removed", G_CALLBACK (removed_cb), self);
  g_signal_connect (self->events, "reset", G_CALLBACK (reset_cb), self);
  g_signal_connect (self->events, "lost", G_CALLBACK (lost_cb), self);
  dash_events_open (self->events, self->silence_ms);
}

static void
list_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  GError *error = NULL;
  g_autoptr (DashJobListing) list = dash_client_send_finish (DASH_CLIENT (source), result, &error);

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
  dash_client_send_async (self->client, dash_call_list (), self->attempt, list_cb,
                          g_object_ref (self));
}

void
dash_connection_take_info (DashConnection *self, DashServerInfo *info)
{
  dash_server_info_free (self->info);
  self->info = info;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INFO]);
}

static void
greet_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  GError *error = NULL;
  DashServerInfo *info = dash_client_send_finish (DASH_CLIENT (source), result, &error);

  if (info == NULL)
    {
      dash_connection_fail_greeting (self, error);
      return;
    }
  dash_connection_take_info (self, info);
  fetch_list (self);
}

/* Whether this user's daemon is still the one that the client was made for. */
static gboolean
is_still_there (const char *url, const char *token)
{
  g_autoptr (DashFound) found = dash_finder_look (NULL);

  return found->state == DASH_FOUND_RUNNING && g_str_equal (found->url, url)
         && g_strcmp0 (found->token, token) == 0;
}

/* The server is known: greet it, or go on where the events ended. */
static void
use_server (DashConnection *self, const char *url, const char *token)
{
  if (self->client == NULL || g_strcmp0 (dash_client_get_url (self->client), url) != 0
      || g_strcmp0 (dash_client_get_token (self->client), token) != 0)
    {
      g_clear_object (&self->client);
      self->client = dash_client_new (url, token);
      if (self->fixed_url == NULL)
        dash_client_set_peer_check (self->client, is_still_there);
      if (self->answer_ms != 0)
        dash_client_set_timeout (self->client, self->answer_ms);
    }
  if (self->last_id != NULL)
    open_events (self);
  else
    dash_client_send_async (self->client, dash_call_status (), self->attempt, greet_cb,
                            g_object_ref (self));
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  g_autoptr (GError) error = NULL;

  if (dash_launcher_start_finish (result, &error))
    {
      dash_connection_begin (self);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, DASH_ERROR, DASH_ERROR_NOT_INSTALLED))
    dash_connection_fail_launch (self, DASH_REMEDY_INSTALL, error->message);
  else
    dash_connection_fail_launch (self, DASH_REMEDY_START, error->message);
}

static void
launch (DashConnection *self)
{
  set_state (self, DASH_CONNECTION_STARTING);
  self->launched = TRUE;
  dash_launcher_start_async (self->attempt, started_cb, g_object_ref (self));
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) self = data;
  g_autoptr (DashFound) found = dash_finder_look_finish (result, NULL);
  gboolean left = self->was_online;

  if (found == NULL)
    return;
  switch (found->state)
    {
    case DASH_FOUND_RUNNING:
      use_server (self, found->url, found->token);
      return;
    case DASH_FOUND_STARTING:
      dash_connection_fail (self, dash_error_new (DASH_ERROR_STARTING, NULL,
                                                  _ ("The server was started but does not answer "
                                                     "yet, or it is about to end.")));
      return;
    case DASH_FOUND_ABSENT:
      /* It took its leave: someone wanted it so. */
      if (left)
        self->may_start = FALSE;
      break;
    case DASH_FOUND_STALE:
      break;
    }
  if (self->may_start && self->launched)
    dash_connection_fail_launch (self, DASH_REMEDY_START,
                                 _ ("The server was started, but ended at once."));
  else if (self->may_start)
    launch (self);
  else if (self->state != DASH_CONNECTION_PROBLEM)
    dash_connection_set_state (
        self, DASH_CONNECTION_STOPPED, DASH_REMEDY_START,
        _ ("The server is stopped. Jobs can be seen and run when it is started again."));
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
    use_server (self, self->fixed_url, self->fixed_token);
  else
    dash_finder_look_async (NULL, self->attempt, found_cb, g_object_ref (self));
}

static void
monitor_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
            DashConnection *self)
{
  gboolean waiting = self->retry_id != 0 || self->state == DASH_CONNECTION_STOPPED
                     || self->state == DASH_CONNECTION_PROBLEM;

  if (waiting && event != G_FILE_MONITOR_EVENT_DELETED)
    dash_connection_begin (self);
}

static void
watch_server_file (DashConnection *self)
{
  g_autoptr (VestimPaths) paths = vestim_paths_new (NULL);
  g_autoptr (GFile) file = g_file_new_for_path (paths->server_json);

  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (monitor_cb), self, 0);
}

static void
dash_connection_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  DashConnection *self = DASH_CONNECTION (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, (int) self->state);
      break;
    case PROP_INFO:
      g_value_set_pointer (value, self->info);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
dash_connection_dispose (GObject *object)
{
  DashConnection *self = DASH_CONNECTION (object);

  dash_connection_close (self);
  g_clear_object (&self->client);
  g_clear_object (&self->store);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (dash_connection_parent_class)->dispose (object);
}

static void
dash_connection_finalize (GObject *object)
{
  DashConnection *self = DASH_CONNECTION (object);

  g_clear_object (&self->life);
  dash_server_info_free (self->info);
  g_free (self->fixed_url);
  g_free (self->fixed_token);
  g_free (self->problem);
  g_free (self->last_id);
  G_OBJECT_CLASS (dash_connection_parent_class)->finalize (object);
}

static void
dash_connection_class_init (DashConnectionClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = dash_connection_get_property;
  object_class->dispose = dash_connection_dispose;
  object_class->finalize = dash_connection_finalize;
  properties[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, 0, DASH_CONNECTION_PROBLEM, 0, flags);
  properties[PROP_INFO] = g_param_spec_pointer ("info", NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  g_signal_new ("failed", DASH_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_STRING);
}

static void
dash_connection_init (DashConnection *self)
{
  self->store = dash_job_store_new ();
  self->life = g_cancellable_new ();
  self->may_start = TRUE;
  self->silence_ms = SILENCE_MS;
  self->backoff = (DashBackoff){ .first_ms = FIRST_DELAY_MS, .max_ms = MAX_DELAY_MS };
}

DashConnection *
dash_connection_new (const char *url, const char *token)
{
  DashConnection *self = g_object_new (DASH_TYPE_CONNECTION, NULL);

  self->fixed_url = g_strdup (url);
  self->fixed_token = g_strdup (token);
  if (url == NULL)
    watch_server_file (self);
  return self;
}

void
dash_connection_open (DashConnection *self)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  if (g_cancellable_is_cancelled (self->life))
    return;
  dash_backoff_reset (&self->backoff);
  self->launched = FALSE;
  if (!self->was_online)
    {
      self->may_start = TRUE;
      set_state (self, DASH_CONNECTION_CONNECTING);
    }
  dash_connection_begin (self);
}

void
dash_connection_start_server (DashConnection *self)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  if (self->fixed_url != NULL)
    {
      dash_connection_open (self);
      return;
    }
  self->may_start = TRUE;
  self->starting = TRUE;
  self->launched = FALSE;
  self->was_online = FALSE;
  g_clear_pointer (&self->last_id, g_free);
  dash_backoff_reset (&self->backoff);
  set_state (self, DASH_CONNECTION_STARTING);
  dash_connection_begin (self);
}

void
dash_connection_close (DashConnection *self)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  dash_connection_drop_attempt (self);
  g_cancellable_cancel (self->life);
}
