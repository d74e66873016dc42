/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#define DASH_APPLICATION_ID "org.vestim.Dashboard"

/* (nullable) (transfer full) the settings, with the installed schema or that of the build folder;
 * NULL when there is neither. */
GSettings *dash_preference_store_new (void);
