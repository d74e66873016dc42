/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-search.h"
#include "gui/view/list/dash-job-list-private.h"

/* What the user does in the list besides scrolling and selecting: typing searches, keys and the
 * secondary button open the menu of the selected rows, and the focus moves between search and list.
 */

static void
search_changed_cb (GtkSearchEntry *entry, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));
  g_strfreev (self->words);
  self->words = dash_search_words (gtk_editable_get_text (GTK_EDITABLE (entry)));
  dash_job_list_refilter (self);
}

/* Typing in the list searches. The entry takes the focus for the following keys, a space too. */
static void
started_cb (GtkSearchEntry *search, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));
  gtk_widget_grab_focus (GTK_WIDGET (search));
}

static void
stop_search_cb (GtkSearchEntry *entry, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
activate_cb (GtkSearchEntry *entry, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static gboolean
down_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  g_assert (DASH_IS_JOB_LIST (data));
  return gtk_widget_grab_focus (GTK_WIDGET (DASH_JOB_LIST (data)->view));
}

static void
add_search (DashJobList *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (search_changed_cb), self, 0);
  g_signal_connect_object (self->search, "search-started", G_CALLBACK (started_cb), self, 0);
  g_signal_connect_object (self->search, "stop-search", G_CALLBACK (stop_search_cb), self, 0);
  g_signal_connect_object (self->search, "activate", G_CALLBACK (activate_cb), self, 0);
  gtk_search_entry_set_key_capture_widget (self->search, GTK_WIDGET (self->view));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Down, 0),
                        gtk_callback_action_new (down_cb, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->search), keys);
}

GtkListItem *
dash_job_list_item_at (DashJobList *self, double x, double y)
{
  GtkWidget *view = GTK_WIDGET (self->view);
  GtkWidget *at = gtk_widget_pick (view, x, y, GTK_PICK_DEFAULT);

  for (; at != NULL && at != view && !GTK_IS_LIST_VIEW (at); at = gtk_widget_get_parent (at))
    for (GtkWidget *cell = at; cell != NULL; cell = gtk_widget_get_first_child (cell))
      {
        GtkListItem *item = g_object_get_data (G_OBJECT (cell), "dash-list-item");

        if (item != NULL)
          return item;
      }
  return NULL;
}

static void
pressed_cb (GtkGestureClick *gesture, int n, double x, double y, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));

  GtkListItem *item = dash_job_list_item_at (self, x, y);
  guint position = item != NULL ? gtk_list_item_get_position (item) : GTK_INVALID_LIST_POSITION;
  graphene_point_t point;
  GdkRectangle at;

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  if (!gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  if (!gtk_widget_compute_point (GTK_WIDGET (self->view), GTK_WIDGET (self),
                                 &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    return;
  at = (GdkRectangle){ (int) point.x, (int) point.y, 1, 1 };
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

/* GTK's own single-click mode selects each row that the pointer moves over. */
static void
released_cb (GtkGestureClick *gesture, int n, double x, double y, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));

  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  GtkListItem *item = dash_job_list_item_at (self, x, y);

  if (self->single_click && item != NULL && (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) == 0)
    dash_job_list_open (self, gtk_list_item_get_position (item));
}

/* One gesture for all rows: one for each cell would take too long to make. */
static void
add_gestures (DashJobList *self)
{
  GtkGesture *open = gtk_gesture_click_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (open, "released", G_CALLBACK (released_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (open));
}

/* Shift+F10 or the menu key: opens the menu at the focused row, or at the top of the list. */
static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  DashJobList *self = data;
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GdkRectangle at = { 60, 60, 1, 1 };
  graphene_rect_t bounds;

  g_assert (DASH_IS_JOB_LIST (self));
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->view))
      && gtk_widget_compute_bounds (focus, GTK_WIDGET (self), &bounds))
    at = (GdkRectangle){ (int) bounds.origin.x + 60, (int) bounds.origin.y, 1,
                         (int) bounds.size.height };
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
  return TRUE;
}

/* The popover would leave the focus to the next widget in the window. */
static void
menu_closed_cb (GtkPopover *menu, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
add_key (GtkEventController *keys, guint key, GdkModifierType modifiers, GtkShortcutAction *action)
{
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (key, modifiers), action));
}

/* In the capture phase, because the search captures the keys of the list and would open its own
 * menu. */
static void
add_menu_keys (DashJobList *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  add_key (keys, GDK_KEY_F10, GDK_SHIFT_MASK, gtk_callback_action_new (menu_key_cb, self, NULL));
  add_key (keys, GDK_KEY_Menu, 0, gtk_callback_action_new (menu_key_cb, self, NULL));
  add_key (keys, GDK_KEY_Delete, 0, gtk_named_action_new ("win.delete"));
  add_key (keys, GDK_KEY_KP_Delete, 0, gtk_named_action_new ("win.delete"));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
}

static void
add_menu (DashJobList *self)
{
  self->menu = gtk_popover_menu_new_from_model (self->row_menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  g_signal_connect_object (self->menu, "closed", G_CALLBACK (menu_closed_cb), self, 0);
}

void
dash_job_list_add_input (DashJobList *self)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self));
  add_menu (self);
  add_menu_keys (self);
  add_gestures (self);
  add_search (self);
}
