/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "gui/model/dash-connection.h"

/* The window of the preferences: those of the program, and settings of the connected server. */
#define DASH_TYPE_PREFERENCES (dash_preferences_get_type ())
G_DECLARE_FINAL_TYPE (DashPreferences, dash_preferences, DASH, PREFERENCES, AdwPreferencesWindow)

/* `settings` (nullable): without them, preferences that can't be stored are hidden. `fixed_server`:
 * the command line selects the server, so the user can't. */
DashPreferences *dash_preferences_open (GtkWindow *parent, DashConnection *connection,
                                        GSettings *settings, gboolean fixed_server);

/* Shows the settings of another server, whose window is `parent`. */
void dash_preferences_follow (DashPreferences *self, GtkWindow *parent, DashConnection *connection);
