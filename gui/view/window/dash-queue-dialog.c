/* SPDX-License-Identifier: MIT */
#include "gui/view/window/dash-queue-dialog.h"

#include <glib/gi18n.h>

#include "common/vestim-api.h"
#include "gui/base/dash-queue-text.h"

#define WIDTH 460
#define HEIGHT 480

/* What the window shows. It belongs to the window. */
typedef struct
{
  DashConnection *connection;
  GtkSwitch *pause;
  AdwActionRow *slots;
  AdwPreferencesGroup *groups;
  GPtrArray *rows;  /* GroupRow, as the groups of the server */
  gboolean showing; /* the server's values: no change of the user's */
} QueueDialog;

typedef struct
{
  QueueDialog *dialog;
  char *name;
  AdwActionRow *row;
  GtkSwitch *pause;
  GtkSpinButton *limit; /* 0: no limit */
} GroupRow;

static void
group_row_free (gpointer data)
{
  GroupRow *group = data;

  g_free (group->name);
  g_free (group);
}

static void
queue_dialog_free (gpointer data)
{
  QueueDialog *self = data;

  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_object_unref (self->connection);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static void
pause_cb (GtkSwitch *toggle, GParamSpec *pspec, QueueDialog *self)
{
  if (!self->showing)
    dash_connection_pause_queue (self->connection, gtk_switch_get_active (toggle));
}

static void
group_cb (GroupRow *group)
{
  int limit = gtk_spin_button_get_value_as_int (group->limit);

  if (!group->dialog->showing)
    dash_connection_set_group (group->dialog->connection, group->name, limit > 0 ? limit : -1,
                               gtk_switch_get_active (group->pause));
}

static GtkSwitch *
add_switch (AdwActionRow *row, const char *label)
{
  GtkWidget *toggle = gtk_switch_new ();

  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  adw_action_row_add_suffix (row, toggle);
  return GTK_SWITCH (toggle);
}

/* ---- Groups ---- */

/* A spin button shows "No limit" for 0. */
static gboolean
show_limit_cb (GtkSpinButton *spin, gpointer data)
{
  if (gtk_spin_button_get_value_as_int (spin) != 0)
    return FALSE;
  gtk_editable_set_text (GTK_EDITABLE (spin), _ ("No limit"));
  return TRUE;
}

static int
read_limit_cb (GtkSpinButton *spin, double *value, gpointer data)
{
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (spin)), _ ("No limit")) != 0)
    return FALSE;
  *value = 0;
  return TRUE;
}

/* (transfer floating) */
static GtkWidget *
make_limit (const char *group)
{
  GtkWidget *limit = gtk_spin_button_new_with_range (0, VESTIM_MAX_RUNNING, 1);
  g_autofree char *name = g_strdup_printf (_ ("Running jobs of %s at once"), group);

  /* A numeric one would not show words. */
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (limit), FALSE);
  gtk_spin_button_set_update_policy (GTK_SPIN_BUTTON (limit), GTK_UPDATE_IF_VALID);
  gtk_editable_set_width_chars (GTK_EDITABLE (limit), (int) g_utf8_strlen (_ ("No limit"), -1));
  gtk_widget_set_valign (limit, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (limit), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (limit, "output", G_CALLBACK (show_limit_cb), NULL);
  g_signal_connect (limit, "input", G_CALLBACK (read_limit_cb), NULL);
  return limit;
}

static void
add_group (QueueDialog *self, const DashGroup *group)
{
  GroupRow *made = g_new0 (GroupRow, 1);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *limit = make_limit (group->name);
  g_autofree char *pause_name = g_strdup_printf (_ ("Pause %s"), group->name);

  made->dialog = self;
  made->name = g_strdup (group->name);
  made->row = ADW_ACTION_ROW (row);
  made->limit = GTK_SPIN_BUTTON (limit);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), group->name);
  adw_action_row_add_suffix (made->row, limit);
  made->pause = add_switch (made->row, pause_name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (made->pause), _ ("Pause the group"));
  g_signal_connect_swapped (limit, "value-changed", G_CALLBACK (group_cb), made);
  g_signal_connect_swapped (made->pause, "notify::active", G_CALLBACK (group_cb), made);
  adw_preferences_group_add (self->groups, row);
  g_ptr_array_add (self->rows, made);
}

