/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

#include "common/estimation/vestim-settings.h"

/* The text of an option as the value of a setting. */

/* (nullable) (transfer full) A text that is no value of the setting's type becomes a string, which
 * the server refuses. NULL with `error` (a USAGE_ERROR) for text that begins as JSON and is not.
 * With `is_local` a path is made absolute. */
JsonNode *train_value_parse (const VestimSetting *setting, const char *text, bool is_local,
                             GError **error);

/* (nullable) (transfer full) the values of a sweep, "0.001,0.003", "10;18,18" or "0.001..0.01 log":
 * an array, or a range. NULL with `error` (a USAGE_ERROR). */
JsonNode *train_value_parse_sweep (const VestimSetting *setting, const char *text, GError **error);
