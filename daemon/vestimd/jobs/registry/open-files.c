/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/open-files.h"

#include <errno.h>
#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/registry/backup.h"
#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/posix/fd.h"
#include "daemon/vestimd/sys/log.h"

/* Another program can remove, rename, replace or truncate the registry's files while the daemon
 * runs. Changes are refused from the next check on.
 *
 *            file gone or replaced
 *   attached ---------------------> detached      changes are refused until the files are back; a
 *       |    <---------------------     |         clean stop writes the registry to its place
 *       |       file is back            |
 *       +---------> truncated <---------+         changes are refused until a restart with a sound
 *                                                 copy: what was cut off is lost
 *
 * As long as the files are open, all that was committed is in them. So a clean stop of a detached
 * registry loses nothing: it copies the open database to a new file in the old place. It moves
 * aside what another program put there. */

#define MODULE "registry"
#define WAL_HEADER 32
#define FRAME_HEADER 24

#define N_STATES (OPEN_FILES_TRUNCATED + 1)

#define TO(state) VESTIM_MACHINE_TO (OPEN_FILES_##state)

static const VestimMachineState states[N_STATES] = {
  [OPEN_FILES_ATTACHED] = { "attached", TO (DETACHED) | TO (TRUNCATED) },
  [OPEN_FILES_DETACHED] = { "detached", TO (ATTACHED) | TO (TRUNCATED) },
  [OPEN_FILES_TRUNCATED] = { "truncated", 0 },
};

static const VestimMachineType machine_type = {
  .name = "registry files",
  .states = states,
  .n_states = N_STATES,
  .trace = log_transition,
};

static const struct
{
  LogLevel level;
  const char *text;
} messages[N_STATES] = {
  { LOG_LEVEL_INFO, "the registry's files are back, changes are stored again" },
  { LOG_LEVEL_ERROR,
    "another program removed or replaced a file of the registry, changes are refused: put the file "
    "back, or run vestimd --stop, which writes the registry back to its place" },
  { LOG_LEVEL_ERROR, "another program truncated the registry, changes are refused: stop vestimd "
                     "and restore an intact copy" },
};

static const char *const endings[N_OPEN_FILES] = { "", "-wal", "-shm" };

/* Whether the name leads to the open file. */
static bool
stat_open_file (const OpenFile *file, struct stat *status)
{
  return lstat (file->path, status) == 0 && status->st_dev == file->device
         && status->st_ino == file->inode;
}

static void
note_look (OpenFile *file, const struct stat *status)
{
  file->size = status->st_size;
  file->changed_at = status->st_mtim;
}

static void
note_file (OpenFile *file)
{
  struct stat status = { 0 };

  (void) lstat (file->path, &status);
  file->device = status.st_dev;
  file->inode = status.st_ino;
  note_look (file, &status);
}

void
open_files_init (OpenFiles *files, const char *path)
{
  vestim_machine_init (&files->machine, &machine_type, OPEN_FILES_ATTACHED);
  for (int i = 0; i < N_OPEN_FILES; i++)
    {
      files->files[i].path = g_strconcat (path, endings[i], NULL);
      note_file (&files->files[i]);
    }
}

bool
open_files_renew (OpenFiles *files)
{
  struct stat status;

  if (!stat_open_file (&files->files[OPEN_FILE_DATABASE], &status))
    return false;
  note_file (&files->files[OPEN_FILE_WAL]);
  note_file (&files->files[OPEN_FILE_SHM]);
  return true;
}

void
open_files_deinit (OpenFiles *files)
{
  for (int i = 0; i < N_OPEN_FILES; i++)
    g_clear_pointer (&files->files[i].path, g_free);
}

/* ---- Checking ---- */

/* Another program may shrink the files in a proper way, by VACUUM or a checkpoint. Then they still
 * have room for all that SQLite knows to be in them. */
static bool
database_has_room (const OpenFile *file, sqlite3 *db)
{
  sqlite3_int64 page_size = 0, n_pages = 0;

  return database_get_int (db, "PRAGMA page_size", &page_size) == SQLITE_OK
         && database_get_int (db, "PRAGMA page_count", &n_pages) == SQLITE_OK
         && file->size >= n_pages * page_size;
}

