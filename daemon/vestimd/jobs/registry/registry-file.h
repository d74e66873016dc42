/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* Makes and restores backups of the registry in one file, without the daemon's own connection. All
 * functions block, and return 0 or REGISTRY_E_REFUSED with `*message` (transfer full), a sentence
 * that names the file and says what to do. */

/* Copies the registry at `path` to the new file `file`, with mode 0600, and checks the copy. A
 * daemon may be changing the registry meanwhile: the copy is one state of it, the latest or a later
 * one. `*n_jobs`: how many jobs are in the copy. Never replaces a file. */
int registry_file_backup (const char *path, const char *file, int64_t *n_jobs, char **message);

/* Checks `file` and replaces the registry at `path` with a copy of it. The old registry with its
 * log is kept; `*kept` is its name, or that of its log if that was alone (transfer full; NULL if
 * there was none). No daemon may run. */
int registry_file_restore (const char *path, const char *file, int64_t *n_jobs, char **kept,
                           char **message);
