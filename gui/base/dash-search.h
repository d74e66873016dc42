/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* (transfer full) `text` in the form that is searched: without case and accents. */
char *dash_search_fold (const char *text);

/* (transfer full) the folded words of what a user typed. */
char **dash_search_words (const char *text);

/* Whether `key` contains each of the words (nullable: none) in any order. A key is a folded name, a
 * line end and an ID; short words are searched in the name only. */
gboolean dash_search_matches (const char *key, const char *const *words);