/* Only a checkpoint tells the number of frames, and it may change the database. */
static bool
wal_has_room (const OpenFile *file, sqlite3 *db)
{
  sqlite3_int64 page_size = 0;
  int n_frames = 0;

  return database_get_int (db, "PRAGMA page_size", &page_size) == SQLITE_OK
         && sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_PASSIVE, &n_frames, NULL)
                == SQLITE_OK
         && (n_frames <= 0 || file->size >= WAL_HEADER + n_frames * (page_size + FRAME_HEADER));
}

static OpenFilesState
find_state (OpenFiles *files, sqlite3 *db)
{
  bool is_shorter[N_OPEN_FILES];

  for (int i = 0; i < N_OPEN_FILES; i++)
    {
      OpenFile *file = &files->files[i];
      struct stat status;

      if (!stat_open_file (file, &status))
        return OPEN_FILES_DETACHED;
      is_shorter[i] = status.st_size < file->size;
      note_look (file, &status);
    }
  if (is_shorter[OPEN_FILE_SHM]
      || (is_shorter[OPEN_FILE_DATABASE]
          && !database_has_room (&files->files[OPEN_FILE_DATABASE], db))
      || (is_shorter[OPEN_FILE_WAL] && !wal_has_room (&files->files[OPEN_FILE_WAL], db)))
    return OPEN_FILES_TRUNCATED;
  if (is_shorter[OPEN_FILE_WAL])
    {
      struct stat status;

      if (!stat_open_file (&files->files[OPEN_FILE_DATABASE], &status))
        return OPEN_FILES_DETACHED;
      note_look (&files->files[OPEN_FILE_DATABASE], &status);
    }
  return OPEN_FILES_ATTACHED;
}

OpenFilesState
open_files_check (OpenFiles *files, sqlite3 *db)
{
  OpenFilesState state = OPEN_FILES_TRUNCATED;

  if (files->machine.state != OPEN_FILES_TRUNCATED)
    state = find_state (files, db);
  if (files->machine.state != state)
    {
      vestim_machine_move (&files->machine, state, NULL);
      log_line (messages[state].level, MODULE, "%s file=%s", messages[state].text,
                files->files[OPEN_FILE_DATABASE].path);
    }
  return state;
}

/* ---- Saving ---- */

/* Makes room for a new file: moves a foreign one aside, removes ours. 0 or -errno. */
static int
clear_place (const OpenFile *file)
{
  struct stat status;
  g_autofree char *folder = g_path_get_dirname (file->path);
  g_autofree char *name = g_path_get_basename (file->path);
  int folder_fd, r;

  if (lstat (file->path, &status) != 0)
    return errno == ENOENT ? 0 : -errno;
  if (stat_open_file (file, &status))
    return unlink (file->path) == 0 ? 0 : -errno;
  folder_fd = fd_open_folder (folder);
  if (folder_fd < 0)
    return folder_fd;
  r = fd_move (folder_fd, name, folder_fd);
  close (folder_fd);
  if (r == 0)
    log_warning (MODULE, "a foreign file in the registry's place was moved aside file=%s",
                 file->path);
  return r;
}

/* The new database replaces ours in one step if ours is still there, and has all that is in the
 * log, which is removed last. */
static int
write_copy (const OpenFiles *files, sqlite3 *db, char **message)
{
  const OpenFile *database = &files->files[OPEN_FILE_DATABASE];
  struct stat status;
  int r = stat_open_file (database, &status) ? 0 : clear_place (database);

  if (r == 0 && backup_copy (db, database->path, message) != 0)
    r = -EIO;
  if (r == 0)
    r = clear_place (&files->files[OPEN_FILE_WAL]);
  if (r == 0)
    r = clear_place (&files->files[OPEN_FILE_SHM]);
  return r;
}

void
open_files_save (OpenFiles *files, sqlite3 *db)
{
  const char *path = files->files[OPEN_FILE_DATABASE].path;
  OpenFilesState state = open_files_check (files, db);
  g_autofree char *message = NULL;
  int r;

  if (state == OPEN_FILES_ATTACHED)
    return;
  /* The files in its place are not the connection's own. */
  sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (state == OPEN_FILES_TRUNCATED)
    return;
  r = write_copy (files, db, &message);
  if (r == 0)
    log_info (MODULE, "registry written back to its place file=%s", path);
  else
    log_error (MODULE,
               "registry not written back to its place, its content is lost file=%s error=\"%s\"",
               path, message != NULL ? message : g_strerror (-r));
}
