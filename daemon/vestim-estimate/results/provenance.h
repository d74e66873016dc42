/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/data/dataset.h"

/* The provenance of a result: the bytes of the data files, and the program. */

/* `(transfer full)` a JSON array with "set", "file" and "sha256" of each file. The initial model
 * (nullable), with its digest, is one of them. */
char *provenance_format_data (Dataset *const sets[DATA_N_SETS], const char *initial_model,
                              const char *digest);

/* Appends the member "sealed"; `data` comes from provenance_format_data(). The member has null
 * instead when `data` is longer than `max_length`. */
void provenance_append (GString *json, const char *data, size_t max_length, int threads);

/* `(transfer full)` the SHA-256 of a file in hexadecimal digits; NULL with `error`. */
char *provenance_digest_file (const char *path, GError **error);
