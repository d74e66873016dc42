/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* `(transfer full)` the SHA-256 (hexadecimal digits) of each training file of the model in this
 * file, from the summary beside it; empty if there is none. An error measured on such a file says
 * little about new data. */
GHashTable *trained_files_read (const char *model_path);
