/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* (transfer full) `text` as it is searched: without case and without accents. */
char *dash_search_fold (const char *text);

/* (transfer full) the words of what a user typed, folded. */
char **dash_search_words (const char *text);

/* Whether `key`, a folded name and, behind a line end, an ID, has each of the words (nullable:
 * none), in any order. Short words are looked for in the name alone. */
gboolean dash_search_matches (const char *key, const char *const *words);
