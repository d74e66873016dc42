/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "daemon/vestimd/jobs/registry/registry-retention.h"

/* The SQL of retention. Functions return SQLite's codes; rows are appended. */

/* The statement that notes a job. */
int retention_table_prepare_note (sqlite3 *db, sqlite3_stmt **note);
int retention_table_note (sqlite3_stmt *note, const RetentionNote *value);

int retention_table_read_unseen (sqlite3 *db, unsigned limit, GPtrArray *rows);
int retention_table_read_seen (sqlite3 *db, const RetentionPlace *after, unsigned limit,
                               GPtrArray *rows);
int retention_table_read_total (sqlite3 *db, RetentionTotal *total);
