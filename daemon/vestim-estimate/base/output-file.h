/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

/* A file that appears under its name only when it is complete: written beside it, flushed, renamed.
 */
typedef struct OutputFile OutputFile;

/* `(transfer full)`; write to the stream. One at a time in a folder; any thread. NULL with `error`.
 */
OutputFile *output_file_open (const char *path, GError **error);

/* The same for a path that a user names. What is not a regular file, such as a pipe or a terminal,
 * is written to as it is, and so are the program's own descriptors (/dev/stdout, /dev/fd/3). Of a
 * link, the file that it leads to is replaced. The new file keeps the mode of the old one. */
OutputFile *output_file_open_named (const char *path, GError **error);
FILE *output_file_stream (const OutputFile *file);

/* Flushes the file to the disk, so that the commit has nothing left to wait for. The caller must
 * still commit or discard the file. False with `error`. */
bool output_file_flush (OutputFile *file, GError **error);

/* Consumes `file`. When any write failed: false with `error`, and the temporary file is removed. */
bool output_file_commit (OutputFile *file, GError **error);

/* Consumes `file` and removes the temporary file. NULL is allowed. */
void output_file_discard (OutputFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OutputFile, output_file_discard)

bool output_file_write (const char *path, const void *data, size_t length, GError **error);
bool output_file_write_named (const char *path, const void *data, size_t length, GError **error);

/* From now on a signal that ends the program removes the incomplete files first. Call this before
 * you start threads. */
void output_file_clean_up_on_signals (void);
