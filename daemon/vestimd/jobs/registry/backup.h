/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>

/* Writes whole database files: beside their place, then renamed into it. All functions block, and
 * return 0 or REGISTRY_E_REFUSED with `*message` (transfer full). */

/* Makes an empty file with mode 0600. Removes what an earlier start left there unfinished. */
int backup_make_file (const char *path, char **message);

/* Flushes the file `from` and renames it to `path`. */
int backup_put_in_place (const char *from, const char *path, char **message);

/* Copies the committed content of `db` to the file `path`. */
int backup_copy (sqlite3 *db, const char *path, char **message);
