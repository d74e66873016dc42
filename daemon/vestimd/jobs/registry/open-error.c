/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/open-error.h"

#include <stdarg.h>

#include "daemon/posix/fd.h"
#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/registry-status.h"

int
open_error (char **message, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  *message = g_strdup_vprintf (format, args);
  va_end (args);
  return REGISTRY_E_REFUSED;
}

int
open_error_damage (char **message, const char *path, const char *what)
{
  return open_error (message,
                     "The registry %s is damaged (%s): restore it from a backup, or move it away "
                     "and start with --new-registry. It was not changed.",
                     path, what);
}

int
open_error_errno (char **message, const char *path, const char *action, int code)
{
  if (fd_error_is_full (code))
    return open_error (message, "%s %s: the disk is full. Free some space, then try again.", path,
                       action);
  return open_error (message, "%s %s: %s. Fix that, then try again.", path, action,
                     g_strerror (code));
}

int
open_error_sqlite (char **message, const char *path, sqlite3 *db, int rc)
{
  const char *what = sqlite3_errstr (rc);

  if (database_is_damage (rc))
    return open_error_damage (message, path, what);
  /* SQLite does not understand our statement: the tables are not ours. */
  if ((rc & 0xff) == SQLITE_ERROR && db != NULL)
    return open_error_damage (message, path, sqlite3_errmsg (db));
  if ((rc & 0xff) == SQLITE_BUSY)
    return open_error (
        message, "Another program has locked the registry %s: end that program, then start again.",
        path);
  if (database_status (rc) == REGISTRY_E_FULL)
    return open_error (
        message,
        "The registry %s cannot be written: the disk is full. Free some space, then try again.",
        path);
  return open_error (message, "The registry %s cannot be used: %s. Fix that, then try again.", path,
                     db != NULL ? sqlite3_errmsg (db) : what);
}
