/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "common/job/vestim-job.h"

/* The SQL of the jobs and of the deletions under way. Functions return SQLite's codes. */

typedef struct
{
  sqlite3_stmt *insert;
  sqlite3_stmt *update;
  sqlite3_stmt *delete;
  sqlite3_stmt *remember; /* a deletion under way */
  sqlite3_stmt *forget;
} JobsTable;

int jobs_table_open (JobsTable *table, sqlite3 *db);
void jobs_table_close (JobsTable *table);

int jobs_table_insert (JobsTable *table, const VestimJob *job);

/* SQLITE_NOTFOUND when there is no such row. */
int jobs_table_update (JobsTable *table, const VestimJob *job);

/* Removes the row alone. */
int jobs_table_remove (JobsTable *table, int64_t sequence);

/* Removes the row, which may be missing, and remembers the deletion. */
int jobs_table_delete (JobsTable *table, int64_t sequence, const char *job_id);
int jobs_table_forget (JobsTable *table, int64_t sequence);

/* Appends the jobs (transfer full) with a sequence from `from` to `to` to `jobs`,
 * in order. SQLITE_CORRUPT for a row that makes no sense. */
int jobs_table_load (sqlite3 *db, int64_t from, int64_t to, GPtrArray *jobs);

/* Appends the IDs (transfer full) of deletions under way to `ids`. */
int jobs_table_load_removed (sqlite3 *db, GPtrArray *ids);

/* The highest sequence ever given, 0 when there was none. */
int jobs_table_last_sequence (sqlite3 *db, int64_t *sequence);