static gboolean
shows_groups (const QueueDialog *self, const GPtrArray *groups)
{
  if (self->rows->len != groups->len)
    return FALSE;
  for (guint i = 0; i < groups->len; i++)
    {
      const GroupRow *row = self->rows->pdata[i];
      const DashGroup *group = groups->pdata[i];

      if (!g_str_equal (row->name, group->name))
        return FALSE;
    }
  return TRUE;
}

static void
remake_groups (QueueDialog *self, const GPtrArray *groups)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      GroupRow *row = self->rows->pdata[i];

      adw_preferences_group_remove (self->groups, GTK_WIDGET (row->row));
    }
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < groups->len; i++)
    add_group (self, groups->pdata[i]);
}

static void
show_groups (QueueDialog *self, const GPtrArray *groups)
{
  if (!shows_groups (self, groups))
    remake_groups (self, groups);
  for (guint i = 0; i < groups->len; i++)
    {
      const DashGroup *group = groups->pdata[i];
      GroupRow *row = self->rows->pdata[i];
      g_autofree char *text =
          g_strdup_printf (_ ("%d running, %d queued"), group->running, group->queued);

      adw_action_row_set_subtitle (row->row, text);
      gtk_switch_set_active (row->pause, group->paused);
      if (!gtk_widget_is_focus (GTK_WIDGET (row->limit)))
        gtk_spin_button_set_value (row->limit, MAX (group->max_running, 0));
    }
}

/* ---- The queue ---- */

static void
show_info (QueueDialog *self)
{
  const DashServerInfo *info = dash_connection_get_info (self->connection);
  g_autofree char *slots = info != NULL ? dash_queue_text_taken (info) : NULL;

  if (info == NULL)
    return;
  self->showing = TRUE;
  gtk_switch_set_active (self->pause, info->paused);
  adw_action_row_set_subtitle (self->slots, slots);
  show_groups (self, info->groups);
  self->showing = FALSE;
}

static GtkWidget *
make_page (QueueDialog *self)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *queue = adw_preferences_group_new ();
  GtkWidget *pause = adw_action_row_new ();
  GtkWidget *slots = adw_action_row_new ();

  self->groups = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  self->slots = ADW_ACTION_ROW (slots);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (pause), _ ("Pause the queue"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (pause),
                               _ ("Queued jobs do not start. Running jobs go on."));
  self->pause = add_switch (ADW_ACTION_ROW (pause), _ ("Pause the queue"));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (pause), GTK_WIDGET (self->pause));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (slots), _ ("Taken"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (queue), pause);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (queue), slots);
  adw_preferences_group_set_title (self->groups, _ ("Groups"));
  adw_preferences_group_set_description (
      self->groups, _ ("How many jobs of a group run at once, and whether it is paused."));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (queue));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), self->groups);
  return page;
}

void
dash_queue_dialog_open (GtkWindow *parent, DashConnection *connection)
{
  QueueDialog *self = g_new0 (QueueDialog, 1);
  GtkWidget *window = adw_preferences_window_new ();

  self->connection = g_object_ref (connection);
  self->rows = g_ptr_array_new_with_free_func (group_row_free);
  gtk_window_set_title (GTK_WINDOW (window), _ ("Queue"));
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window),
                              ADW_PREFERENCES_PAGE (make_page (self)));
  g_signal_connect (self->pause, "notify::active", G_CALLBACK (pause_cb), self);
  g_signal_connect_swapped (connection, "notify::info", G_CALLBACK (show_info), self);
  g_object_set_data_full (G_OBJECT (window), "queue", self, queue_dialog_free);
  show_info (self);
  dash_connection_refresh_status (connection);
  gtk_window_present (GTK_WINDOW (window));
}
