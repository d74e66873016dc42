/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/registry-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/registry/backup.h"
#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/open-error.h"
#include "daemon/vestimd/jobs/registry/precheck.h"
#include "daemon/vestimd/jobs/registry/registry-status.h"
#include "daemon/vestimd/jobs/registry/schema.h"

/* A restore must survive a crash at any moment: a new database must never lie beside the log of the
 * old one. So the new database is first completed under another name. Then the old database is
 * moved aside, then its log; the start refuses a log without its database. Last, the new database
 * gets its name. */

static const char *const endings[] = { "", "-wal", "-shm" };

/* ---- Both ---- */

/* The file needs no log beside it, and may be read where nothing can be written. */
#define ALONE "PRAGMA journal_mode=DELETE;"

/* An attempt that was stored but not seen to start may have run since the backup, and its folder
 * may be gone. So it counts as seen, and is never started again. */
#define MARK_RUNNING \
  "UPDATE jobs SET started_at = updated_at" \
  " WHERE state = 'running' AND coalesce(started_at, 0) = 0;"

static int
change_copy (const char *path, const char *sql, char **message)
{
  sqlite3 *db;
  int rc = database_open (&db, path, DATABASE_WRITE);
  int r;

  if (rc == SQLITE_OK)
    rc = database_exec (db, sql);
  r = rc == SQLITE_OK ? 0 : open_error_sqlite (message, path, db, rc);
  sqlite3_close (db);
  return r;
}

/* Copies `from` to the new file `to`, changes the copy by `sql`, and checks it. */
static int
copy_checked (sqlite3 *from, const char *to, const char *sql, int64_t *n_jobs, char **message)
{
  sqlite3_int64 count = 0;
  sqlite3 *copy;
  int r = backup_make_file (to, message);
  int rc;

  if (r == 0)
    r = backup_fill (from, to, message);
  if (r == 0)
    r = change_copy (to, sql, message);
  if (r != 0)
    return r;
  rc = database_open_alone (&copy, to);
  if (rc != SQLITE_OK)
    return open_error_sqlite (message, to, NULL, rc);
  r = schema_verify (&schema_current, copy, to, message);
  if (r == 0)
    rc = database_get_int (copy, "SELECT count(*) FROM jobs", &count);
  if (rc != SQLITE_OK)
    r = open_error_sqlite (message, to, copy, rc);
  sqlite3_close (copy);
  *n_jobs = count;
  return r;
}

/* `(transfer full)` the name of a file that does not exist yet, beside `path`. */
static char *
unfinished_name (const char *path)
{
  return g_strdup_printf ("%s.unfinished-%d", path, (int) getpid ());
}

/* ---- Backup ---- */

static int
check_target (const char *file, char **message)
{
  struct stat status;

  if (lstat (file, &status) != 0)
    return errno == ENOENT ? 0 : open_error_errno (message, file, "cannot be examined", errno);
  return open_error (
      message, "%s exists already: name a new file, or remove it. Nothing was written.", file);
}

static int
put_new (const char *from, const char *file, char **message)
{
  int r = backup_flush (from, message);

  if (r == 0 && renameat2 (AT_FDCWD, from, AT_FDCWD, file, RENAME_NOREPLACE) != 0)
    r = errno == EEXIST ? check_target (file, message)
                        : open_error_errno (message, file, "cannot be created", errno);
  return r == 0 ? backup_flush_folder (file, message) : r;
}

static int
open_source (sqlite3 **db, const char *path, char **message)
{
  bool exists;
  int r = precheck_files (path, &exists, message);
  int rc;

  if (r != 0)
    return r;
  if (!exists)
    return open_error (message, "There is no registry %s: name its data directory with --data-dir.",
                       path);
  rc = database_open (db, path, DATABASE_READ);
  return rc == SQLITE_OK ? 0 : open_error_sqlite (message, path, NULL, rc);
}

int
registry_file_backup (const char *path, const char *file, int64_t *n_jobs, char **message)
{
  g_autofree char *source = backup_resolve (path, message);
  g_autofree char *target = source != NULL ? backup_resolve (file, message) : NULL;
  g_autofree char *unfinished = target != NULL ? unfinished_name (target) : NULL;
  sqlite3 *db = NULL;
  int r = target != NULL ? check_target (target, message) : REGISTRY_E_REFUSED;

  if (r == 0)
    r = open_source (&db, source, message);
  if (r != 0)
    return r;
  r = copy_checked (db, unfinished, ALONE, n_jobs, message);
  sqlite3_close (db);
  if (r == 0)
    r = put_new (unfinished, target, message);
  if (r != 0)
    unlink (unfinished);
  return r;
}

/* ---- Restore ---- */

