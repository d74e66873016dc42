/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/open-error.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/resource.h>

#include "daemon/posix/lack.h"
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
  if (lack_is (code))
    return open_error (message, "%s %s: %s, then try again.", path, action, lack_describe (code));
  return open_error (message, "%s %s: %s. Fix that, then try again.", path, action,
                     g_strerror (code));
}

/* SQLite says only that there is no room. */
static const char *
describe_full (void)
{
  struct rlimit limit;

  return lack_describe (
      getrlimit (RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? EFBIG : ENOSPC);
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
    return open_error (message, "The registry %s cannot be written: %s, then try again.", path,
                       describe_full ());
  return open_error (message, "The registry %s cannot be used: %s. Fix that, then try again.", path,
                     db != NULL ? sqlite3_errmsg (db) : what);
}
