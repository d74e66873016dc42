/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>

#include "gui/model/dash-job-moves.h"
#include "gui/view/new-job/dash-new-job.h"
#include "gui/view/window/dash-queue-dialog.h"
#include "gui/view/window/dash-token-dialog.h"
#include "gui/view/window/dash-window-private.h"

/* The actions of the window ("win.…"). Menus, buttons and shortcuts use them, and
 * dash_window_update_actions() enables those that apply. The work is done by DashActions, or by a
 * dialog first. */

static GPtrArray *
selected (DashWindow *self)
{
  return dash_job_list_dup_selection (self->list);
}

static void
new_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashWindow *self = data;

  g_assert (DASH_IS_WINDOW (self));
  dash_new_job_open (GTK_WINDOW (self), self->connection, self->actions, NULL, FALSE);
}

static void
duplicate_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashWindow *self = data;

  g_assert (DASH_IS_WINDOW (self));
  if (self->shown != NULL)
    dash_new_job_open (GTK_WINDOW (self), self->connection, self->actions, self->shown, FALSE);
}

static void
evaluate_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashWindow *self = data;

  g_assert (DASH_IS_WINDOW (self));

  g_autoptr (GPtrArray) jobs = selected (self);

  dash_new_job_open_evaluation (GTK_WINDOW (self), self->connection, self->actions, jobs);
}

static void
edit_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashWindow *self = data;

  g_assert (DASH_IS_WINDOW (self));
  if (self->shown != NULL)
    dash_new_job_open (GTK_WINDOW (self), self->connection, self->actions, self->shown, TRUE);
}

static void
move_selected (DashWindow *self, DashMove move)
{
  g_assert (DASH_IS_WINDOW (self));

  g_autoptr (GPtrArray) jobs = selected (self);

  dash_actions_move (self->actions, jobs, move);
}

static void
start_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  move_selected (data, DASH_MOVE_START);
}

static void
stop_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  move_selected (data, DASH_MOVE_STOP);
}

/* Does not ask: a retry trains on. */
static void
finish_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  move_selected (data, DASH_MOVE_FINISH);
  dash_window_show_toast (data, _ ("The training ends, and the best network so far is tested. "
                                   "Retry continues the training."));
}

static void
retry_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  move_selected (data, DASH_MOVE_RETRY);
}

static void
pause_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  move_selected (data, DASH_MOVE_PAUSE);
}

static void
resume_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  move_selected (data, DASH_MOVE_RESUME);
}

static void
place_selected (DashWindow *self, DashQueueStep step)
{
  g_assert (DASH_IS_WINDOW (self));

  g_autoptr (GPtrArray) jobs = selected (self);
  g_autoptr (GPtrArray) moves =
      dash_job_moves_step (dash_job_list_get_shown (self->list), jobs, step);

  dash_actions_place (self->actions, moves);
}

static void
move_front_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  place_selected (data, DASH_QUEUE_FRONT);
}

static void
move_up_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  place_selected (data, DASH_QUEUE_UP);
}

static void
move_down_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  place_selected (data, DASH_QUEUE_DOWN);
}

static void
move_back_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  place_selected (data, DASH_QUEUE_BACK);
}

static void
notes_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashWindow *self = data;

  g_assert (DASH_IS_WINDOW (self));
  if (self->shown != NULL)
    dash_window_edit_notes (self, self->shown);
}

static void
queue_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashWindow *self = data;

  g_assert (DASH_IS_WINDOW (self));
  dash_queue_dialog_open (GTK_WINDOW (self), self->connection);
}

static void
rename_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashWindow *self = data;

  g_assert (DASH_IS_WINDOW (self));
  if (self->shown != NULL)
    dash_window_rename (self, self->shown);
}

static void
priority_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_WINDOW (data));

  g_autoptr (GPtrArray) jobs = selected (data);

  dash_window_set_priority (data, jobs);
}

static void
delete_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_WINDOW (data));

  g_autoptr (GPtrArray) jobs = selected (data);

  if (jobs->len > 0)
    dash_window_delete (data, jobs);
}

static void
copy_id_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_WINDOW (data));

  g_autoptr (GPtrArray) jobs = selected (data);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < jobs->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", dash_job_get_id (jobs->pdata[i]));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (data), text->str);
  dash_window_show_toast (data, ngettext ("Job ID copied", "Job IDs copied", jobs->len));
}

static void
select_all_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_WINDOW (data));
  dash_job_list_select_all (DASH_WINDOW (data)->list);
}

static void
search_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashWindow *self = data;

  g_assert (DASH_IS_WINDOW (self));
  adw_leaflet_set_visible_child_name (self->leaflet, "list");
  dash_job_list_focus_search (self->list);
}

static void
back_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_WINDOW (data));
  adw_leaflet_navigate (DASH_WINDOW (data)->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
clear_finished_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashWindow *self = data;

  g_assert (DASH_IS_WINDOW (self));

  DashJobStore *store = dash_connection_get_store (self->connection);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (DashJob) job = g_list_model_get_item (G_LIST_MODEL (store), i);

      if (vestim_job_state_is_final (dash_job_get_state (job)))
        g_ptr_array_add (jobs, g_steal_pointer (&job));
    }
  if (jobs->len > 0)
    dash_window_delete (self, jobs);
}

static void
stop_all_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_WINDOW (data));
  dash_window_stop_all (data);
}

static void
clear_all_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_WINDOW (data));
  dash_window_clear_all (data);
}

