/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* (transfer full) what tells the files at `paths` from one another: their names without the words
 * at the start and at the end that all of them share, "…" in their place, and without an ending
 * that all have. Names that share nothing, and one alone, are whole. Each is a line of text; NULL
 * is a dash. */
char **dash_short_names (const char *const *paths, gsize n);
