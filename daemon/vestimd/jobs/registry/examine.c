/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/examine.h"

#include <glib.h>
#include <sqlite3.h>

#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/open-error.h"
#include "daemon/vestimd/jobs/registry/precheck.h"

static int
check_pages (sqlite3 *db, bool *is_sound)
{
  sqlite3_stmt *stmt;
  int rc = sqlite3_prepare_v2 (db, "PRAGMA quick_check(1)", -1, &stmt, NULL);

  if (rc != SQLITE_OK)
    return rc;
  if (sqlite3_step (stmt) == SQLITE_ROW)
    *is_sound = g_strcmp0 ((const char *) sqlite3_column_text (stmt, 0), "ok") == 0;
  return sqlite3_finalize (stmt);
}

static int
read_content (sqlite3 *db, RegistryExamination *result)
{
  bool is_sound = false;
  sqlite3_int64 n_jobs = 0;
  sqlite3_int64 newest = 0;
  int rc = check_pages (db, &is_sound);

  if (rc == SQLITE_OK && !is_sound)
    rc = SQLITE_CORRUPT;
  if (rc == SQLITE_OK)
    rc = database_get_int (db, "SELECT count(*) FROM jobs", &n_jobs);
  if (rc == SQLITE_OK)
    rc = database_get_int (db, "SELECT max(updated_at) FROM jobs", &newest);
  result->n_jobs = n_jobs;
  result->newest_ms = newest;
  return rc;
}

void
registry_examine (const char *path, bool is_running, RegistryExamination *result)
{
  sqlite3 *db = NULL;
  bool exists = false;
  int rc;

  *result = (RegistryExamination){ .look = REGISTRY_LOOK_BAD };
  if (precheck_files (path, &exists, &result->message) != 0)
    return;
  if (!exists || (!is_running && database_has_log (path)))
    {
      result->look = exists ? REGISTRY_LOOK_UNFINISHED : REGISTRY_LOOK_ABSENT;
      return;
    }
  /* A daemon has made the log and its index, so a reader creates no file. */
  rc = is_running ? database_open (&db, path, DATABASE_READ) : database_open_alone (&db, path);
  if (rc == SQLITE_OK)
    rc = read_content (db, result);
  if (rc == SQLITE_OK)
    result->look = REGISTRY_LOOK_SOUND;
  else if ((rc & 0xFF) == SQLITE_BUSY || (rc & 0xFF) == SQLITE_LOCKED)
    result->look = REGISTRY_LOOK_BUSY;
  else
    open_error_sqlite (&result->message, path, db, rc);
  sqlite3_close (db);
}
