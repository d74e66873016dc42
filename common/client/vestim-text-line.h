/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* (transfer full) `text` (nullable), which comes from a server or a file, as one safe line: line
 * ends become spaces, invalid bytes and invisible characters U+FFFD, and what exceeds `max_chars`
 * characters an ellipsis. */
char *vestim_text_line (const char *text, gsize max_chars);
