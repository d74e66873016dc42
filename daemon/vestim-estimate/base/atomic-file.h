/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

/* A file that appears under its name only when it is complete: written beside it, flushed, renamed.
 */
typedef struct AtomicFile AtomicFile;

/* `(transfer full)`; what is written goes to the stream. One at a time in a folder; any thread.
 * NULL with `error`. */
AtomicFile *atomic_file_open (const char *path, GError **error);
FILE *atomic_file_stream (const AtomicFile *file);

/* Brings what was written to the disk, so that the commit has nothing left to wait for; false with
 * `error`. The file is still to be committed or discarded. */
bool atomic_file_flush (AtomicFile *file, GError **error);

/* Consumes `file`; false with `error`, nothing left behind, when any write failed. */
bool atomic_file_commit (AtomicFile *file, GError **error);

/* Consumes `file`, nothing left behind. NULL is allowed. */
void atomic_file_discard (AtomicFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtomicFile, atomic_file_discard)

bool atomic_file_write (const char *path, const void *data, size_t length, GError **error);

/* From now on the signals that end a program first remove the incomplete files. To be called before
 * there are threads. */
void atomic_file_clean_up_on_signals (void);
