/* SPDX-License-Identifier: MIT */
#include "gui/view/window/dash-window-private.h"

#include <glib/gi18n.h>

#include "common/client/vestim-text-line.h"

/* The window follows the connection: update_page() chooses what it shows for the connection's state
 * and whether there are jobs. A list that has been shown stays on a lost connection, with a bar
 * above it that says what is wrong and offers the remedy. Actions are in dash-window-actions.c,
 * dialogs in dash-window-dialogs.c. */

#define MAX_ID 60        /* characters */
#define DEFAULT_POLL_S 5 /* without settings */

G_DEFINE_FINAL_TYPE (DashWindow, dash_window, ADW_TYPE_APPLICATION_WINDOW)

static const char *
problem_title (DashConnectionState state, DashRemedy remedy)
{
  if (state == DASH_CONNECTION_STOPPED)
    return _ ("Server Stopped");
  switch (remedy)
    {
    case DASH_REMEDY_START:
      return _ ("Could Not Start Server");
    case DASH_REMEDY_TOKEN:
      return _ ("Token Required");
    case DASH_REMEDY_TOKEN_FILE:
      return _ ("Token Rejected");
    case DASH_REMEDY_CONSENT:
      return _ ("Connection Not Encrypted");
    case DASH_REMEDY_INSTALL:
      return _ ("Server Not Installed");
    case DASH_REMEDY_RETRY:
      return _ ("Could Not Connect to Server");
    }
  return "";
}

static const char *
remedy_label (DashRemedy remedy)
{
  switch (remedy)
    {
    case DASH_REMEDY_START:
      return _ ("Start Server");
    case DASH_REMEDY_TOKEN:
      return _ ("Enter Token…");
    case DASH_REMEDY_CONSENT:
      return _ ("Connect Anyway");
    case DASH_REMEDY_INSTALL:
    case DASH_REMEDY_TOKEN_FILE:
    case DASH_REMEDY_RETRY:
      return _ ("Try Again");
    }
  return "";
}

static void
show_problem (DashWindow *self, DashConnectionState state)
{
  DashRemedy remedy = dash_connection_get_remedy (self->connection);
  const char *text = dash_connection_get_problem (self->connection);
  g_autofree char *escaped = g_markup_escape_text (text != NULL ? text : "", -1);

  adw_status_page_set_title (self->problem_page, problem_title (state, remedy));
  adw_status_page_set_description (self->problem_page, escaped);
  gtk_button_set_label (self->problem_button, remedy_label (remedy));
}

static const char *
bar_text (DashConnectionState state, const char *problem)
{
  if (state == DASH_CONNECTION_STARTING)
    return _ ("Starting the Server…");
  return state == DASH_CONNECTION_PROBLEM && problem != NULL ? problem : _ ("Reconnecting…");
}

/* The bar above a list that may be out of date. */
static void
update_bar (DashWindow *self, DashConnectionState state, gboolean any)
{
  const char *problem = dash_connection_get_problem (self->connection);
  gboolean stuck = state == DASH_CONNECTION_PROBLEM;
  gboolean shown = state == DASH_CONNECTION_RECONNECTING
                   || (any && (stuck || state == DASH_CONNECTION_STARTING));

  gtk_revealer_set_reveal_child (self->bar_revealer, shown);
  gtk_label_set_text (self->bar_label, bar_text (state, problem));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->bar_label), problem);
  gtk_widget_set_visible (self->bar_spinner, !stuck);
  gtk_button_set_label (self->bar_button,
                        stuck ? remedy_label (dash_connection_get_remedy (self->connection))
                              : _ ("Try Now"));
  gtk_widget_set_visible (GTK_WIDGET (self->bar_button), state != DASH_CONNECTION_STARTING);
}

/* The page of the stack. A lost connection never hides the list. */
static const char *
page_of (DashConnectionState state, gboolean any)
{
  switch (state)
    {
    case DASH_CONNECTION_IDLE:
    case DASH_CONNECTION_CONNECTING:
    case DASH_CONNECTION_STARTING:
      return any ? "jobs" : "connecting";
    case DASH_CONNECTION_ONLINE:
    case DASH_CONNECTION_RECONNECTING:
      return any ? "jobs" : "empty";
    case DASH_CONNECTION_PROBLEM:
      return any ? "jobs" : "problem";
    case DASH_CONNECTION_STOPPED:
      return "problem";
    }
  return "problem";
}

