/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sqlite3.h>

/* Reads all jobs of the registry at `path`, which `db` has open, and appends them (transfer full)
 * to `jobs` in order of sequence. Many are read by two threads. A code of SQLite. */
int parallel_load (sqlite3 *db, const char *path, GPtrArray *jobs);