static int
check_backup (const char *file, const char *path, char **message)
{
  struct stat status, own;

  if (stat (file, &status) != 0)
    return open_error (message, "The backup %s cannot be read: %s. Nothing was changed.", file,
                       g_strerror (errno));
  if (!S_ISREG (status.st_mode))
    return open_error (message, "The backup %s is not a regular file. Nothing was changed.", file);
  if (stat (path, &own) == 0 && own.st_dev == status.st_dev && own.st_ino == status.st_ino)
    return open_error (message, "%s is the registry itself: name a backup of it.", file);
  return 0;
}

/* What to do about a registry would be wrong for a backup. */
static int
refuse_backup (const char *file, const char *why, char **message)
{
  g_clear_pointer (message, g_free);
  return open_error (message,
                     "The backup %s cannot be restored: %s. Name another one. The registry was not "
                     "changed.",
                     file, why);
}

static int
check_content (sqlite3 *db, const char *file, char **message)
{
  sqlite3_int64 id = 0, version = 0;
  int rc = database_get_int (db, "PRAGMA application_id", &id);

  if (rc == SQLITE_OK)
    rc = database_get_int (db, "PRAGMA user_version", &version);
  if (rc != SQLITE_OK && !database_is_damage (rc))
    return open_error_sqlite (message, file, db, rc);
  if (rc == SQLITE_OK && id != SCHEMA_APPLICATION_ID)
    return refuse_backup (file, "it is a database of another program", message);
  if (rc == SQLITE_OK && version > schema_current.version)
    return refuse_backup (file, "a newer vestimd made it, and only that one can restore it",
                          message);
  if (rc != SQLITE_OK || schema_verify (&schema_current, db, file, message) != 0)
    return refuse_backup (file, "it is not a sound registry of vestimd", message);
  return 0;
}

/* A file that was copied together with its log is read with it. */
static int
open_backup (sqlite3 **db, const char *file, char **message)
{
  int rc = database_has_log (file) ? database_open (db, file, DATABASE_READ)
                                   : database_open_alone (db, file);

  if (database_is_damage (rc))
    return refuse_backup (file, "it is not a sound registry of vestimd", message);
  return rc == SQLITE_OK ? 0 : open_error_sqlite (message, file, NULL, rc);
}

/* `(transfer full)` a name for the old registry, under which it and its log find a place. */
static char *
free_name (const char *path)
{
  for (unsigned n = 0;; n++)
    {
      g_autofree char *number = n > 0 ? g_strdup_printf (".%u", n) : g_strdup ("");
      g_autofree char *name = g_strdup_printf ("%s.before-restore%s", path, number);
      bool is_free = true;

      for (size_t i = 0; i < G_N_ELEMENTS (endings); i++)
        {
          g_autofree char *one = g_strconcat (name, endings[i], NULL);
          struct stat status;

          is_free = is_free && lstat (one, &status) != 0;
        }
      if (is_free)
        return g_steal_pointer (&name);
    }
}

static int
set_aside (const char *path, char **kept, char **message)
{
  g_autofree char *name = free_name (path);

  *kept = NULL;
  for (size_t i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *from = g_strconcat (path, endings[i], NULL);
      g_autofree char *to = g_strconcat (name, endings[i], NULL);

      if (rename (from, to) == 0)
        {
          if (*kept == NULL)
            *kept = g_steal_pointer (&to);
        }
      else if (errno != ENOENT)
        return open_error_errno (message, from, "cannot be moved aside", errno);
      /* The order must last: first the database. */
      if (backup_flush_folder (path, message) != 0)
        return REGISTRY_E_REFUSED;
    }
  return 0;
}

int
registry_file_restore (const char *path, const char *file, int64_t *n_jobs, char **kept,
                       char **message)
{
  g_autofree char *target = backup_resolve (path, message);
  g_autofree char *source = target != NULL ? backup_resolve (file, message) : NULL;
  g_autofree char *unfinished = target != NULL ? unfinished_name (target) : NULL;
  sqlite3 *db = NULL;
  int r = source != NULL ? check_backup (source, target, message) : REGISTRY_E_REFUSED;

  if (r == 0)
    r = open_backup (&db, source, message);
  if (r != 0)
    return r;
  r = check_content (db, source, message);
  if (r == 0)
    r = copy_checked (db, unfinished, ALONE MARK_RUNNING, n_jobs, message);
  sqlite3_close (db);
  if (r == 0)
    r = backup_flush (unfinished, message);
  if (r == 0)
    r = set_aside (target, kept, message);
  if (r == 0)
    r = backup_put_in_place (unfinished, target, message);
  if (r != 0)
    unlink (unfinished);
  return r;
}
