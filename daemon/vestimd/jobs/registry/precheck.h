/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* The checks that come before SQLite opens the registry's files. */

/* Refuses links, special files, files of other users, files that others may write, parts of a
 * registry without the rest, a log beside another database than its own where that is known, and
 * files that are clearly not a database. `*exists`: the registry
 * exists. Returns 0 or REGISTRY_E_REFUSED with `*message` (transfer full). */
int precheck_files (const char *path, bool *exists, char **message);
