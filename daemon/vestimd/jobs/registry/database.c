/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/database.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include "daemon/posix/clock.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/lack.h"
#include "daemon/vestimd/jobs/registry/registry-status.h"

/* The WAL keeps its size, so commits overwrite blocks that the file already has: they are flushed
 * faster, and work on a full disk. */
#define WRITER_PRAGMAS \
  "PRAGMA synchronous=FULL;" \
  "PRAGMA journal_size_limit=16777216;"

#define UNLOCK_TRIES 3
#define UNLOCK_PAUSE_MS 10

#define COMMON_PRAGMAS \
  "PRAGMA trusted_schema=OFF;" \
  "PRAGMA cell_size_check=ON;" \
  "PRAGMA temp_store=MEMORY;"

static bool unlock_has_failed; /* atomic */

/* The fcntl() that SQLite calls. SQLite does not look whether an unlock succeeds, and the kernel
 * may need memory for one. */
static int
watched_fcntl (int fd, int command, ...)
{
  struct flock *lock;
  va_list list;
  int r;

  va_start (list, command);
  lock = va_arg (list, void *); /* or a number, which is handed on */
  va_end (list);
  r = fcntl (fd, command, lock);
  if (r == 0 || command != F_SETLK || lock->l_type != F_UNLCK)
    return r;
  for (int i = 0; i < UNLOCK_TRIES && r != 0; i++)
    {
      clock_pause_ms (UNLOCK_PAUSE_MS);
      r = fcntl (fd, command, lock);
    }
  if (r != 0)
    __atomic_store_n (&unlock_has_failed, true, __ATOMIC_RELEASE);
  return r;
}

void
database_watch_locks (void)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (NULL);

  if (vfs != NULL && vfs->iVersion >= 3)
    vfs->xSetSystemCall (vfs, "fcntl", (sqlite3_syscall_ptr) watched_fcntl);
}

bool
database_take_failed_unlock (void)
{
  return __atomic_exchange_n (&unlock_has_failed, false, __ATOMIC_ACQ_REL);
}

int
database_open (sqlite3 **db, const char *path, DatabaseUse use)
{
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
  int rc;

  flags |= use == DATABASE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  rc = sqlite3_open_v2 (path, db, flags, NULL);
  if (rc == SQLITE_OK)
    {
      sqlite3_extended_result_codes (*db, 1);
      sqlite3_busy_timeout (*db, DATABASE_BUSY_TIMEOUT);
      /* A database that is refused stays as it is, with its WAL. */
      sqlite3_db_config (*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
      rc = database_exec (*db, COMMON_PRAGMAS);
    }
  if (rc == SQLITE_OK && use == DATABASE_WRITE)
    rc = database_exec (*db, WRITER_PRAGMAS);
  if (rc != SQLITE_OK)
    {
      sqlite3_close (*db);
      *db = NULL;
    }
  return rc;
}

int
database_open_alone (sqlite3 **db, const char *path)
{
  g_autofree char *escaped = g_uri_escape_string (path, "/", false);
  g_autofree char *uri = g_strdup_printf ("file:%s?immutable=1", escaped);
  int rc =
      sqlite3_open_v2 (uri, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);

  if (rc == SQLITE_OK)
    rc = database_exec (*db, COMMON_PRAGMAS);
  if (rc != SQLITE_OK)
    {
      sqlite3_close (*db);
      *db = NULL;
    }
  return rc;
}

bool
database_has_log (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  struct stat status;

  return lstat (wal, &status) == 0 && status.st_size > 0;
}

int
database_exec (sqlite3 *db, const char *sql)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL);
}

int
database_settle (sqlite3 *db)
{
  sqlite3_int64 n_tables;
  int rc = database_exec (db, "PRAGMA journal_mode=WAL");

  /* The first read makes the log and its index. */
  if (rc == SQLITE_OK)
    rc = database_get_int (db, "SELECT count(*) FROM sqlite_master", &n_tables);
  if (rc == SQLITE_OK)
    rc = sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  return rc;
}

int
database_get_int (sqlite3 *db, const char *sql, sqlite3_int64 *value)
{
  sqlite3_stmt *stmt;
  int rc = sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL);

  if (rc != SQLITE_OK)
    return rc;
  if (sqlite3_step (stmt) == SQLITE_ROW)
    *value = sqlite3_column_int64 (stmt, 0);
  return sqlite3_finalize (stmt);
}

int
database_prepare (sqlite3 *db, const char *sql, sqlite3_stmt **stmt)
{
  return sqlite3_prepare_v3 (db, sql, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
}

int
database_run (sqlite3_stmt *stmt)
{
  int code;
  int rc;

  errno = 0;
  rc = sqlite3_step (stmt);
  code = errno;
  sqlite3_reset (stmt);
  errno = code;
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int
database_bind_text (sqlite3_stmt *stmt, int index, const char *text)
{
  return sqlite3_bind_text (stmt, index, text, -1, SQLITE_STATIC);
}

int
database_status (int rc)
{
  switch (rc & 0xff)
    {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
      return 0;
    case SQLITE_FULL:
      return REGISTRY_E_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:
      return REGISTRY_E_BUSY;
    case SQLITE_IOERR:
      /* SQLite has a code for a full disk, but none for a quota or a file size limit, and none
       * when fsync(2) fails. A failed COMMIT does not set sqlite3_system_errno(). */
      if (rc == SQLITE_IOERR_SHMSIZE || fd_error_is_full (errno))
        return REGISTRY_E_FULL;
      return rc == SQLITE_IOERR_NOMEM || lack_is (errno) ? REGISTRY_E_BUSY : REGISTRY_E_FAILED;
    case SQLITE_CANTOPEN:
      return lack_is (errno) ? REGISTRY_E_BUSY : REGISTRY_E_FAILED;
    default:
      return REGISTRY_E_FAILED;
    }
}

bool
database_is_conflict (int rc)
{
  return (rc & 0xff) == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_TOOBIG;
}

bool
database_is_damage (int rc)
{
  return (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB;
}