static void
folded_cb (AdwLeaflet *leaflet, GParamSpec *pspec, DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));

  gboolean folded = adw_leaflet_get_folded (leaflet);
  gboolean alone = folded || !gtk_widget_get_visible (GTK_WIDGET (self->job_view));

  dash_job_list_set_single_click (self->list, folded);
  adw_header_bar_set_show_end_title_buttons (self->list_header, alone);
  adw_button_content_set_label (ADW_BUTTON_CONTENT (self->new_content),
                                folded ? "" : _ ("New Job"));
}

/* Hides the job beside a page without a list. */
static void
update_page (DashWindow *self)
{
  DashConnectionState state = dash_connection_get_state (self->connection);
  gboolean any = dash_job_store_count_all (dash_connection_get_store (self->connection)) > 0;
  const char *page = page_of (state, any);
  gboolean jobs = g_str_equal (page, "jobs");

  update_bar (self, state, any);
  gtk_label_set_text (self->connecting_label, state == DASH_CONNECTION_STARTING
                                                  ? _ ("Starting the Server…")
                                                  : _ ("Connecting…"));
  if (g_str_equal (page, "problem"))
    show_problem (self, state);
  gtk_stack_set_visible_child_name (self->stack, page);
  if (!jobs)
    adw_leaflet_set_visible_child_name (self->leaflet, "list");
  gtk_widget_set_visible (GTK_WIDGET (self->job_view), jobs);
  gtk_widget_set_visible (self->separator, jobs);
  folded_cb (self->leaflet, NULL, self);
}

/* The address distinguishes windows of several servers in the desktop's lists. */
static void
set_title (DashWindow *self)
{
  const char *url = dash_connection_get_url (self->connection);
  g_autofree char *title = NULL;

  if (dash_connection_is_local (self->connection) || url == NULL)
    return;
  title = g_strdup_printf (_ ("VEstim – %s"), url);
  gtk_window_set_title (GTK_WINDOW (self), title);
}

/* The list is complete as soon as the state is online. */
static void
connection_cb (DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));
  set_title (self);
  update_page (self);
  dash_window_update_actions (self);
  if (self->wanted != NULL && dash_connection_get_state (self->connection) == DASH_CONNECTION_ONLINE
      && dash_job_store_lookup (dash_connection_get_store (self->connection), self->wanted) == NULL)
    {
      g_autofree char *line = vestim_text_line (self->wanted, MAX_ID);
      g_autofree char *text = g_strdup_printf (_ ("Job %s not found."), line);

      g_clear_pointer (&self->wanted, g_free);
      dash_window_show_toast (self, text);
    }
}

static void
counts_cb (DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));

  DashJobStore *store = dash_connection_get_store (self->connection);
  DashJob *job = self->wanted != NULL ? dash_job_store_lookup (store, self->wanted) : NULL;

  update_page (self);
  dash_window_update_actions (self);
  if (job != NULL)
    {
      g_autofree char *wanted = g_steal_pointer (&self->wanted);

      dash_window_show_job (self, wanted);
    }
}

static void
shown_changed_cb (DashJob *job, GParamSpec *pspec, DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));
  dash_window_update_actions (self);
}

static void
moved_cb (DashJobList *list, GPtrArray *moves, DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));
  dash_actions_place (self->actions, moves);
}

static void
selection_changed_cb (DashJobList *list, DashWindow *self)
{
  g_autoptr (GPtrArray) jobs = dash_job_list_dup_selection (list);
  DashJob *job = jobs->len == 1 ? jobs->pdata[0] : NULL;

  g_assert (DASH_IS_WINDOW (self));
  if (self->shown != job)
    {
      if (self->shown != NULL)
        g_signal_handlers_disconnect_by_func (self->shown, shown_changed_cb, self);
      g_set_object (&self->shown, job);
      if (job != NULL)
        g_signal_connect_object (job, "notify::state", G_CALLBACK (shown_changed_cb), self, 0);
    }
  dash_job_view_set_job (self->job_view, job, jobs->len);
  if (jobs->len == 0)
    adw_leaflet_set_visible_child_name (self->leaflet, "list");
  dash_window_update_actions (self);
}

static void
activated_cb (DashJobList *list, DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));
  adw_leaflet_set_visible_child_name (self->leaflet, "job");
}

static void
failed_cb (gpointer source, const char *text, DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));
  dash_window_show_toast (self, text);
}

static gboolean
poll_cb (gpointer data)
{
  DashWindow *self = data;

  g_assert (DASH_IS_WINDOW (self));
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    dash_connection_refresh_status (self->connection);
  return G_SOURCE_CONTINUE;
}

static void
refresh_changed_cb (GSettings *settings, const char *key, DashWindow *self)
{
  g_assert (DASH_IS_WINDOW (self));
  g_clear_handle_id (&self->poll_id, g_source_remove);
  self->poll_id = g_timeout_add_seconds (
      settings != NULL ? g_settings_get_uint (settings, "refresh-seconds") : DEFAULT_POLL_S,
      poll_cb, self);
}

