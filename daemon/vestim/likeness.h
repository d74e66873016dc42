/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Whether `word` may be a slip of the pen for `name`: an ASCII word with one or two letters that
 * are missing, added, changed or swapped, or the beginning of it. */
bool is_likely_meant (const char *word, const char *name);
