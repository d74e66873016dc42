/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/data/dataset.h"

/* What a result came from: the bytes of the data files, and the program. */

/* `(transfer full)` a JSON array with "set", "file" and "sha256" of each file. */
char *provenance_format_data (Dataset *const sets[DATA_N_SETS]);

/* The member "sealed"; `data` is that of provenance_format_data(), null in its place when it is
 * longer than `max_length`. */
void provenance_append (GString *json, const char *data, size_t max_length, int threads);

/* `(transfer full)` the SHA-256 of a file in hexadecimal digits; NULL with `error`. */
char *provenance_digest_file (const char *path, GError **error);
