/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* (transfer full) a short name for each of the files at `paths` (elements nullable: "–"): without
 * the words at the start and at the end that all names share, which "…" replaces, and without an
 * extension that all have. A single name, and names that share nothing, stay whole. Each is one
 * safe line. */
char **vestim_short_names (const char *const *paths, gsize n);
