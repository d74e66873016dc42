/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* A size as a user types it: "4096" (bytes), "512M", "8G", "1.5 GiB". K, M, G and T are powers of
 * 1024, in upper or lower case, also as "KB" or "KiB". */

/* False for other text, for less than 0, and beyond INT64_MAX bytes. A fraction of a byte is
 * rounded down. */
bool vestim_size_parse (const char *text, int64_t *bytes);

/* (transfer full) three digits at most, to be typed again: "512M", "1.5G", "900". Rounded, so it
 * may differ from `bytes`. */
char *vestim_size_text (int64_t bytes);
