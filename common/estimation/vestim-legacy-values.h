/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/estimation/vestim-settings.h"
#include "common/json/vestim-json.h"

/* Values as the legacy system wrote them: strings with commas between several values, such as
 * "0.001,0.003". Numbers and lists are accepted too. */

/* `(transfer full)` JSON texts, one for each value of the setting. Text that should be a number but
 * is not stays a string, so that the reader of the setting refuses it. */
GPtrArray *vestim_legacy_values (const VestimJsonNode *node, const VestimSetting *setting);

/* `(transfer full)` a string without its quotes, a number or a boolean; else NULL. */
char *vestim_legacy_value_text (const VestimJsonNode *node);

bool vestim_legacy_value_number (const VestimJsonNode *node, double *value);

/* Whether it is "N/A" or null: the file has no value of this setting. */
bool vestim_legacy_value_is_not_applicable (const VestimJsonNode *node);

/* (nullable) the first of the names that the object has; NULL-terminated. */
const char *vestim_legacy_first_of (const VestimJsonNode *object, const char *const *names);

/* `(transfer full)` JSON texts of schedules: one for each combination of the parameters that its
 * kind has; NULL with `*message`. The names of other kinds' parameters are added to `ignored`. */
GPtrArray *vestim_legacy_schedules (const VestimJsonNode *selections, GPtrArray *ignored,
                                    const char **message);

/* `(transfer full)` JSON texts of layers: one for each combination of LAYERS (how many) and
 * HIDDEN_UNITS (the size of each); NULL with `*message`. */
GPtrArray *vestim_legacy_uniform_layers (const VestimJsonNode *selections, const char **message);

/* Whether LAYERS and HIDDEN_UNITS, each if present, are the number of layers and the size of the
 * first one in the member `sizes`. */
bool vestim_legacy_layers_agree (const VestimJsonNode *selections, const char *sizes);
