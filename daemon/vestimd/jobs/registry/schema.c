/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/schema.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/registry/backup.h"
#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/open-error.h"
#include "daemon/vestimd/sys/log.h"

/* Up to this size each start checks the whole file, which takes a few ms. In a larger one only the
 * tables that the start reads are checked, by reading them. */
#define FULL_CHECK_BYTES (16 * 1024 * 1024)

/* Times are ms since the epoch. A removed job's folder leaves jobs/ after the commit that removes
 * its row; `removed` remembers it until that has happened. */
static const char *const steps[] = {
  "CREATE TABLE jobs ("
  "  sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  job_id TEXT NOT NULL,"
  "  name TEXT NOT NULL,"
  "  kind TEXT,"
  "  state TEXT NOT NULL,"
  "  priority INTEGER NOT NULL,"
  "  selections TEXT NOT NULL,"
  "  attempt INTEGER NOT NULL,"
  "  created_at INTEGER NOT NULL,"
  "  updated_at INTEGER NOT NULL,"
  "  started_at INTEGER,"
  "  finished_at INTEGER,"
  "  progress REAL,"
  "  message TEXT,"
  "  exit_code INTEGER,"
  "  signal TEXT,"
  "  reason TEXT,"
  "  cpu_s REAL,"
  "  max_rss_kb INTEGER,"
  "  wall_s REAL,"
  "  metrics TEXT,"
  "  intent TEXT,"
  "  idle_resumes INTEGER NOT NULL,"
  "  resume_progress REAL);"
  "CREATE TABLE answers ("
  "  number INTEGER PRIMARY KEY,"
  "  key TEXT NOT NULL UNIQUE,"
  "  digest BLOB NOT NULL,"
  "  created_at INTEGER NOT NULL,"
  "  body TEXT NOT NULL);"
  "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE removed (sequence INTEGER PRIMARY KEY, job_id TEXT NOT NULL);",
  "ALTER TABLE jobs ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0;",
  "ALTER TABLE jobs ADD COLUMN tasks TEXT;",
  "", /* The kind evaluation and the intent to finish, which earlier programs do not know. */
  /* In these columns, NULL is the default. */
  "ALTER TABLE jobs ADD COLUMN resources TEXT;"
  "ALTER TABLE jobs ADD COLUMN group_name TEXT;"
  "ALTER TABLE jobs ADD COLUMN depends_on TEXT;"
  "ALTER TABLE jobs ADD COLUMN start_after INTEGER;"
  "ALTER TABLE jobs ADD COLUMN retry TEXT;"
  "ALTER TABLE jobs ADD COLUMN tags TEXT;"
  "ALTER TABLE jobs ADD COLUMN note TEXT;"
  "ALTER TABLE jobs ADD COLUMN pinned INTEGER;"
  "ALTER TABLE jobs ADD COLUMN unique_name TEXT;"
  "ALTER TABLE jobs ADD COLUMN executor TEXT;"
  "ALTER TABLE jobs ADD COLUMN paused INTEGER;"
  "ALTER TABLE jobs ADD COLUMN gpu_indices TEXT;"
  "ALTER TABLE jobs ADD COLUMN attempts TEXT;"
  "ALTER TABLE jobs ADD COLUMN rank INTEGER;"
  "ALTER TABLE jobs ADD COLUMN retries INTEGER;"
  "ALTER TABLE jobs ADD COLUMN not_before INTEGER;"
  "ALTER TABLE jobs ADD COLUMN is_released INTEGER;"
  "ALTER TABLE jobs ADD COLUMN is_blocked INTEGER;",
  /* The job objects for which the hook has not ended. */
  "CREATE TABLE hooks ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  job_id TEXT NOT NULL,"
  "  status TEXT NOT NULL,"
  "  job TEXT NOT NULL);",
  /* When retention saw the end of a job, by its clock, and the size of the folder then. Both are
   * forgotten when the job runs again. The indices have all that retention reads. */
  "ALTER TABLE jobs ADD COLUMN seen_at INTEGER;"
  "ALTER TABLE jobs ADD COLUMN folder_bytes INTEGER;"
  "CREATE INDEX jobs_unseen ON jobs (job_id, finished_at)"
  "  WHERE finished_at IS NOT NULL AND seen_at IS NULL;"
  "CREATE INDEX jobs_seen ON jobs (seen_at, sequence, folder_bytes, pinned, job_id)"
  "  WHERE seen_at IS NOT NULL;"
  "CREATE TRIGGER jobs_again AFTER UPDATE OF finished_at ON jobs"
  "  WHEN NEW.finished_at IS NULL AND OLD.seen_at IS NOT NULL BEGIN"
  "  UPDATE jobs SET seen_at = NULL, folder_bytes = NULL WHERE sequence = NEW.sequence; END;",
  /* What lists filter by and the start needs, so that these do not read all rows. */
  "CREATE INDEX jobs_brief ON jobs"
  "  (sequence, job_id, state, kind, name, group_name, tags, executor);"
  "CREATE INDEX jobs_dependent ON jobs (state, is_blocked) WHERE depends_on IS NOT NULL;",
};

const Schema schema_current = { steps, G_N_ELEMENTS (steps) };

