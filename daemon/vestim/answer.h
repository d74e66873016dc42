/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "common/access/vestim-reply.h"
#include "daemon/vestim/arguments.h"

/* An answer that is one object and no job, such as the status of the server. */

/* (nullable) (transfer full) NULL with `error` when it is not JSON. */
JsonNode *answer_parse (const VestimReply *reply, GError **error);

/* Whether --json, --format or --quiet asks for an output for scripts. */
bool answer_is_for_scripts (const Arguments *arguments);

/* Writes it as these options ask. */
bool answer_print (const Arguments *arguments, const VestimReply *reply, GError **error);
