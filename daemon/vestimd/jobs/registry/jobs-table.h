/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

#include "common/job/vestim-job.h"

/* The SQL of the jobs and of unfinished deletions. Functions return SQLite's codes. */

typedef struct
{
  sqlite3_stmt *insert;
  sqlite3_stmt *update;
  sqlite3_stmt *rank;
  sqlite3_stmt *delete;
  sqlite3_stmt *remember; /* an unfinished deletion */
  sqlite3_stmt *forget;
} JobsTable;

/* `(transfer full)` "sequence, job_id, …", or "?1, ?2, …": a column for each field that has one, in
 * the order of the fields. */
char *jobs_table_list_columns (bool as_parameters);

int jobs_table_open (JobsTable *table, sqlite3 *db);
void jobs_table_close (JobsTable *table);

int jobs_table_insert (JobsTable *table, const VestimJob *job);

/* All but the rank. SQLITE_NOTFOUND without such a row. */
int jobs_table_update (JobsTable *table, const VestimJob *job);

/* No effect without such a row. */
int jobs_table_set_rank (JobsTable *table, int64_t sequence, int64_t rank);

/* Removes the row, if it exists, and remembers the deletion until jobs_table_forget(). */
int jobs_table_delete (JobsTable *table, int64_t sequence, const char *job_id);
int jobs_table_forget (JobsTable *table, int64_t sequence);

/* Appends the IDs (transfer full) of unfinished deletions to `ids`. */
int jobs_table_load_removed (sqlite3 *db, GPtrArray *ids);

/* The highest sequence that was ever stored, or 0. */
int jobs_table_last_sequence (sqlite3 *db, int64_t *sequence);
