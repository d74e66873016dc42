/* SPDX-License-Identifier: MIT */
#include "gui/view/list/dash-job-list-private.h"

/* The menu of the selected rows, and the keys of the list that the search would take else. */

/* Shift+F10 or the menu key: the menu of the selected rows, at the top of the list. */
static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  DashJobList *self = data;
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GdkRectangle at = { 60, 60, 1, 1 };
  graphene_rect_t bounds;

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->view))
      && gtk_widget_compute_bounds (focus, GTK_WIDGET (self), &bounds))
    at = (GdkRectangle){ (int) bounds.origin.x + 60, (int) bounds.origin.y, 1,
                         (int) bounds.size.height };
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
  return TRUE;
}

/* The popover leaves the focus to whatever comes next in the window. */
static void
menu_closed_cb (GtkPopover *menu, DashJobList *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
add_key (GtkEventController *keys, guint key, GdkModifierType modifiers, GtkShortcutAction *action)
{
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (key, modifiers), action));
}

/* In the capture phase: the search takes what is typed in the list, and would open its own menu. */
static void
add_keys (DashJobList *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  add_key (keys, GDK_KEY_F10, GDK_SHIFT_MASK, gtk_callback_action_new (menu_key_cb, self, NULL));
  add_key (keys, GDK_KEY_Menu, 0, gtk_callback_action_new (menu_key_cb, self, NULL));
  add_key (keys, GDK_KEY_Delete, 0, gtk_named_action_new ("win.delete"));
  add_key (keys, GDK_KEY_KP_Delete, 0, gtk_named_action_new ("win.delete"));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
}

void
dash_job_list_add_menu (DashJobList *self)
{
  self->menu = gtk_popover_menu_new_from_model (self->row_menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  g_signal_connect_object (self->menu, "closed", G_CALLBACK (menu_closed_cb), self, 0);
  add_keys (self);
}
