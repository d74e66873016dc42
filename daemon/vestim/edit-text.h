/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

/* (transfer full) the members of the job's object that can be changed, as JSON for people. */
char *edit_text_dup (JsonNode *job);

/* (nullable) (transfer full) the body of a PATCH: the members of `text` that differ from `job`'s;
 * an empty object when there are none. NULL with `error` when the text is no JSON object. */
JsonObject *edit_text_read (const char *text, JsonNode *job, GError **error);

/* (nullable) (transfer full) the text after the user has changed it in VISUAL, EDITOR or vi. NULL
 * with `error`. */
char *edit_text_in_editor (const char *text, GError **error);
