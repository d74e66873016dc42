/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/open-files.h"

#include <glib.h>
#include <sys/stat.h>

#include "daemon/vestimd/jobs/registry/database.h"

#define LOG_HEADER 32
#define FRAME_HEADER 24

static const char *const endings[] = { "", "-wal", "-shm" };

static bool
stat_held (const OpenFile *file, struct stat *status)
{
  return lstat (file->path, status) == 0 && status->st_dev == file->device
         && status->st_ino == file->inode;
}

void
open_files_init (OpenFiles *open_files, const char *path)
{
  for (int i = 0; i < N_OPEN_FILES; i++)
    {
      OpenFile *file = &open_files->files[i];
      struct stat status = { 0 };

      file->path = g_strconcat (path, endings[i], NULL);
      (void) lstat (file->path, &status);
      file->device = status.st_dev;
      file->inode = status.st_ino;
      file->size = status.st_size;
    }
}

void
open_files_deinit (OpenFiles *open_files)
{
  for (int i = 0; i < N_OPEN_FILES; i++)
    g_clear_pointer (&open_files->files[i].path, g_free);
}

bool
open_file_is_in_place (const OpenFile *file)
{
  struct stat status;

  return stat_held (file, &status);
}

/* Another program may make the files smaller in a proper way, by VACUUM or a checkpoint. Then they
 * still have room for all that SQLite knows to be in them. */
static bool
database_has_room (const OpenFile *file, sqlite3 *db)
{
  sqlite3_int64 page_size = 0, n_pages = 0;

  return database_get_int (db, "PRAGMA page_size", &page_size) == SQLITE_OK
         && database_get_int (db, "PRAGMA page_count", &n_pages) == SQLITE_OK
         && file->size >= n_pages * page_size;
}

static bool
log_has_room (const OpenFile *file, sqlite3 *db)
{
  sqlite3_int64 page_size = 0;
  int n_frames = 0;

  return database_get_int (db, "PRAGMA page_size", &page_size) == SQLITE_OK
         && sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_PASSIVE, &n_frames, NULL)
                == SQLITE_OK
         && (n_frames <= 0 || file->size >= LOG_HEADER + n_frames * (page_size + FRAME_HEADER));
}

OpenFilesState
open_files_check (OpenFiles *open_files, sqlite3 *db)
{
  bool is_shorter[N_OPEN_FILES];

  for (int i = 0; i < N_OPEN_FILES; i++)
    {
      OpenFile *file = &open_files->files[i];
      struct stat status;

      if (!stat_held (file, &status))
        return OPEN_FILES_DETACHED;
      is_shorter[i] = status.st_size < file->size;
      file->size = status.st_size;
    }
  if (is_shorter[OPEN_FILE_SHM]
      || (is_shorter[OPEN_FILE_DATABASE]
          && !database_has_room (&open_files->files[OPEN_FILE_DATABASE], db))
      || (is_shorter[OPEN_FILE_WAL] && !log_has_room (&open_files->files[OPEN_FILE_WAL], db)))
    return OPEN_FILES_TRUNCATED;
  return OPEN_FILES_SOUND;
}
