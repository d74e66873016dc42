/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "common/access/vestim-reply.h"
#include "daemon/vestim/arguments.h"

/* The answers of the server. */

/* (nullable) (transfer full) NULL with `error` when it is not JSON. */
JsonNode *answer_parse (const VestimReply *reply, GError **error);

/* The same of a request for one job: the error says that the answer is not a job. */
JsonNode *answer_parse_job (const VestimReply *reply, GError **error);

/* Sets that error, for callers that miss a member which every job has. */
void answer_set_not_a_job (GError **error);

/* Whether --json, --format or --quiet asks for an output for scripts. */
bool answer_is_for_scripts (const Arguments *arguments);

/* Writes an object that is no job, such as the status of the server, as these options ask. */
bool answer_print (const Arguments *arguments, const VestimReply *reply, GError **error);
