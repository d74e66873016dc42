/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sqlite3.h>

/* Messages for a registry that cannot be opened: sentences that name the file and say what to do.
 * Each function returns REGISTRY_E_REFUSED, with `*message` (transfer full) set. */

int open_error (char **message, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* `what`: the damage, as in "it is empty". */
int open_error_damage (char **message, const char *path, const char *what);

/* For a failed call of SQLite. `db` (nullable) */
int open_error_sqlite (char **message, const char *path, sqlite3 *db, int rc);

/* For a failed system call: `action` as in "cannot be opened". */
int open_error_errno (char **message, const char *path, const char *action, int code);