static void
export_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_WINDOW (data));
  dash_window_export (data);
}

static void
start_server_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_WINDOW (data));
  dash_connection_start_server (DASH_WINDOW (data)->connection);
}

static void
stop_server_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_assert (DASH_IS_WINDOW (data));
  dash_window_stop_server (data);
}

static void
remedy_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  DashWindow *self = data;

  g_assert (DASH_IS_WINDOW (self));
  switch (dash_connection_get_remedy (self->connection))
    {
    case DASH_REMEDY_START:
      dash_connection_start_server (self->connection);
      break;
    case DASH_REMEDY_TOKEN:
      dash_token_dialog_open (GTK_WINDOW (self), dash_connection_get_url (self->connection));
      break;
    case DASH_REMEDY_CONSENT:
      g_action_group_activate_action (
          G_ACTION_GROUP (gtk_window_get_application (GTK_WINDOW (self))), "allow-clear-text",
          NULL);
      break;
    case DASH_REMEDY_INSTALL:
    case DASH_REMEDY_TOKEN_FILE:
    case DASH_REMEDY_RETRY:
      dash_connection_open (self->connection);
      break;
    }
}

void
dash_window_add_actions (DashWindow *self)
{
  static const GActionEntry entries[] = {
    { .name = "new", .activate = new_cb },
    { .name = "duplicate", .activate = duplicate_cb },
    { .name = "evaluate", .activate = evaluate_cb },
    { .name = "edit", .activate = edit_cb },
    { .name = "start", .activate = start_cb },
    { .name = "stop", .activate = stop_cb },
    { .name = "finish", .activate = finish_cb },
    { .name = "retry", .activate = retry_cb },
    { .name = "pause", .activate = pause_cb },
    { .name = "resume", .activate = resume_cb },
    { .name = "move-front", .activate = move_front_cb },
    { .name = "move-up", .activate = move_up_cb },
    { .name = "move-down", .activate = move_down_cb },
    { .name = "move-back", .activate = move_back_cb },
    { .name = "notes", .activate = notes_cb },
    { .name = "queue", .activate = queue_cb },
    { .name = "rename", .activate = rename_cb },
    { .name = "priority", .activate = priority_cb },
    { .name = "delete", .activate = delete_cb },
    { .name = "copy-id", .activate = copy_id_cb },
    { .name = "select-all", .activate = select_all_cb },
    { .name = "search", .activate = search_cb },
    { .name = "back", .activate = back_cb },
    { .name = "clear-finished", .activate = clear_finished_cb },
    { .name = "stop-all", .activate = stop_all_cb },
    { .name = "clear-all", .activate = clear_all_cb },
    { .name = "export", .activate = export_cb },
    { .name = "start-server", .activate = start_server_cb },
    { .name = "stop-server", .activate = stop_server_cb },
    { .name = "remedy", .activate = remedy_cb },
  };

  g_return_if_fail (DASH_IS_WINDOW (self));
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

static void
enable (DashWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static gboolean
is_queued (DashJob *job)
{
  return dash_job_get_state (job) == VESTIM_JOB_QUEUED;
}

static gboolean
is_any (const GPtrArray *jobs, gboolean (*can) (DashJob *job))
{
  for (guint i = 0; i < jobs->len; i++)
    if (can (jobs->pdata[i]))
      return TRUE;
  return FALSE;
}

/* An action on the selected jobs is possible if it applies to at least one of them. */
void
dash_window_update_actions (DashWindow *self)
{
  g_return_if_fail (DASH_IS_WINDOW (self));

  g_autoptr (GPtrArray) jobs = selected (self);
  DashJobStore *store = dash_connection_get_store (self->connection);
  gboolean online = dash_connection_get_state (self->connection) == DASH_CONNECTION_ONLINE;
  gboolean movable = online && is_any (jobs, is_queued);
  guint n = dash_job_store_count_all (store);
  guint active = dash_job_store_count (store, VESTIM_JOB_QUEUED)
                 + dash_job_store_count (store, VESTIM_JOB_RUNNING);
  gboolean editable = jobs->len == 1 && dash_job_can_edit (jobs->pdata[0]);

  enable (self, "start", online && is_any (jobs, dash_job_can_start));
  enable (self, "stop", online && is_any (jobs, dash_job_can_stop));
  enable (self, "finish", online && is_any (jobs, dash_job_can_finish));
  enable (self, "retry", online && is_any (jobs, dash_job_can_retry));
  enable (self, "pause", online && is_any (jobs, dash_job_can_pause));
  enable (self, "resume", online && is_any (jobs, dash_job_can_resume));
  enable (self, "move-front", movable);
  enable (self, "move-up", movable);
  enable (self, "move-down", movable);
  enable (self, "move-back", movable);
  enable (self, "notes", online && jobs->len == 1);
  enable (self, "evaluate", is_any (jobs, dash_job_can_evaluate));
  enable (self, "priority", online && is_any (jobs, dash_job_can_edit));
  enable (self, "rename", online && jobs->len == 1);
  enable (self, "edit", online && editable);
  enable (self, "duplicate", jobs->len == 1);
  enable (self, "delete", online && jobs->len > 0);
  enable (self, "copy-id", jobs->len > 0);
  enable (self, "stop-all", online && active > 0);
  enable (self, "clear-all", online && n > 0);
  enable (self, "clear-finished",
          online && n > active + dash_job_store_count (store, VESTIM_JOB_CREATED));
  enable (self, "export", n > 0);
  enable (self, "stop-server", online);
  enable (self, "queue", online);
}
