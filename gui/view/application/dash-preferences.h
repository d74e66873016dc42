/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "gui/model/dash-connection.h"

#define DASH_TYPE_PREFERENCES (dash_preferences_get_type ())
G_DECLARE_FINAL_TYPE (DashPreferences, dash_preferences, DASH, PREFERENCES, AdwPreferencesWindow)

/* `settings` (nullable): what can't be stored is not shown. `given`: the command line says which
 * server is used, so that it can't be chosen. */
DashPreferences *dash_preferences_open (GtkWindow *parent, DashConnection *connection,
                                        GSettings *settings, gboolean given);

/* Another server, in another window, is on view. */
void dash_preferences_follow (DashPreferences *self, GtkWindow *parent, DashConnection *connection);
