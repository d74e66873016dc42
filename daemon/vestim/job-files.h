/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/invocation.h"

/* Appends the list of the files that the job made: a table, with --quiet their names, or with
 * --json the server's answer. False with `error`. */
bool job_files_append (GString *out, Invocation *invocation, const char *id, GError **error);
