/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Files that are no text, known by their first bytes: false with `error`, which says what the file
 * is and how to get a table from it. */
bool table_kinds_is_text (const char *head, size_t length, const char *path, GError **error);
