/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Prints what the files (NULL-terminated) contain or what is wrong with them. Each file has its
 * share of the seconds (INFINITY: no limit). Returns the exit code: 1 when a file can't be used;
 * with JSON always 0, because the JSON says it. `encoding` (nullable: detected) is that of the
 * files. */
int check_files (char *const *paths, bool as_json, const char *encoding, double seconds);

/* Checks the selections of a job of this kind ("estimation", "evaluation") on standard input and,
 * quickly, their files; prints {"errors": [...]}. Returns the exit code. */
int check_selections (const char *kind);
