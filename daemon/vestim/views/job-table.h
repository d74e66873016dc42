/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>
#include <stdint.h>

#include "daemon/vestim/output/table.h"

/* The table of `vestim list`: a line for each job. */

/* (transfer full) */
Table *job_table_new (void);

/* Adds a job. For people (on a terminal) times are relative, else RFC 3339. */
void job_table_add (Table *table, JsonNode *job, const Terminal *terminal, int64_t now_ms);
