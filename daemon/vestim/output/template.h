/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/json/vestim-json.h"

/* The text of --format: "{job_id} {status}\t{details.exit_code}" writes a line for each object,
 * with the values of its members. A name with points goes into objects and arrays ("tags.0").
 * "\t", "\n" and "\\" stand for tab, line end and backslash, "{{" and "}}" for braces. */
typedef struct Template Template;

/* (transfer full) NULL with `error`, a sentence, for a text that is no template. */
Template *template_parse (const char *text, GError **error);
void template_free (Template *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Template, template_free)

/* (nullable) (transfer none) the first name whose first part is not in `known` (NULL-terminated):
 * a typing error, unless the server's objects have it. */
const char *template_find_unknown (const Template *template, const char *const *known);

/* Appends the line of `object`, with its line end. A string is one safe line without quotes, null
 * and an absent member are empty, objects and arrays are JSON in one line. */
void template_append (GString *out, const Template *template, const VestimJsonNode *object);

/* Whether `object` has a member of the first part of `name`. */
bool template_object_has (const VestimJsonNode *object, const char *name);
