/* SPDX-License-Identifier: MIT */
#include "gui/view/application/dash-preferences.h"

#include <glib/gi18n.h>

#include "common/client/vestim-address.h"
#include "gui/system/dash-autostart.h"

/* Three kinds of preferences: values in GSettings, which are bound to their widgets; the number of
 * running jobs, which belongs to the server and is sent to it; and the start at login, which the
 * system stores. The last two are insensitive until their value is known. */

/* The number of running jobs is sent after it has not changed for that long. */
#define SEND_DELAY_MS 400

struct _DashPreferences
{
  AdwPreferencesWindow parent;
  GtkWidget *general;
  GtkSwitch *notifications;
  GtkSpinButton *refresh;
  GtkWidget *running_row;
  GtkSpinButton *running;
  GtkWidget *login_row;
  GtkSwitch *login;
  GtkWidget *remote;
  GtkEditable *address;
  GtkEditable *token;
  GtkLabel *hint; /* a warning or an error about the address */
  DashConnection *connection;
  GSettings *settings; /* (nullable) */
  GCancellable *life;
  guint running_id;       /* the timeout that sends the number of running jobs */
  gboolean loading_login; /* the switch is being set by the program */
};

G_DEFINE_FINAL_TYPE (DashPreferences, dash_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static void
show_toast (DashPreferences *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (escaped));
}

/* `style` is the CSS class of the label and, for an error, of the address's row. */
static void
show_hint (DashPreferences *self, const char *text, const char *style)
{
  const char *classes[] = { style, NULL };

  gtk_label_set_text (self->hint, text);
  gtk_widget_set_css_classes (GTK_WIDGET (self->hint), classes);
  gtk_widget_set_visible (GTK_WIDGET (self->hint), text[0] != '\0');
  if (g_str_equal (style, "error"))
    gtk_widget_add_css_class (GTK_WIDGET (self->address), style);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->address), "error");
}

static void
warn_cb (DashPreferences *self)
{
  g_assert (DASH_IS_PREFERENCES (self));

  gboolean clear = vestim_address_is_clear_text (gtk_editable_get_text (self->address));

  show_hint (self,
             clear ? _ ("The token would not be encrypted. Use an SSH tunnel (ssh -L "
                        "8001:127.0.0.1:8001 HOST) and the address http://127.0.0.1:8001 instead.")
                   : "",
             "warning");
}

/* FALSE if the text is not an address. */
static gboolean
apply_address (DashPreferences *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->address)));
  g_autofree char *address = vestim_address_parse (text);

  if (text[0] != '\0' && address == NULL)
    {
      show_hint (self, _ ("This is not a server address: type one like http://10.0.0.5:8001"),
                 "error");
      return FALSE;
    }
  g_settings_set_string (self->settings, "server-address", address != NULL ? address : "");
  return TRUE;
}

static void
address_cb (DashPreferences *self)
{
  g_assert (DASH_IS_PREFERENCES (self));
  apply_address (self);
}

/* The token belongs to the address above it, even if that has not been applied yet. */
static void
token_cb (DashPreferences *self)
{
  g_assert (DASH_IS_PREFERENCES (self));

  const char *token = gtk_editable_get_text (self->token);

  if (!apply_address (self))
    return;
  if (gtk_editable_get_text (self->address)[0] == '\0')
    show_hint (
        self,
        _ ("Enter the address of the server too. The server on this computer needs no token here."),
        "error");
  else
    g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "use-token",
                                    g_variant_new_string (token));
}

static gboolean
running_cb (gpointer data)
{
  DashPreferences *self = data;

  g_assert (DASH_IS_PREFERENCES (self));
  self->running_id = 0;
  dash_connection_set_max_running (self->connection,
                                   gtk_spin_button_get_value_as_int (self->running));
  return G_SOURCE_REMOVE;
}

static void
running_changed_cb (GtkSpinButton *spin, DashPreferences *self)
{
  g_assert (DASH_IS_PREFERENCES (self));
  g_clear_handle_id (&self->running_id, g_source_remove);
  self->running_id = g_timeout_add (SEND_DELAY_MS, running_cb, self);
}

static void
show_login (DashPreferences *self, gboolean enabled)
{
  self->loading_login = TRUE;
  gtk_switch_set_active (self->login, enabled);
  self->loading_login = FALSE;
  gtk_widget_set_sensitive (self->login_row, TRUE);
}

static void
login_set_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashPreferences) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = dash_autostart_set_finish (result, &error);
  gboolean wanted;

  g_assert (DASH_IS_PREFERENCES (self));
  if (g_cancellable_is_cancelled (self->life))
    return;
  wanted = gtk_switch_get_active (self->login);
  show_login (self, done ? wanted : !wanted);
  if (!done)
    show_toast (self, error->message);
}

/* One change at a time, because a second one could overtake the first. */
static void
login_cb (GtkSwitch *button, GParamSpec *pspec, DashPreferences *self)
{
  g_assert (DASH_IS_PREFERENCES (self));
  if (self->loading_login)
    return;
  gtk_widget_set_sensitive (self->login_row, FALSE);
  dash_autostart_set_async (gtk_switch_get_active (button), self->life, login_set_cb,
                            g_object_ref (self));
}

