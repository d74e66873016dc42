/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "gui/model/dash-connection.h"

/* Opens the window of the queue: its pause, its free slots, and its groups with their limits. It
 * follows the server. */
void dash_queue_dialog_open (GtkWindow *parent, DashConnection *connection);
