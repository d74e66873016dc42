/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A descriptor to read from; -1 with `error`. Never waits, and opens regular files only: no FIFO,
 * no device. */
int regular_file_open (const char *path, GError **error);

/* The same as a stream; NULL when it cannot be opened. */
FILE *regular_file_open_stream (const char *path);

/* The next line with its end. False at the end of the file and at a line that does not fit into
 * `size` bytes: none of our own files has one. */
bool regular_file_read_line (FILE *stream, char *line, int size);

/* `(transfer full)` the whole file with a NUL added; NULL with `error`, also when it is longer than
 * `max`. */
char *regular_file_read (const char *path, size_t max, size_t *length, GError **error);
