/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdint.h>

#include "daemon/vestimd/jobs/registry/registry-hooks.h"

/* The SQL of the hooks that have not ended. Functions return SQLite's codes. */

typedef struct
{
  sqlite3_stmt *add;
  sqlite3_stmt *remove;
} HooksTable;

int hooks_table_open (HooksTable *table, sqlite3 *db);
void hooks_table_close (HooksTable *table);

int hooks_table_add (HooksTable *table, const RegistryHook *hook);
int hooks_table_remove (HooksTable *table, int64_t id);

/* Adds the first `limit` entries after `after` to `entries`. */
int hooks_table_read (sqlite3 *db, int64_t after, unsigned limit, GPtrArray *entries);

int hooks_table_count (sqlite3 *db, int64_t *n);
