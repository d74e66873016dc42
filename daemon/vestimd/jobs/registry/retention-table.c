/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/retention-table.h"

#include "daemon/vestimd/jobs/registry/database.h"

/* The indices `jobs_unseen` and `jobs_seen` have all columns that these statements read, so that
 * they do not read the rows of jobs, which may be long. */

int
retention_table_prepare_note (sqlite3 *db, sqlite3_stmt **note)
{
  return database_prepare (db,
                           "UPDATE jobs SET seen_at = ?3, folder_bytes = ?4"
                           " WHERE sequence = ?1 AND finished_at = ?2 AND seen_at IS NULL",
                           note);
}

int
retention_table_note (sqlite3_stmt *note, const RetentionNote *value)
{
  sqlite3_bind_int64 (note, 1, value->sequence);
  sqlite3_bind_int64 (note, 2, value->finished_at);
  sqlite3_bind_int64 (note, 3, value->seen_at);
  sqlite3_bind_int64 (note, 4, value->bytes);
  return database_run (note);
}

/* Takes `stmt`, which may be NULL after `rc`. */
static int
read_rows (sqlite3_stmt *stmt, int rc, GPtrArray *rows)
{
  if (rc != SQLITE_OK)
    return rc;
  while ((rc = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      RetentionRow *row = g_new0 (RetentionRow, 1);

      row->sequence = sqlite3_column_int64 (stmt, 0);
      row->job_id = g_strdup ((const char *) sqlite3_column_text (stmt, 1));
      row->finished_at = sqlite3_column_int64 (stmt, 2);
      row->seen_at = sqlite3_column_int64 (stmt, 3);
      row->bytes = sqlite3_column_int64 (stmt, 4);
      g_ptr_array_add (rows, row);
    }
  sqlite3_finalize (stmt);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int
retention_table_read_unseen (sqlite3 *db, unsigned limit, GPtrArray *rows)
{
  sqlite3_stmt *stmt = NULL;
  int rc = database_prepare (db,
                             "SELECT sequence, job_id, finished_at, 0, 0 FROM jobs"
                             " WHERE finished_at IS NOT NULL AND seen_at IS NULL LIMIT ?1",
                             &stmt);

  if (rc == SQLITE_OK)
    sqlite3_bind_int64 (stmt, 1, limit);
  return read_rows (stmt, rc, rows);
}

int
retention_table_read_seen (sqlite3 *db, const RetentionPlace *after, unsigned limit,
                           GPtrArray *rows)
{
  sqlite3_stmt *stmt = NULL;
  int rc = database_prepare (db,
                             "SELECT sequence, job_id, 0, seen_at, folder_bytes FROM jobs"
                             " WHERE seen_at IS NOT NULL AND coalesce (pinned, 0) = 0"
                             " AND (seen_at, sequence) > (?1, ?2)"
                             " ORDER BY seen_at, sequence LIMIT ?3",
                             &stmt);

  if (rc == SQLITE_OK)
    {
      sqlite3_bind_int64 (stmt, 1, after->seen_at);
      sqlite3_bind_int64 (stmt, 2, after->sequence);
      sqlite3_bind_int64 (stmt, 3, limit);
    }
  return read_rows (stmt, rc, rows);
}

int
retention_table_read_total (sqlite3 *db, RetentionTotal *total)
{
  sqlite3_stmt *stmt = NULL;
  int rc = database_prepare (db,
                             "SELECT count(*), coalesce (sum (folder_bytes), 0) FROM jobs"
                             " WHERE seen_at IS NOT NULL AND coalesce (pinned, 0) = 0",
                             &stmt);

  if (rc != SQLITE_OK)
    return rc;
  rc = sqlite3_step (stmt);
  if (rc == SQLITE_ROW)
    *total = (RetentionTotal){ sqlite3_column_int64 (stmt, 0), sqlite3_column_int64 (stmt, 1) };
  sqlite3_finalize (stmt);
  return rc == SQLITE_ROW ? SQLITE_OK : rc;
}
