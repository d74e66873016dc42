/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/posix/atomic-file.h"
#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/open-error.h"

/* 0 or an errno. */
static int
flush_path (const char *path, int flags)
{
  int fd = open (path, flags | O_NOFOLLOW | O_CLOEXEC);
  int r;

  if (fd < 0)
    return errno;
  r = fsync (fd) == 0 ? 0 : errno;
  close (fd);
  return r;
}

char *
backup_resolve (const char *path, char **message)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  char *real = realpath (folder, NULL);
  char *resolved;

  if (real == NULL)
    {
      open_error_errno (message, folder, "cannot be opened", errno);
      return NULL;
    }
  resolved = g_build_filename (real, base, NULL);
  free (real);
  return resolved;
}

int
backup_make_file (const char *path, char **message)
{
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  int fd;

  if ((unlink (path) < 0 && errno != ENOENT) || (unlink (journal) < 0 && errno != ENOENT))
    return open_error_errno (message, path, "cannot be removed", errno);
  fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return open_error_errno (message, path, "cannot be created", errno);
  close (fd);
  return 0;
}

int
backup_flush (const char *path, char **message)
{
  int code = flush_path (path, O_RDWR);

  return code == 0 ? 0 : open_error_errno (message, path, "cannot be flushed", code);
}

int
backup_flush_folder (const char *path, char **message)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int code = flush_path (folder, O_RDONLY | O_DIRECTORY);

  return code == 0 ? 0 : open_error_errno (message, folder, "cannot be flushed", code);
}

int
backup_put_in_place (const char *from, const char *path, char **message)
{
  int r = backup_flush (from, message);
  int code;

  if (r != 0)
    return r;
  code = -atomic_file_put_in_place (AT_FDCWD, from, path, ATOMIC_FILE_PLAIN);
  if (code != 0)
    return open_error_errno (message, path, "cannot be created", code);
  return backup_flush_folder (path, message);
}

/* Without flushes: the whole copy is flushed once. */
int
backup_fill (sqlite3 *db, const char *path, char **message)
{
  sqlite3 *copy;
  sqlite3_backup *backup = NULL;
  int r = 0;
  int rc = database_open (&copy, path, DATABASE_WRITE);

  if (rc == SQLITE_OK)
    rc = database_exec (copy, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;");
  if (rc == SQLITE_OK)
    {
      backup = sqlite3_backup_init (copy, "main", db, "main");
      rc = backup != NULL ? sqlite3_backup_step (backup, -1) : sqlite3_errcode (copy);
      if (rc == SQLITE_DONE)
        rc = SQLITE_OK;
    }
  if (backup != NULL && sqlite3_backup_finish (backup) != SQLITE_OK && rc == SQLITE_OK)
    rc = sqlite3_errcode (copy);
  if (rc != SQLITE_OK)
    r = open_error_sqlite (message, path, copy, rc);
  sqlite3_close (copy);
  return r;
}

int
backup_copy (sqlite3 *db, const char *path, char **message)
{
  g_autofree char *unfinished = g_strconcat (path, ".new", NULL);
  int r = backup_make_file (unfinished, message);

  if (r == 0)
    r = backup_fill (db, unfinished, message);
  if (r == 0)
    return backup_put_in_place (unfinished, path, message);
  unlink (unfinished);
  return r;
}
