/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/json/vestim-field-reader.h"

/* Selections in the names and the manner of the earlier system, {"INITIAL_LR": "0.001,0.003"}, as
 * selections in today's. docs/estimation.md has the table of names. */

bool vestim_legacy_settings_are_in (const VestimJsonNode *selections);

/* `(transfer full)` JSON text; NULL when something is wrong, each fault then being added. `places`
 * (char to char, both owned) gets the earlier name of each field that came from one. */
char *vestim_legacy_settings_translate (const VestimFieldReader *selections, GHashTable *places);

/* `(transfer full)` the field, under the prefix, as the user has named it. */
char *vestim_legacy_settings_place (GHashTable *places, const char *prefix, const char *field);
