/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* The title of the window: what runs and waits, with a dot for the server's state; a popover with
 * its address, version and uptime, and to start and stop it. */
#define DASH_TYPE_SERVER_BUTTON (dash_server_button_get_type ())
G_DECLARE_FINAL_TYPE (DashServerButton, dash_server_button, DASH, SERVER_BUTTON, GtkWidget)

void dash_server_button_set_connection (DashServerButton *self, DashConnection *connection);
