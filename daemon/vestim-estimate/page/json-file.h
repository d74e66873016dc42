/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/json/vestim-json.h"

/* A JSON file of a job folder. */
typedef struct
{
  char *text;
  VestimJsonDoc *doc;
  const VestimJsonNode *root; /* NULL: there is no such file, or it is not JSON */
} JsonFile;

JsonFile json_file_read (const char *folder, const char *name);
void json_file_clear (JsonFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JsonFile, json_file_clear)

/* The member as a number; NAN: there is none. */
double json_number (const VestimJsonNode *object, const char *name);

/* `(transfer full)` the member as text: a string itself, a list of strings with commas, an object
 * as "name value, name value", and any other value as JSON; NULL: there is none, or it is null. */
char *json_dup_text (const VestimJsonNode *object, const char *name);

/* The same for a value. */
char *json_dup_value (const VestimJsonNode *value);
