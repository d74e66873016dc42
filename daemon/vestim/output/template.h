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

/* (nullable) (transfer none) the name at the n-th place, from 0; NULL beyond the last one. */
const char *template_nth_name (const Template *template, guint n);

/* Appends the line of `object`, with its line end. A string is one safe line without quotes, null
 * and an absent member are empty, objects and arrays are JSON in one line. */
void template_append (GString *out, const Template *template, const VestimJsonNode *object);
