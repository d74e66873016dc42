/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>

/* A descriptor to read from; -1 with `error`. Never waits, and opens regular files only: no FIFO,
 * no device. */
int regular_file_open (const char *path, GError **error);

/* `(transfer full)` the whole file with a NUL added; NULL with `error`, also when it is longer than
 * `max`. */
char *regular_file_read (const char *path, size_t max, size_t *length, GError **error);
