/* SPDX-License-Identifier: MIT */
#include "gui/view/application/dash-application-private.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "common/client/vestim-address.h"
#include "gui/system/dash-preference-store.h"
#include "gui/view/new-job/dash-new-job.h"

/* Start, actions and end of the program. Which server it shows is in dash-application-server.c.
 *
 * The end: quit() hides the windows, and the shutdown waits for the server to carry out the pending
 * deletions. After that all calls are cancelled, and the main context runs until their callbacks
 * have freed what they hold. */

/* Limits of the wait at the end: from one answer to the next, and in total. */
#define MAX_SILENCE_US (3 * G_USEC_PER_SEC)
#define MAX_FINISH_US (60 * G_USEC_PER_SEC)

G_DEFINE_FINAL_TYPE (DashApplication, dash_application, ADW_TYPE_APPLICATION)

static void
address_changed_cb (GSettings *settings, const char *key, DashApplication *self)
{
  g_assert (DASH_IS_APPLICATION (self));
  if (self->server == NULL && self->connection != NULL)
    dash_application_find_server (self);
}

static void
use_token_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_APPLICATION (data));
  dash_application_use_token (data, g_variant_get_string (value, NULL));
}

static void
allow_clear_text_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_APPLICATION (data));
  dash_application_allow_clear_text (data);
}

static void
show_job_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashApplication *self = data;

  g_assert (DASH_IS_APPLICATION (self));
  g_application_activate (G_APPLICATION (self));
  if (self->window != NULL)
    dash_window_show_job (self->window, g_variant_get_string (value, NULL));
}

static void
show_toast_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashApplication *self = data;

  g_assert (DASH_IS_APPLICATION (self));
  if (self->window != NULL)
    dash_window_show_toast (self->window, g_variant_get_string (value, NULL));
}

static void
preferences_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashApplication *self = data;

  g_assert (DASH_IS_APPLICATION (self));
  if (self->preferences != NULL)
    gtk_window_present (GTK_WINDOW (self->preferences));
  else if (self->window != NULL)
    g_set_weak_pointer (&self->preferences,
                        dash_preferences_open (GTK_WINDOW (self->window), self->connection,
                                               self->settings, self->server != NULL));
}

static void
about_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashApplication *self = data;

  g_assert (DASH_IS_APPLICATION (self));
  adw_show_about_window (GTK_WINDOW (self->window), "application-name", _ ("VEstim"),
                         "application-icon", DASH_APPLICATION_ID, "version", VESTIM_VERSION,
                         "developer-name", _ ("The VEstim project"), "license-type",
                         GTK_LICENSE_MIT_X11, "comments",
                         _ ("Train battery voltage models and run jobs."), NULL);
}

/* The window is made when it is needed. A hidden window would make GTK 4.8 abort when an assistive
 * technology asks for a window that has just been closed. */
static void
shortcuts_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashApplication *self = data;
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/org/vestim/Dashboard/ui/shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  g_assert (DASH_IS_APPLICATION (self));
  gtk_window_set_transient_for (window, GTK_WINDOW (self->window));
  gtk_window_present (window);
}

/* Hides all windows at once, but does not destroy them yet: a tooltip that is about to appear needs
 * its window's surface as long as the main context runs. */
static void
quit (DashApplication *self)
{
  GListModel *windows = gtk_window_get_toplevels ();

  if (self->window != NULL)
    dash_window_remember (self->window);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      gtk_widget_set_visible (window, FALSE);
    }
  g_application_quit (G_APPLICATION (self));
}

/* A dialog with unsaved input asks the user first and can prevent the end. */
static void
quit_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_APPLICATION (data));
  if (dash_new_job_close_all ())
    quit (data);
}

/* A logout ends the program like any other way: pending deletions are carried out. */
static gboolean
signal_cb (gpointer data)
{
  g_assert (DASH_IS_APPLICATION (data));
  quit (data);
  return G_SOURCE_CONTINUE;
}

/* Connects at once after a suspend, without waiting for the next try. */
static void
resumed_cb (DashSleep *sleep, DashApplication *self)
{
  g_assert (DASH_IS_APPLICATION (self));
  if (self->connection != NULL)
    dash_connection_wake (self->connection);
}

static void
add_accels (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *keys[3];
  } accels[] = {
    { "app.quit", { "<Control>q", NULL } },
    { "app.preferences", { "<Control>comma", NULL } },
    { "win.new", { "<Control>n", NULL } },
    { "win.search", { "<Control>f", NULL } },
    { "win.rename", { "F2", NULL } },
    { "win.duplicate", { "<Control>d", NULL } },
    { "win.delete", { "<Control>Delete", NULL } },
    { "win.stop", { "<Control>period", NULL } },
    { "win.retry", { "<Control>r", NULL } },
    { "win.move-up", { "<Alt>Up", NULL } },
    { "win.move-down", { "<Alt>Down", NULL } },
    { "win.move-front", { "<Alt>Home", NULL } },
    { "win.move-back", { "<Alt>End", NULL } },
    { "win.back", { "<Alt>Left", NULL } },
    { "app.shortcuts", { "<Control>question", NULL } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (application, accels[i].action, accels[i].keys);
}

static void
dash_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { .name = "quit", .activate = quit_cb },
    { .name = "preferences", .activate = preferences_cb },
    { .name = "about", .activate = about_cb },
    { .name = "shortcuts", .activate = shortcuts_cb },
    { .name = "show-job", .activate = show_job_cb, .parameter_type = "s" },
    { .name = "use-token", .activate = use_token_cb, .parameter_type = "s" },
    { .name = "allow-clear-text", .activate = allow_clear_text_cb },
    { .name = "show-toast", .activate = show_toast_cb, .parameter_type = "s" },
  };
  DashApplication *self = DASH_APPLICATION (application);

  G_APPLICATION_CLASS (dash_application_parent_class)->startup (application);
  g_set_application_name (_ ("VEstim"));
  gtk_window_set_default_icon_name (DASH_APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  add_accels (GTK_APPLICATION (self));
  self->settings = dash_preference_store_new ();
  if (self->settings != NULL)
    g_signal_connect_object (self->settings, "changed::server-address",
                             G_CALLBACK (address_changed_cb), self, 0);
  self->sleep = dash_sleep_new ();
  g_signal_connect_object (self->sleep, "resumed", G_CALLBACK (resumed_cb), self, 0);
  self->signal_ids[0] = g_unix_signal_add (SIGTERM, signal_cb, self);
  self->signal_ids[1] = g_unix_signal_add (SIGINT, signal_cb, self);
}

