/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sqlite3.h>

/* Why the registry is not opened: a sentence that names the file and the way out. Each returns
 * REGISTRY_E_REFUSED, with `*message` (transfer full) set. */

int open_error (char **message, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* `what` is what was found. */
int open_error_damage (char **message, const char *path, const char *what);

/* For a failed call of SQLite. `db` (nullable) */
int open_error_sqlite (char **message, const char *path, sqlite3 *db, int rc);

/* For a failed system call: `action` as in "cannot be opened". */
int open_error_errno (char **message, const char *path, const char *action, int code);
