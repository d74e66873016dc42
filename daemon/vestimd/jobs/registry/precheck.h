/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* What is known of the registry's files before SQLite touches them. */

/* Refuses links, odd files, foreign owners, files that others may write, left-over parts of a
 * registry, and files that are visibly no database. `*exists`: there is a registry to open. Returns
 * 0 or REGISTRY_E_REFUSED with `*message` (transfer full). */
int precheck_files (const char *path, bool *exists, char **message);
