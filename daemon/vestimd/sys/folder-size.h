/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* The bytes of all regular files below a folder, up to a depth of 64. No link is followed, and what
 * cannot be read counts as 0. Blocks. Returns early when `*cancelled` (atomic, nullable) is set. */
int64_t folder_size (const char *path, const int *cancelled);
