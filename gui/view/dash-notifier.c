/* SPDX-License-Identifier: MIT */
#include "view/dash-notifier.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#include "base/dash-format.h"

static gboolean
is_in_front (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  return window != NULL && gtk_window_is_active (window);
}

static void
job_ended_cb (DashJobStore *store, DashJob *job, GApplication *application)
{
  GSettings *settings = g_object_get_data (G_OBJECT (store), "dash-settings");
  const VestimJob *data = dash_job_get (job);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *result = dash_format_millivolts (dash_job_get_test_rmse (job));
  g_autofree char *body = NULL;

  if (is_in_front (application)
      || (settings != NULL && !g_settings_get_boolean (settings, "notifications")))
    return;
  notification = g_notification_new (dash_job_get_name (job));
  if (data->state != VESTIM_JOB_COMPLETED)
    body = g_strdup_printf ("%s: %s", dash_format_state (data->state),
                            data->details.reason != NULL ? data->details.reason : "");
  else if (data->kind == VESTIM_JOB_KIND_ESTIMATION)
    body = g_strdup_printf (_ ("Completed, test RMSE %s mV"), result);
  else
    body = g_strdup (dash_format_state (data->state));
  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.show-job", "s", data->id);
  g_application_send_notification (application, data->id, notification);
}

void
dash_notifier_follow (GApplication *application, DashJobStore *store, GSettings *settings)
{
  if (settings != NULL)
    g_object_set_data_full (G_OBJECT (store), "dash-settings", g_object_ref (settings),
                            g_object_unref);
  g_signal_connect_object (store, "job-ended", G_CALLBACK (job_ended_cb), application, 0);
}
