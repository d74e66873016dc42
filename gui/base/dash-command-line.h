/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* A command line as a user types it. It is split as a shell would split it, and runs without one.
 */

/* (nullable) (transfer full) the words; NULL with `*fault` (transfer full), what is wrong. */
char **dash_command_line_split (const char *text, char **fault);

/* (transfer full) the words in brackets, so that the user sees where each ends; cut when it is
 * long. */
char *dash_command_line_show (const char *const *words);

/* (nullable) (transfer full) a warning about what only a shell would interpret: pipes, variables,
 * patterns. NULL when there is none of it. */
char *dash_command_line_warn (const char *text);
