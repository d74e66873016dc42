/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/json/vestim-json.h"

/* Values as the earlier system wrote them: strings with commas between several, "0.001,0.003";
 * numbers and lists are taken too. */

typedef enum
{
  VESTIM_LEGACY_NUMBERS,
  VESTIM_LEGACY_WORDS,
  VESTIM_LEGACY_LOWER_WORDS,
  VESTIM_LEGACY_COLUMNS, /* all of them one value, a list */
  VESTIM_LEGACY_LAYERS,  /* "10;18,18": semicolons between several, commas between layers */
} VestimLegacyKind;

/* `(transfer full)` JSON texts, one a value. What is no number stays a string, so that whoever
 * reads the field refuses it. */
GPtrArray *vestim_legacy_values (const VestimJsonNode *node, VestimLegacyKind kind);

/* `(transfer full)` what is written there, a string without its quotes; NULL for lists. */
char *vestim_legacy_value_text (const VestimJsonNode *node);

bool vestim_legacy_value_number (const VestimJsonNode *node, double *value);

/* (nullable) the first of the names that the object has; NULL-terminated. */
const char *vestim_legacy_first_of (const VestimJsonNode *object, const char *const *names);

/* `(transfer full)` JSON texts of a schedule for each combination of the parameters that belong to
 * its kind; NULL with `*message`. */
GPtrArray *vestim_legacy_schedules (const VestimJsonNode *selections, const char **message);

/* `(transfer full)` JSON texts of LAYERS layers with HIDDEN_UNITS each, for each combination; NULL
 * with `*message`. */
GPtrArray *vestim_legacy_uniform_layers (const VestimJsonNode *selections, const char **message);
