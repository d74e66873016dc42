/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>
#include <stdint.h>

#include "daemon/vestim/output/terminal.h"

/* Appends what `vestim show` writes about a job: everything, in lines of "Label: value". */
void job_page_append (GString *out, JsonNode *job, const Terminal *terminal, int64_t now_ms);
