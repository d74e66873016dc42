/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/json/vestim-json.h"

/* Environment variables as they are typed, one a line: NAME=value sets one, -NAME takes one away.
 * A value in double quotes may have \n, \" and the like in it; white space around a line, and empty
 * lines, count for nothing. */

/* Appends the JSON object of `text`. FALSE with `*fault` `(transfer full)` when a line is none. */
gboolean dash_environment_append (GString *json, const char *text, char **fault);

/* (transfer full) the lines of the object `env`: appended again, it is the same. */
char *dash_environment_text (const VestimJsonNode *env);
