/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* What is in the files (NULL-terminated), or wrong with them, on standard output. Returns the exit
 * code: for people 1 when a file can't be used, as JSON always 0 since the answer says it. */
int check_files (char *const *paths, bool as_json);

/* Checks the selections on standard input and, quickly, their files; prints {"errors": [...]}. */
int check_selections (void);
