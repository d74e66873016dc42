/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/json/vestim-field-reader.h"

/* Reads selections in the names and the style of the legacy system, {"INITIAL_LR": "0.001,0.003"},
 * by translating them. docs/estimation.md has the table of names. */

bool vestim_legacy_settings_are_in (const VestimJsonNode *selections);

/* `(transfer full)` JSON text of selections in our names; NULL if something is wrong: then each
 * fault has been added. `places` (char to char, both owned) gets the legacy name of each field that
 * came from one, `notes` (char) sentences for the log about what is ignored. */
char *vestim_legacy_settings_translate (const VestimFieldReader *selections, GHashTable *places,
                                        GPtrArray *notes);

/* `(transfer full)` the field, under the prefix, with the name that the user gave. */
char *vestim_legacy_settings_place (GHashTable *places, const char *prefix, const char *field);