/* In one transaction, so that a version always has its tables. */
static int
run_steps (const Schema *schema, sqlite3 *db, int from)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA application_id=%d; PRAGMA user_version=%d;",
                                            SCHEMA_APPLICATION_ID, schema->version);
  int rc = database_exec (db, "BEGIN IMMEDIATE");

  for (int i = from; rc == SQLITE_OK && i < schema->version; i++)
    rc = database_exec (db, schema->steps[i]);
  if (rc == SQLITE_OK)
    rc = database_exec (db, stamp);
  if (rc == SQLITE_OK)
    rc = database_exec (db, "COMMIT");
  return rc;
}

static int
fill_new_file (const Schema *schema, const char *path, char **message)
{
  sqlite3 *db;
  int rc = database_open (&db, path, DATABASE_WRITE);
  int r = 0;

  if (rc == SQLITE_OK)
    rc = run_steps (schema, db, 0);
  if (rc != SQLITE_OK)
    r = open_error_sqlite (message, path, db, rc);
  sqlite3_close (db);
  return r;
}

int
schema_create (const Schema *schema, const char *path, char **message)
{
  g_autofree char *new_path = g_strconcat (path, ".new", NULL);
  int r = backup_make_file (new_path, message);

  if (r == 0)
    r = fill_new_file (schema, new_path, message);
  if (r == 0)
    return backup_put_in_place (new_path, path, message);
  unlink (new_path);
  return r;
}

static int
check_version (const Schema *schema, const char *path, sqlite3_int64 version, char **message)
{
  if (version > schema->version)
    return open_error (
        message,
        "The registry %s has format version %d, but this vestimd knows versions up to %d: "
        "start the newer vestimd that wrote it, or move the file away and start with "
        "--new-registry. It was not changed.",
        path, (int) version, schema->version);
  if (version < 1)
    return open_error_damage (message, path, "it has no format version");
  return 0;
}

/* Whether it is a registry, of a version that this program knows. */
static int
check_identity (const Schema *schema, sqlite3 *db, const char *path, sqlite3_int64 *version,
                char **message)
{
  sqlite3_int64 id = 0;
  int rc = database_get_int (db, "PRAGMA application_id", &id);

  if (rc == SQLITE_OK)
    rc = database_get_int (db, "PRAGMA user_version", version);
  if (rc != SQLITE_OK)
    return open_error_sqlite (message, path, db, rc);
  if (id != SCHEMA_APPLICATION_ID)
    return open_error (
        message,
        "%s is a database of another program, not a registry of vestimd: move it away "
        "and put the registry in its place, or start with --new-registry. It was not "
        "changed.",
        path);
  return check_version (schema, path, *version, message);
}

/* `check` returns "ok", or lines of text, of which the last one names the damage. */
static int
check_pages (sqlite3 *db, const char *path, const char *check, char **message)
{
  sqlite3_stmt *stmt = NULL;
  int r = 0;
  int rc = database_prepare (db, check, &stmt);

  if (rc == SQLITE_OK)
    rc = sqlite3_step (stmt);
  if (rc != SQLITE_ROW)
    r = open_error_sqlite (message, path, db, rc);
  else
    {
      const char *found = (const char *) sqlite3_column_text (stmt, 0);
      const char *line = strrchr (found, '\n');

      if (strcmp (found, "ok") != 0)
        r = open_error_damage (message, path, line != NULL ? line + 1 : found);
    }
  sqlite3_finalize (stmt);
  return r;
}

static int
check_damage (sqlite3 *db, const char *path, char **message)
{
  sqlite3_int64 size = 0;
  int rc = database_get_int (db,
                             "SELECT page_count * page_size"
                             " FROM pragma_page_count, pragma_page_size",
                             &size);

  if (rc != SQLITE_OK)
    return open_error_sqlite (message, path, db, rc);
  return size <= FULL_CHECK_BYTES ? check_pages (db, path, "PRAGMA quick_check(1)", message) : 0;
}

static int
migrate (const Schema *schema, sqlite3 *db, const char *path, int version, char **message)
{
  g_autofree char *copy = g_strdup_printf ("%s.v%d.bak", path, version);
  int r = backup_copy (db, copy, message);
  int rc;

  if (r != 0)
    return r;
  rc = run_steps (schema, db, version);
  if (rc != SQLITE_OK)
    return open_error_sqlite (message, path, db, rc);
  log_info ("registry", "migrated file=%s from=%d to=%d copy=%s", path, version, schema->version,
            copy);
  return 0;
}

int
schema_verify (const Schema *schema, sqlite3 *db, const char *path, char **message)
{
  sqlite3_int64 version = 0;
  int r = check_identity (schema, db, path, &version, message);

  return r == 0 ? check_pages (db, path, "PRAGMA integrity_check(1)", message) : r;
}

int
schema_adopt (const Schema *schema, sqlite3 *db, const char *path, char **message)
{
  sqlite3_int64 version = 0;
  int r = check_identity (schema, db, path, &version, message);

  if (r == 0)
    r = check_damage (db, path, message);
  if (r == 0 && version < schema->version)
    r = migrate (schema, db, path, (int) version, message);
  return r;
}
