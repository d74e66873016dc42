/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "model/dash-connection.h"

#define DASH_TYPE_PREFERENCES (dash_preferences_get_type ())
G_DECLARE_FINAL_TYPE (DashPreferences, dash_preferences, DASH, PREFERENCES, AdwPreferencesWindow)

/* `settings` (nullable): what can't be stored is not shown. */
void dash_preferences_open (GtkWindow *parent, DashConnection *connection, GSettings *settings);
