/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>

/* Whole database files that are written beside their place and then renamed into it. All block, and
 * return 0 or REGISTRY_E_REFUSED with `*message` (transfer full). */

/* Makes an empty file with mode 0600. What an earlier start left there unfinished is removed. */
int backup_make_file (const char *path, char **message);

/* Flushes the file `from` and renames it to `path`. */
int backup_put_in_place (const char *from, const char *path, char **message);

/* Copies what `db` has, committed and consistent, to the file `path`. */
int backup_copy (sqlite3 *db, const char *path, char **message);
