/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/registry/backup.h"
#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/writer-private.h"
#include "daemon/vestimd/sys/fd.h"
#include "daemon/vestimd/sys/log.h"

/* The files of the registry can be removed, renamed or replaced under a daemon that runs. What was
 * told stored is then in files without a name, and would be gone with the process. As long as we
 * hold them it is all there: it is written to a new file in the old place, and we go on with that.
 * What somebody else put in the place is moved aside. Files that were cut off are another matter:
 * what is missing is missing, so changes are refused until a user has looked at it. */

#define MODULE "registry"

/* The WAL and its index belong to the database that is about to be replaced. Ours are removed; with
 * what is not ours, the database itself too, nobody knows. 0 or -errno. */
static int
clear_place (const OpenFile *file, bool is_database)
{
  struct stat status;
  g_autofree char *folder = g_path_get_dirname (file->path);
  g_autofree char *name = g_path_get_basename (file->path);
  int folder_fd, r;

  if (lstat (file->path, &status) != 0)
    return errno == ENOENT ? 0 : -errno;
  if (open_file_is_in_place (file))
    return is_database || unlink (file->path) == 0 ? 0 : -errno;
  folder_fd = fd_open_folder (folder);
  r = folder_fd < 0 ? folder_fd : fd_move (folder_fd, name, folder_fd);
  if (folder_fd >= 0)
    close (folder_fd);
  if (r == 0)
    log_warning (MODULE, "a file in the place of ours was moved aside file=%s", file->path);
  return r;
}

/* Logged by the first of a row of failures only. */
static bool
write_anew (Writer *writer, bool is_first)
{
  OpenFile *files = writer->open_files.files;
  g_autofree char *message = NULL;
  int r = clear_place (&files[OPEN_FILE_DATABASE], true);

  if (r == 0 && backup_copy (writer->db, writer->path, &message) != 0)
    r = -EIO;
  if (r == 0)
    r = clear_place (&files[OPEN_FILE_WAL], false);
  if (r == 0)
    r = clear_place (&files[OPEN_FILE_SHM], false);
  if (r < 0 && is_first)
    log_error (MODULE, "registry not written anew, changes are refused file=%s error=\"%s\"",
               writer->path, message != NULL ? message : g_strerror (-r));
  return r == 0;
}

/* The old connection must leave the files in its place alone, which are not its own any more. */
static bool
change_over (Writer *writer)
{
  sqlite3 *db = NULL;
  int rc = database_open (&db, writer->path, DATABASE_WRITE);

  if (rc == SQLITE_OK)
    rc = database_settle (db);
  if (rc == SQLITE_OK)
    {
      sqlite3_db_config (writer->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
      writer_deinit (writer);
      rc = writer_init (writer, db, writer->path);
    }
  else
    sqlite3_close (db);
  if (rc != SQLITE_OK)
    log_error (MODULE, "registry not opened again file=%s error=\"%s\"", writer->path,
               sqlite3_errstr (rc));
  return rc == SQLITE_OK;
}

static bool
restore (Writer *writer)
{
  bool is_first = !writer->is_detached;

  if (is_first)
    log_error (MODULE, "files of the registry were removed or replaced, writing it anew file=%s",
               writer->path);
  writer->is_detached = true;
  if (!write_anew (writer, is_first) || !change_over (writer))
    return false;
  g_atomic_int_inc (&writer->n_restored);
  writer->is_detached = false;
  log_info (MODULE, "registry written anew file=%s", writer->path);
  return true;
}

static void
note_damage (Writer *writer)
{
  writer->is_damaged = true;
  sqlite3_db_config (writer->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  log_error (MODULE,
             "a part of the registry was cut off by another program, changes are refused: stop "
             "vestimd and put a sound copy in its place file=%s",
             writer->path);
}

bool
writer_is_sound (Writer *writer)
{
  if (writer->is_damaged || writer->db == NULL)
    return false;
  switch (open_files_check (&writer->open_files, writer->db))
    {
    case OPEN_FILES_SOUND:
      return true;
    case OPEN_FILES_DETACHED:
      return restore (writer);
    case OPEN_FILES_TRUNCATED:
      note_damage (writer);
      return false;
    }
  g_assert_not_reached ();
}
