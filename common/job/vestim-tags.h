/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "common/json/vestim-json.h"

/* The tags of a job: a set of short texts. In the registry it is a JSON array of strings. */

/* `(transfer full)` the array, each tag once, in the order of `node`. NULL: not valid, and a fault
 * with the field `name` was added to `errors`. */
char *vestim_tags_normalise (const VestimJsonNode *node, const char *name, GPtrArray *errors);

/* Whether `text` (nullable) is a tag. If not, a fault with the field `name` is added. */
bool vestim_tag_check (const char *text, const char *name, GPtrArray *errors);

/* `(transfer full)` the tags of a stored text (nullable: none), NULL-terminated. */
char **vestim_tags_parse (const char *text);
