/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

#include "daemon/vestim/output/terminal.h"

/* What `vestim result` writes about a job, by its kind. */

/* Appends the errors of an estimation: all tasks of a sweep, and each test file. False when nothing
 * has been tested yet. */
bool result_page_append_estimation (GString *out, JsonNode *job, const Terminal *terminal);

/* Appends the table of models and files from `summary`, the summary.json of an evaluation. False
 * with `error` if it cannot be read. */
bool result_page_append_evaluation (GString *out, const char *summary, gsize length,
                                    const Terminal *terminal, GError **error);

/* Appends how a command ended and what it used. */
void result_page_append_command (GString *out, JsonNode *job, const Terminal *terminal);

/* Appends a table of `files`, the answer to GET /jobs/{id}/files. */
void result_page_append_files (GString *out, JsonNode *files, const Terminal *terminal);

/* Appends a line with the name of an element of such an answer. */
void result_page_append_file_name (GString *out, JsonNode *file);
