/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

/* Environment variables as a user types them, one on each line: NAME=value sets a variable, -NAME
 * removes one (null in JSON). A value in double quotes may have escapes like \n and \". White space
 * around a line and empty lines are ignored. */

/* (transfer full) (nullable) the lines as an object; NULL with `*fault` `(transfer full)` if one of
 * them is wrong. */
JsonObject *dash_environment_parse (const char *text, char **fault);

/* (transfer full) the lines for the object `env`; parsing them gives the same object. */
char *dash_environment_text (JsonNode *env);
