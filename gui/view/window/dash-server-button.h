/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* The title of the window: a dot for the server's state, and the numbers of running and queued
 * jobs. Its popover shows the server's address, version and uptime, and starts and stops it. */
#define DASH_TYPE_SERVER_BUTTON (dash_server_button_get_type ())
G_DECLARE_FINAL_TYPE (DashServerButton, dash_server_button, DASH, SERVER_BUTTON, GtkWidget)

/* To be called once. */
void dash_server_button_set_connection (DashServerButton *self, DashConnection *connection);
