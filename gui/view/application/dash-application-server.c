/* SPDX-License-Identifier: MIT */
#include "gui/view/application/dash-application-private.h"

#include <glib/gi18n.h>

#include "common/client/vestim-address.h"
#include "gui/model/dash-token-keeper.h"
#include "common/access/vestim-secret.h"
#include "gui/view/application/dash-notifier.h"

/* Which server the program shows, and with which token. Everything in a window belongs to one
 * server: a change of the address or the token closes the connection and opens a new one with its
 * own window.
 */

/* (nullable) (transfer full) the address of another machine, NULL for this user's own server. */
static char *
server_address (DashApplication *self)
{
  g_autofree char *address = NULL;

  if (self->server != NULL)
    return g_strdup (self->server);
  if (self->settings != NULL)
    address = g_settings_get_string (self->settings, "server-address");
  return address != NULL ? vestim_address_parse (address) : NULL;
}

void
dash_application_close_server (DashApplication *self)
{
  g_return_if_fail (DASH_IS_APPLICATION (self));
  if (self->actions != NULL)
    dash_actions_commit_all (self->actions);
  if (self->connection != NULL)
    dash_connection_close (self->connection);
  g_clear_object (&self->actions);
  g_clear_object (&self->connection);
}

/* Whether the user has agreed to send the token to this address unencrypted. */
static gboolean
allows_clear_text (DashApplication *self, const char *address)
{
  g_auto (GStrv) allowed = NULL;

  if (self->settings == NULL)
    return FALSE;
  allowed = g_settings_get_strv (self->settings, "clear-text-servers");
  return g_strv_contains ((const char *const *) allowed, address);
}

static void
remember_clear_text (DashApplication *self, const char *address)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) after = NULL;

  if (self->settings == NULL || allows_clear_text (self, address))
    return;
  before = g_settings_get_strv (self->settings, "clear-text-servers");
  g_strv_builder_addv (builder, (const char **) before);
  g_strv_builder_add (builder, address);
  after = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, "clear-text-servers", (const char *const *) after);
}

/* In an idle callback, because a dialog of this window may have requested the change and is still
 * in its signal handler. */
static gboolean
destroy_cb (gpointer window)
{
  g_assert (GTK_IS_WINDOW (window));
  gtk_window_destroy (window);
  return G_SOURCE_REMOVE;
}

void
dash_application_open_window (DashApplication *self)
{
  g_return_if_fail (DASH_IS_APPLICATION (self));

  DashWindow *old = self->window;

  /* The new window has the size of the old one and shows the job that the old one waited for. */
  if (old != NULL)
    dash_window_remember (old);
  if (old != NULL && self->wanted == NULL)
    self->wanted = dash_window_take_wanted (old);
  g_set_weak_pointer (&self->window, dash_window_new (GTK_APPLICATION (self), self->connection,
                                                      self->actions, self->settings));
  if (self->wanted != NULL)
    dash_window_show_job (self->window, self->wanted);
  g_clear_pointer (&self->wanted, g_free);
  gtk_window_present (GTK_WINDOW (self->window));
  if (self->preferences != NULL)
    dash_preferences_follow (self->preferences, GTK_WINDOW (self->window), self->connection);
  if (old != NULL)
    g_idle_add_full (G_PRIORITY_DEFAULT, destroy_cb, g_object_ref (old), g_object_unref);
}

/* Opens a connection and a window, but does not connect yet. */
static void
show_server (DashApplication *self, const char *address)
{
  dash_application_close_server (self);
  self->connection = dash_connection_new (address, NULL);
  if (address != NULL && allows_clear_text (self, address))
    dash_connection_allow_clear_text (self->connection);
  self->actions = dash_actions_new (self->connection);
  dash_notifier_follow (G_APPLICATION (self), dash_connection_get_store (self->connection),
                        self->settings);
  dash_application_open_window (self);
}

/* The keyring may have asked the user to unlock it; meanwhile the window may show another server.
 */
static void
token_found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashConnection) connection = data;
  g_autofree char *token = vestim_secret_lookup_finish (result);

  g_assert (DASH_IS_CONNECTION (connection));
  if (dash_connection_get_state (connection) != DASH_CONNECTION_IDLE)
    return;
  dash_connection_set_token (connection, token != NULL ? token : g_getenv ("VESTIM_TOKEN"));
  dash_connection_open (connection);
}

void
dash_application_find_server (DashApplication *self)
{
  g_return_if_fail (DASH_IS_APPLICATION (self));

  g_autofree char *address = server_address (self);

  show_server (self, address);
  if (address == NULL)
    dash_connection_open (self->connection);
  else
    vestim_secret_lookup_async (address, self->life, token_found_cb,
                                g_object_ref (self->connection));
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashApplication) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert (DASH_IS_APPLICATION (self));
  if (dash_token_keeper_keep_finish (result, &error) || self->window == NULL
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  text = g_strdup_printf (_ ("The token works, but could not be saved to the keyring: %s"),
                          error->message);
  dash_window_show_toast (self->window, text);
}

/* The dialog for the token warns about an unencrypted connection, so entering a token allows it. */
void
dash_application_use_token (DashApplication *self, const char *token)
{
  g_return_if_fail (DASH_IS_APPLICATION (self));

  g_autofree char *address = server_address (self);

  if (address == NULL || token[0] == '\0')
    return;
  if (vestim_address_is_clear_text (address))
    remember_clear_text (self, address);
  show_server (self, address);
  dash_connection_set_token (self->connection, token);
  dash_connection_allow_clear_text (self->connection);
  dash_token_keeper_keep_async (self->connection, token, kept_cb, g_object_ref (self));
  dash_connection_open (self->connection);
}

void
dash_application_allow_clear_text (DashApplication *self)
{
  g_return_if_fail (DASH_IS_APPLICATION (self));

  g_autofree char *address = server_address (self);

  if (address == NULL || self->connection == NULL)
    return;
  remember_clear_text (self, address);
  dash_connection_allow_clear_text (self->connection);
  dash_connection_open (self->connection);
}
