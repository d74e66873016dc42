/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "daemon/vestim/arguments.h"

/* The settings of an estimation as options of `vestim train`: "max_epochs" is --max-epochs, and
 * "schedule.factor" is --schedule-factor. All follow from vestim_settings. */

/* (transfer none) the options of `vestim train`: its own, those of every new job, and a row for
 * each setting. */
const CommandOption *train_settings_options (void);

/* Sets what the options say in `selections`. With `is_local`, paths are those of this computer, and
 * made absolute. A value of another type than the setting's is left to the server's check. False
 * with `error` (USAGE_ERROR, or that of --config). */
bool train_settings_apply (const Arguments *arguments, bool is_local, JsonObject *selections,
                           GError **error);

/* (transfer full) the option of a field of an error: "--max-epochs" of "selections.max_epochs". A
 * field of something else stays. */
char *train_settings_dup_option (const char *field);

/* (transfer full) the options that were given, for the name of a job: "model GRU, layers 18,18". */
char *train_settings_dup_given (const Arguments *arguments);
