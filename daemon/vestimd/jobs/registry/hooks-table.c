/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/hooks-table.h"

#include "daemon/vestimd/jobs/registry/database.h"

int
hooks_table_open (HooksTable *table, sqlite3 *db)
{
  int rc = database_prepare (db, "INSERT INTO hooks (job_id, status, job) VALUES (?1, ?2, ?3)",
                             &table->add);

  if (rc == SQLITE_OK)
    rc = database_prepare (db, "DELETE FROM hooks WHERE id = ?1", &table->remove);
  return rc;
}

void
hooks_table_close (HooksTable *table)
{
  sqlite3_finalize (table->add);
  sqlite3_finalize (table->remove);
  *table = (HooksTable){ 0 };
}

int
hooks_table_add (HooksTable *table, const RegistryHook *hook)
{
  database_bind_text (table->add, 1, hook->job_id);
  database_bind_text (table->add, 2, hook->status);
  database_bind_text (table->add, 3, hook->job);
  return database_run (table->add);
}

int
hooks_table_remove (HooksTable *table, int64_t id)
{
  sqlite3_bind_int64 (table->remove, 1, id);
  return database_run (table->remove);
}

static RegistryHook *
read_row (sqlite3_stmt *read)
{
  RegistryHook *hook = g_new0 (RegistryHook, 1);

  hook->id = sqlite3_column_int64 (read, 0);
  hook->job_id = g_strdup ((const char *) sqlite3_column_text (read, 1));
  hook->status = g_strdup ((const char *) sqlite3_column_text (read, 2));
  hook->job = g_strdup ((const char *) sqlite3_column_text (read, 3));
  return hook;
}

int
hooks_table_read (sqlite3 *db, int64_t after, unsigned limit, GPtrArray *entries)
{
  sqlite3_stmt *read = NULL;
  int rc = database_prepare (
      db, "SELECT id, job_id, status, job FROM hooks WHERE id > ?1 ORDER BY id LIMIT ?2", &read);

  if (rc != SQLITE_OK)
    return rc;
  sqlite3_bind_int64 (read, 1, after);
  sqlite3_bind_int64 (read, 2, limit);
  while ((rc = sqlite3_step (read)) == SQLITE_ROW)
    g_ptr_array_add (entries, read_row (read));
  sqlite3_finalize (read);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int
hooks_table_count (sqlite3 *db, int64_t *n)
{
  sqlite3_int64 found = 0;
  int rc = database_get_int (db, "SELECT COUNT(*) FROM hooks", &found);

  *n = found;
  return rc;
}
