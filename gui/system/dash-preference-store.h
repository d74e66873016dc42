/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#define DASH_APPLICATION_ID "org.vestim.Dashboard"

/* (nullable) (transfer full) the stored preferences, with the schema of the build folder or the
 * installed one; NULL when there is neither. */
GSettings *dash_preference_store_new (void);
