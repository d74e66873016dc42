/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-connection-private.h"

#include "common/vestim-paths.h"

/* The connection to one server: the object, its states and what the application calls.
 * dash-connection-attempt.c takes the steps of an attempt, dash-connection-failure.c decides what
 * follows from a failure, and dash-connection-control.c sends requests about the server itself. */

/* The daemon sends something every 15 s. */
#define SILENCE_MS 40000
#define FIRST_DELAY_MS 150
#define MAX_DELAY_MS 10000

enum
{
  PROP_STATE = 1,
  PROP_INFO,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (DashConnection, dash_connection, G_TYPE_OBJECT)

#define TO(step) VESTIM_MACHINE_TO (DASH_STEP_##step)

/* An attempt goes down the table. Wherever it ends, it moves to RESTING, and from there to WAITING
 * if another one follows. Steps are skipped: LOOKING when the server's address was given, GREETING
 * and LISTING when the last event is known, and after a reset the list is fetched without a
 * greeting. Invariant: `attempt` is set in the steps from LOOKING on, `retry_id` in WAITING,
 * `events` in OPENING and FOLLOWING. */
static const VestimMachineState steps[] = {
  [DASH_STEP_RESTING] = { "resting", TO (WAITING) | TO (LOOKING) | TO (GREETING) | TO (LISTING)
                                         | TO (OPENING) },
  [DASH_STEP_WAITING] = { "waiting", TO (RESTING) },
  [DASH_STEP_LOOKING] = { "looking", TO (LAUNCHING) | TO (GREETING) | TO (OPENING) | TO (RESTING) },
  [DASH_STEP_LAUNCHING] = { "launching", TO (RESTING) },
  [DASH_STEP_GREETING] = { "greeting", TO (LISTING) | TO (RESTING) },
  [DASH_STEP_LISTING] = { "listing", TO (OPENING) | TO (RESTING) },
  [DASH_STEP_OPENING] = { "opening", TO (FOLLOWING) | TO (RESTING) },
  [DASH_STEP_FOLLOWING] = { "following", TO (RESTING) },
};

static void
trace (const char *name, const char *id, const char *from, const char *to)
{
  g_debug ("%s to %s: %s -> %s", name, id, from, to);
}

static const VestimMachineType machine_type = {
  .name = "connection",
  .states = steps,
  .n_states = G_N_ELEMENTS (steps),
  .trace = trace,
};

void
dash_connection_move (DashConnection *self, DashStep step)
{
  vestim_machine_move (&self->machine, step,
                       self->fixed_url != NULL ? self->fixed_url : "this computer");
}

DashStep
dash_connection_get_step (DashConnection *self)
{
  return (DashStep) self->machine.state;
}

void
dash_connection_show (DashConnection *self, DashConnectionState state, DashRemedy remedy,
                      const char *problem)
{
  if (self->state == state && self->remedy == remedy && g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  self->remedy = remedy;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
dash_connection_take_info (DashConnection *self, DashServerInfo *info)
{
  dash_server_info_free (self->info);
  self->info = info;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INFO]);
}

static void
monitor_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
            DashConnection *self)
{
  gboolean waits = dash_connection_get_step (self) == DASH_STEP_WAITING
                   || self->state == DASH_CONNECTION_STOPPED
                   || self->state == DASH_CONNECTION_PROBLEM;

  g_assert (DASH_IS_CONNECTION (self));
  if (waits && event != G_FILE_MONITOR_EVENT_DELETED)
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
  self->silence_ms = SILENCE_MS;
  vestim_machine_init (&self->machine, &machine_type, DASH_STEP_RESTING);
  self->backoff = (VestimBackoff){ .first_ms = FIRST_DELAY_MS, .max_ms = MAX_DELAY_MS };
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
  vestim_backoff_reset (&self->backoff);
  if (!self->was_online || self->launch == DASH_LAUNCH_DONE)
    self->launch = DASH_LAUNCH_ALLOWED;
  if (!self->was_online)
    dash_connection_show (self, DASH_CONNECTION_CONNECTING, DASH_REMEDY_RETRY, NULL);
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
  self->launch = DASH_LAUNCH_ALLOWED;
  self->asked_to_start = TRUE;
  self->was_online = FALSE;
  g_clear_pointer (&self->last_id, g_free);
  vestim_backoff_reset (&self->backoff);
  dash_connection_show (self, DASH_CONNECTION_STARTING, DASH_REMEDY_RETRY, NULL);
  dash_connection_begin (self);
}

void
dash_connection_wake (DashConnection *self)
{
  DashStep step;

  g_return_if_fail (DASH_IS_CONNECTION (self));
  vestim_backoff_reset (&self->backoff);
  /* The sockets of the attempt may be dead, which nobody notices. Launching goes on: the daemon is
   * on this computer and slept, too. */
  step = dash_connection_get_step (self);
  if (step != DASH_STEP_RESTING && step != DASH_STEP_LAUNCHING)
    dash_connection_begin (self);
}

void
dash_connection_close (DashConnection *self)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  dash_connection_drop_attempt (self);
  g_cancellable_cancel (self->life);
}

void
dash_connection_set_token (DashConnection *self, const char *token)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  g_free (self->fixed_token);
  self->fixed_token = g_strdup (token);
}

void
dash_connection_set_timeouts (DashConnection *self, guint answer_ms, guint silence_ms)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  self->answer_ms = answer_ms;
  self->silence_ms = silence_ms;
}

void
dash_connection_allow_clear_text (DashConnection *self)
{
  g_return_if_fail (DASH_IS_CONNECTION (self));
  self->clear_text_allowed = TRUE;
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
  return self->client != NULL ? vestim_client_get_url (self->client) : self->fixed_url;
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

VestimClient *
dash_connection_get_client (DashConnection *self)
{
  g_return_val_if_fail (DASH_IS_CONNECTION (self), NULL);
  return self->client;
}
