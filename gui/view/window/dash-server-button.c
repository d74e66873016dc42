/* SPDX-License-Identifier: MIT */
#include "gui/view/window/dash-server-button.h"

#include <glib/gi18n.h>

#include "gui/base/dash-format.h"

struct _DashServerButton
{
  GtkWidget parent;
  GtkWidget *button;
  GtkPopover *popover;
  GtkWidget *dot;
  GtkLabel *title;
  GtkLabel *state;
  GtkLabel *address;
  GtkLabel *details;
  GtkWidget *start;
  GtkWidget *queue;
  GtkWidget *stop;
  DashConnection *connection;
};

G_DEFINE_FINAL_TYPE (DashServerButton, dash_server_button, GTK_TYPE_WIDGET)

static const char *
state_text (DashConnectionState state)
{
  switch (state)
    {
    case DASH_CONNECTION_IDLE:
    case DASH_CONNECTION_CONNECTING:
      return _ ("Connecting…");
    case DASH_CONNECTION_STARTING:
      return _ ("Starting the Server…");
    case DASH_CONNECTION_ONLINE:
      return _ ("The server is running");
    case DASH_CONNECTION_RECONNECTING:
      return _ ("Reconnecting…");
    case DASH_CONNECTION_STOPPED:
      return _ ("The server is stopped");
    case DASH_CONNECTION_PROBLEM:
      return _ ("The server is not available");
    }
  return "";
}

static void
update_title (DashServerButton *self, gboolean online)
{
  DashJobStore *store = dash_connection_get_store (self->connection);
  guint running = dash_job_store_count (store, VESTIM_JOB_RUNNING);
  guint queued = dash_job_store_count (store, VESTIM_JOB_QUEUED);
  DashConnectionState state = dash_connection_get_state (self->connection);
  const DashServerInfo *info = dash_connection_get_info (self->connection);
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  const char *classes[] = { online ? "success" : "warning", NULL };

  if (online && info != NULL && info->paused)
    text = g_strdup_printf (_ ("Queue paused, %u running, %u queued"), running, queued);
  else if (online && running + queued > 0)
    text = g_strdup_printf (_ ("%u running, %u queued"), running, queued);
  else
    text = g_strdup (online ? "VEstim" : state_text (state));
  gtk_label_set_text (self->title, text);
  gtk_widget_set_css_classes (self->dot, classes);
  name = g_strdup_printf (_ ("Server: %s"),
                          online && running + queued == 0 ? state_text (state) : text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
update_details (DashServerButton *self, const DashServerInfo *info)
{
  DashJobStore *store = dash_connection_get_store (self->connection);
  double up = info->started_at != 0 ? (double) (dash_format_now () - info->started_at) / 1000
                                    : info->uptime_s;
  g_autofree char *uptime = dash_format_uptime (up);
  g_autofree char *about = g_strdup_printf (_ ("Version %s, up for %s"), info->version, uptime);
  g_autofree char *counts = g_strdup_printf (_ ("%u running, %u queued"),
                                             dash_job_store_count (store, VESTIM_JOB_RUNNING),
                                             dash_job_store_count (store, VESTIM_JOB_QUEUED));
  g_autofree char *limit =
      g_strdup_printf (ngettext ("At most %d running job", "At most %d running jobs",
                                 (gulong) MAX (info->max_running, 0)),
                       (int) info->max_running);
  g_autofree char *size = info->jobs_bytes >= 0 ? dash_format_size (info->jobs_bytes) : NULL;
  g_autofree char *disk = size != NULL ? g_strdup_printf (_ ("%s on disk"), size) : NULL;
  g_autofree char *text = g_strjoin ("\n", about, counts, limit, disk, NULL);

  gtk_label_set_text (self->details, text);
}

static void
update (DashServerButton *self)
{
  const DashServerInfo *info = dash_connection_get_info (self->connection);
  const char *url = dash_connection_get_url (self->connection);
  DashConnectionState state = dash_connection_get_state (self->connection);
  gboolean online = state == DASH_CONNECTION_ONLINE;
  gboolean local = dash_connection_is_local (self->connection);

  update_title (self, online);
  gtk_label_set_text (self->state, state_text (state));
  gtk_label_set_text (self->address, url != NULL ? url : "");
  gtk_widget_set_visible (GTK_WIDGET (self->address), url != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->details), online && info != NULL);
  if (online && info != NULL)
    update_details (self, info);
  gtk_widget_set_visible (self->start, local && !online && state != DASH_CONNECTION_STARTING);
  gtk_widget_set_visible (self->queue, online);
  gtk_widget_set_visible (self->stop, online);
}

static void
popover_cb (DashServerButton *self)
{
  g_assert (DASH_IS_SERVER_BUTTON (self));
  if (self->connection != NULL)
    dash_connection_refresh_status (self->connection);
}

static void
dash_server_button_dispose (GObject *object)
{
  DashServerButton *self = DASH_SERVER_BUTTON (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (dash_server_button_parent_class)->dispose (object);
}

static void
dash_server_button_class_init (DashServerButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_server_button_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-server-button.ui");
  gtk_widget_class_bind_template_child (widget_class, DashServerButton, button);
  gtk_widget_class_bind_template_child (widget_class, DashServerButton, popover);
  gtk_widget_class_bind_template_child (widget_class, DashServerButton, dot);
  gtk_widget_class_bind_template_child (widget_class, DashServerButton, title);
  gtk_widget_class_bind_template_child (widget_class, DashServerButton, state);
  gtk_widget_class_bind_template_child (widget_class, DashServerButton, address);
  gtk_widget_class_bind_template_child (widget_class, DashServerButton, details);
  gtk_widget_class_bind_template_child (widget_class, DashServerButton, start);
  gtk_widget_class_bind_template_child (widget_class, DashServerButton, queue);
  gtk_widget_class_bind_template_child (widget_class, DashServerButton, stop);
}

static void
dash_server_button_init (DashServerButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->popover, "show", G_CALLBACK (popover_cb), self);
  g_signal_connect_swapped (self->start, "clicked", G_CALLBACK (gtk_popover_popdown),
                            self->popover);
  g_signal_connect_swapped (self->queue, "clicked", G_CALLBACK (gtk_popover_popdown),
                            self->popover);
  g_signal_connect_swapped (self->stop, "clicked", G_CALLBACK (gtk_popover_popdown), self->popover);
}

void
dash_server_button_set_connection (DashServerButton *self, DashConnection *connection)
{
  g_return_if_fail (DASH_IS_SERVER_BUTTON (self) && self->connection == NULL);
  self->connection = g_object_ref (connection);
  g_signal_connect_object (connection, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dash_connection_get_store (connection), "counts-changed",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