static gboolean
dash_window_close_request (GtkWindow *window)
{
  dash_window_remember (DASH_WINDOW (window));
  return GTK_WINDOW_CLASS (dash_window_parent_class)->close_request (window);
}

static void
dash_window_dispose (GObject *object)
{
  DashWindow *self = DASH_WINDOW (object);

  g_clear_handle_id (&self->poll_id, g_source_remove);
  g_clear_object (&self->shown);
  g_clear_object (&self->connection);
  g_clear_object (&self->actions);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_weak_pointer (&self->deletion);
  G_OBJECT_CLASS (dash_window_parent_class)->dispose (object);
}

static void
dash_window_class_init (DashWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = dash_window_close_request;
  g_type_ensure (DASH_TYPE_SERVER_BUTTON);
  g_type_ensure (DASH_TYPE_JOB_LIST);
  g_type_ensure (DASH_TYPE_JOB_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-window.ui");
  gtk_widget_class_bind_template_child (widget_class, DashWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, list_header);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, separator);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, new_button);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, new_content);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, server_button);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, bar_revealer);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, bar_spinner);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, bar_label);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, bar_button);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, connecting_label);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, problem_page);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, problem_button);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, list);
  gtk_widget_class_bind_template_child (widget_class, DashWindow, job_view);
  gtk_widget_class_bind_template_callback (widget_class, moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
}

static void
dash_window_init (DashWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  dash_window_add_actions (self);
}

static void
restore (DashWindow *self)
{
  g_autofree char *column = NULL;

  if (self->settings == NULL)
    {
      dash_job_list_sort (self->list, "created", TRUE);
      gtk_window_set_default_size (GTK_WINDOW (self), 1240, 760);
      return;
    }
  column = g_settings_get_string (self->settings, "sort-column");
  dash_job_list_sort (self->list, column,
                      g_settings_get_boolean (self->settings, "sort-descending"));
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  g_signal_connect_object (self->settings, "changed::refresh-seconds",
                           G_CALLBACK (refresh_changed_cb), self, 0);
}

DashWindow *
dash_window_new (GtkApplication *application, DashConnection *connection, DashActions *actions,
                 GSettings *settings)
{
  DashWindow *self = g_object_new (DASH_TYPE_WINDOW, "application", application, NULL);

  g_return_val_if_fail (DASH_IS_CONNECTION (connection), NULL);
  self->connection = g_object_ref (connection);
  self->actions = g_object_ref (actions);
  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  g_signal_connect_object (connection, "notify::state", G_CALLBACK (connection_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (dash_connection_get_store (connection), "counts-changed",
                           G_CALLBACK (counts_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (actions, "failed", G_CALLBACK (failed_cb), self, 0);
  g_signal_connect_object (connection, "failed", G_CALLBACK (failed_cb), self, 0);
  dash_server_button_set_connection (self->server_button, connection);
  dash_job_view_set_connection (self->job_view, connection);
  dash_job_list_set_store (self->list, dash_connection_get_store (connection));
  restore (self);
  refresh_changed_cb (settings, NULL, self);
  connection_cb (self);
  return self;
}

void
dash_window_show_job (DashWindow *self, const char *job_id)
{
  DashJob *job;

  g_return_if_fail (DASH_IS_WINDOW (self));
  job = dash_job_store_lookup (dash_connection_get_store (self->connection), job_id);
  if (job == NULL)
    {
      g_free (self->wanted);
      self->wanted = g_strdup (job_id);
      return;
    }
  dash_job_store_publish (dash_connection_get_store (self->connection));
  dash_job_list_select (self->list, job);
  adw_leaflet_set_visible_child_name (self->leaflet, "job");
}

char *
dash_window_take_wanted (DashWindow *self)
{
  g_return_val_if_fail (DASH_IS_WINDOW (self), NULL);
  return g_steal_pointer (&self->wanted);
}

void
dash_window_remember (DashWindow *self)
{
  gboolean descending;
  const char *column;
  int width, height;

  g_return_if_fail (DASH_IS_WINDOW (self));
  if (self->settings == NULL)
    return;
  column = dash_job_list_get_sort (self->list, &descending);
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  g_settings_set_boolean (self->settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
  g_settings_set_string (self->settings, "sort-column", column);
  g_settings_set_boolean (self->settings, "sort-descending", descending);
}

void
dash_window_show_toast (DashWindow *self, const char *text)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (DASH_IS_WINDOW (self));
  if (self->toasts == NULL)
    return;
  escaped = g_markup_escape_text (text, -1);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}