static void
login_got_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashPreferences) self = data;

  g_assert (DASH_IS_PREFERENCES (self));
  if (!g_cancellable_is_cancelled (self->life))
    show_login (self, dash_autostart_get_finish (result));
}

static void
dash_preferences_dispose (GObject *object)
{
  DashPreferences *self = DASH_PREFERENCES (object);

  if (self->running_id != 0)
    {
      g_clear_handle_id (&self->running_id, g_source_remove);
      running_cb (self);
    }
  g_cancellable_cancel (self->life);
  g_clear_object (&self->connection);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (dash_preferences_parent_class)->dispose (object);
}

static void
dash_preferences_finalize (GObject *object)
{
  g_object_unref (DASH_PREFERENCES (object)->life);
  G_OBJECT_CLASS (dash_preferences_parent_class)->finalize (object);
}

static void
dash_preferences_class_init (DashPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_preferences_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_preferences_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, DashPreferences, general);
  gtk_widget_class_bind_template_child (widget_class, DashPreferences, notifications);
  gtk_widget_class_bind_template_child (widget_class, DashPreferences, refresh);
  gtk_widget_class_bind_template_child (widget_class, DashPreferences, running_row);
  gtk_widget_class_bind_template_child (widget_class, DashPreferences, running);
  gtk_widget_class_bind_template_child (widget_class, DashPreferences, login_row);
  gtk_widget_class_bind_template_child (widget_class, DashPreferences, login);
  gtk_widget_class_bind_template_child (widget_class, DashPreferences, remote);
  gtk_widget_class_bind_template_child (widget_class, DashPreferences, address);
  gtk_widget_class_bind_template_child (widget_class, DashPreferences, token);
  gtk_widget_class_bind_template_child (widget_class, DashPreferences, hint);
  gtk_widget_class_bind_template_callback (widget_class, address_cb);
  gtk_widget_class_bind_template_callback (widget_class, token_cb);
  gtk_widget_class_bind_template_callback (widget_class, warn_cb);
}

static void
dash_preferences_init (DashPreferences *self)
{
  self->life = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
bind_settings (DashPreferences *self)
{
  g_autofree char *address = g_settings_get_string (self->settings, "server-address");

  g_settings_bind (self->settings, "notifications", self->notifications, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "refresh-seconds",
                   gtk_spin_button_get_adjustment (self->refresh), "value",
                   G_SETTINGS_BIND_DEFAULT);
  gtk_editable_set_text (self->address, address);
}

/* The number can be changed only while the server is online. */
static void
server_cb (DashPreferences *self)
{
  g_assert (DASH_IS_PREFERENCES (self));

  const DashServerInfo *info = dash_connection_get_info (self->connection);
  gboolean online = dash_connection_get_state (self->connection) == DASH_CONNECTION_ONLINE;
  gboolean usable = online && info != NULL;

  if (usable && !gtk_widget_get_sensitive (self->running_row))
    {
      g_signal_handlers_block_by_func (self->running, running_changed_cb, self);
      gtk_spin_button_set_value (self->running, (double) info->max_running);
      g_signal_handlers_unblock_by_func (self->running, running_changed_cb, self);
    }
  gtk_widget_set_sensitive (self->running_row, usable);
}

/* The server has rejected the number: show the server's own again. */
static void
failed_cb (DashConnection *connection, const char *text, DashPreferences *self)
{
  g_assert (DASH_IS_PREFERENCES (self));
  show_toast (self, text);
  gtk_widget_set_sensitive (self->running_row, FALSE);
  server_cb (self);
}

void
dash_preferences_follow (DashPreferences *self, GtkWindow *parent, DashConnection *connection)
{
  g_return_if_fail (DASH_IS_PREFERENCES (self));
  if (self->running_id != 0)
    {
      g_clear_handle_id (&self->running_id, g_source_remove);
      running_cb (self);
    }
  if (self->connection != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->connection, server_cb, self);
      g_signal_handlers_disconnect_by_func (self->connection, failed_cb, self);
    }
  g_set_object (&self->connection, connection);
  g_signal_connect_object (connection, "notify", G_CALLBACK (server_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (connection, "failed", G_CALLBACK (failed_cb), self, 0);
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  gtk_widget_set_sensitive (self->running_row, FALSE);
  gtk_widget_set_visible (self->login_row, dash_connection_is_local (connection));
  server_cb (self);
}

DashPreferences *
dash_preferences_open (GtkWindow *parent, DashConnection *connection, GSettings *settings,
                       gboolean fixed_server)
{
  g_return_val_if_fail (DASH_IS_CONNECTION (connection), NULL);

  DashPreferences *self = g_object_new (DASH_TYPE_PREFERENCES, NULL);

  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  gtk_widget_set_visible (self->general, settings != NULL);
  gtk_widget_set_visible (self->remote, settings != NULL && !fixed_server);
  if (settings != NULL)
    bind_settings (self);
  g_signal_connect (self->running, "value-changed", G_CALLBACK (running_changed_cb), self);
  g_signal_connect (self->login, "notify::active", G_CALLBACK (login_cb), self);
  gtk_widget_set_sensitive (self->login_row, FALSE);
  dash_preferences_follow (self, parent, connection);
  dash_autostart_get_async (self->life, login_got_cb, g_object_ref (self));
  gtk_window_present (GTK_WINDOW (self));
  return self;
}