static void
dash_application_activate (GApplication *application)
{
  DashApplication *self = DASH_APPLICATION (application);

  if (self->window != NULL)
    gtk_window_present (GTK_WINDOW (self->window));
  else if (self->connection != NULL)
    dash_application_open_window (self);
  else
    dash_application_find_server (self);
}

/* Carries out the pending deletions before the program ends, thousands of jobs too, as long as the
 * server answers. */
static void
finish_changes (DashApplication *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 limit = now + MAX_FINISH_US, answered = now;
  guint pending;

  dash_actions_commit_all (self->actions);
  pending = dash_actions_get_pending (self->actions);
  while (pending > 0 && now < MIN (limit, answered + MAX_SILENCE_US))
    {
      guint before = pending;

      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (2000);
      now = g_get_monotonic_time ();
      pending = dash_actions_get_pending (self->actions);
      if (pending != before)
        answered = now;
    }
  dash_actions_abandon (self->actions);
}

/* Runs the callbacks of cancelled calls, which free what they hold. */
static void
run_callbacks (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
dash_application_shutdown (GApplication *application)
{
  DashApplication *self = DASH_APPLICATION (application);

  if (self->actions != NULL)
    finish_changes (self);
  g_cancellable_cancel (self->life);
  for (gsize i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  g_clear_object (&self->sleep);
  dash_application_close_server (self);
  run_callbacks ();
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  run_callbacks ();
  G_APPLICATION_CLASS (dash_application_parent_class)->shutdown (application);
}

/* With --server the program is not unique: it must not use the window of an instance that shows
 * another server. FALSE if the address is wrong. */
static gboolean
take_server (DashApplication *self, GVariantDict *options)
{
  const char *url = NULL;

  if (!g_variant_dict_lookup (options, "server", "&s", &url))
    return TRUE;
  g_application_set_flags (G_APPLICATION (self), G_APPLICATION_NON_UNIQUE);
  self->server = vestim_address_parse (url);
  if (self->server == NULL)
    {
      g_printerr (_ ("vestim-dashboard: “%s” is not a server address: use one like %s\n"), url,
                  "http://127.0.0.1:8001");
      return FALSE;
    }
  return TRUE;
}

static gboolean
refuse_arguments (GVariantDict *options)
{
  g_autofree const char **arguments = NULL;
  g_autofree char *argument = NULL;

  if (!g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&ay", &arguments))
    return FALSE;
  argument = g_filename_display_name (arguments[0]);
  g_printerr (_ ("vestim-dashboard: unexpected argument “%s”: see --help\n"), argument);
  return TRUE;
}

/* An instance that is already running shows the job, or else this one. */
static void
take_job (DashApplication *self, GVariantDict *options)
{
  const char *job = NULL;

  if (!g_variant_dict_lookup (options, "job", "&s", &job))
    return;
  self->wanted = g_strdup (job);
  if (g_application_register (G_APPLICATION (self), self->life, NULL)
      && g_application_get_is_remote (G_APPLICATION (self)))
    g_action_group_activate_action (G_ACTION_GROUP (self), "show-job", g_variant_new_string (job));
}

static int
dash_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  DashApplication *self = DASH_APPLICATION (application);

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("vestim-dashboard %s\n", VESTIM_VERSION);
      return 0;
    }
  if (refuse_arguments (options) || !take_server (self, options))
    return 2;
  take_job (self, options);
  return -1;
}

static void
dash_application_finalize (GObject *object)
{
  DashApplication *self = DASH_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->preferences);
  g_clear_object (&self->settings);
  g_clear_object (&self->life);
  g_free (self->server);
  g_free (self->wanted);
  G_OBJECT_CLASS (dash_application_parent_class)->finalize (object);
}

static void
dash_application_class_init (DashApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = dash_application_finalize;
  application_class->startup = dash_application_startup;
  application_class->activate = dash_application_activate;
  application_class->shutdown = dash_application_shutdown;
  application_class->handle_local_options = dash_application_handle_local_options;
}

static void
dash_application_init (DashApplication *self)
{
  static const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Use the server at this address"), "URL" },
    { "job", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Show this job"), "ID" },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };

  self->life = g_cancellable_new ();
  g_application_add_main_option_entries (G_APPLICATION (self), entries);
  g_application_set_option_context_summary (
      G_APPLICATION (self),
      _ ("Create, follow and compare the jobs of a VEstim server. Without --server, the dashboard "
         "uses your own server and starts it if it is not running."));
}

DashApplication *
dash_application_new (void)
{
  return g_object_new (DASH_TYPE_APPLICATION, "application-id", DASH_APPLICATION_ID,
                       "resource-base-path", "/org/vestim/Dashboard", NULL);
}
