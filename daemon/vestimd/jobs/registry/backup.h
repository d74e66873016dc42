/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>

/* Writes whole database files: beside their place, then renamed into it. All functions block, and
 * return 0 or REGISTRY_E_REFUSED with `*message` (transfer full). */

/* `(transfer full)` `path` with the links in its folder resolved; NULL with `*message`. The file
 * itself may be a link, or missing. */
char *backup_resolve (const char *path, char **message);

/* Makes an empty file with mode 0600. Removes what an earlier start left there unfinished. */
int backup_make_file (const char *path, char **message);

/* Flushes a file, or the folder of a file. */
int backup_flush (const char *path, char **message);
int backup_flush_folder (const char *path, char **message);

/* Flushes the file `from` and renames it to `path`. */
int backup_put_in_place (const char *from, const char *path, char **message);

/* Copies the committed content of `db` to the empty database `path`. Without a flush. */
int backup_fill (sqlite3 *db, const char *path, char **message);

/* Copies the committed content of `db` to the file `path`, which it replaces. */
int backup_copy (sqlite3 *db, const char *path, char **message);
