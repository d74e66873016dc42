/* SPDX-License-Identifier: MIT */
#include "gui/view/application/dash-notifier.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#include "gui/base/dash-format.h"
#include "common/client/vestim-text-line.h"

/* Ended jobs are collected for COLLECT_MS. Up to MAX_SINGLE get a notification each, more get one
 * summary. */
#define COLLECT_MS 700
#define MAX_SINGLE 3
#define MAX_REASON 200 /* characters */

typedef struct
{
  GApplication *application; /* borrowed: the signal's closure ends with it */
  GSettings *settings;       /* (nullable) */
  GPtrArray *ended;          /* DashJob, not yet notified */
  guint timer_id;
} Notifier;

static void
notifier_free (gpointer data, GClosure *closure)
{
  Notifier *self = data;

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_ptr_array_unref (self->ended);
  g_clear_object (&self->settings);
  g_free (self);
}

static gboolean
is_wanted (Notifier *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self->application));

  if (window != NULL && gtk_window_is_active (window))
    return FALSE;
  return self->settings == NULL || g_settings_get_boolean (self->settings, "notifications");
}

static char *
describe (DashJob *job)
{
  const VestimJob *data = dash_job_get (job);
  const char *state = dash_format_state (data->state);
  g_autofree char *result = dash_job_dup_test_rmse (job);
  g_autofree char *reason = vestim_text_line (data->details.reason, MAX_REASON);

  if (data->state != VESTIM_JOB_COMPLETED)
    return reason[0] != '\0' ? g_strdup_printf ("%s: %s", state, reason) : g_strdup (state);
  if (data->kind != VESTIM_JOB_KIND_COMMAND)
    return g_strdup_printf (_ ("Completed, test RMSE %s"), result);
  return g_strdup (state);
}

static void
notify_one (Notifier *self, DashJob *job)
{
  g_autoptr (GNotification) notification = g_notification_new (dash_job_get_name (job));
  g_autofree char *body = describe (job);

  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.show-job", "s",
                                                dash_job_get_id (job));
  g_application_send_notification (self->application, dash_job_get_id (job), notification);
}

static void
notify_summary (Notifier *self)
{
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;
  g_autoptr (GNotification) notification = NULL;
  guint completed = 0;

  for (guint i = 0; i < self->ended->len; i++)
    completed += dash_job_get_state (self->ended->pdata[i]) == VESTIM_JOB_COMPLETED;
  title = g_strdup_printf (ngettext ("%u job ended", "%u jobs ended", self->ended->len),
                           self->ended->len);
  body = g_strdup_printf (_ ("%u completed, %u did not complete"), completed,
                          self->ended->len - completed);
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_application_send_notification (self->application, "jobs-ended", notification);
}

static gboolean
notify_cb (gpointer data)
{
  Notifier *self = data;

  g_assert (self != NULL);
  self->timer_id = 0;
  if (is_wanted (self) && self->ended->len > MAX_SINGLE)
    notify_summary (self);
  else if (is_wanted (self))
    for (guint i = 0; i < self->ended->len; i++)
      notify_one (self, self->ended->pdata[i]);
  g_ptr_array_set_size (self->ended, 0);
  return G_SOURCE_REMOVE;
}

static void
job_ended_cb (DashJobStore *store, DashJob *job, Notifier *self)
{
  g_assert (self != NULL && DASH_IS_JOB (job));
  if (!is_wanted (self))
    return;
  g_ptr_array_add (self->ended, g_object_ref (job));
  if (self->timer_id == 0)
    self->timer_id = g_timeout_add (COLLECT_MS, notify_cb, self);
}

void
dash_notifier_follow (GApplication *application, DashJobStore *store, GSettings *settings)
{
  g_return_if_fail (GTK_IS_APPLICATION (application) && DASH_IS_JOB_STORE (store));

  Notifier *self = g_new0 (Notifier, 1);
  GClosure *closure = g_cclosure_new (G_CALLBACK (job_ended_cb), self, notifier_free);

  self->application = application;
  g_set_object (&self->settings, settings);
  self->ended = g_ptr_array_new_with_free_func (g_object_unref);
  g_object_watch_closure (G_OBJECT (application), closure);
  g_signal_connect_closure (store, "job-ended", closure, FALSE);
}
