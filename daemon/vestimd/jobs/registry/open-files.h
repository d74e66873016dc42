/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <sys/types.h>

/* The files of an open registry: the database, its write-ahead log and the index of that. SQLite
 * goes on with the files it has opened whatever becomes of their names, so that what it commits can
 * be gone with the process. Here is told whether the names still lead to those files. */

enum
{
  OPEN_FILE_DATABASE,
  OPEN_FILE_WAL,
  OPEN_FILE_SHM,
  N_OPEN_FILES,
};

typedef struct
{
  char *path;
  dev_t device;
  ino_t inode;
  off_t size;
} OpenFile;

typedef struct
{
  OpenFile files[N_OPEN_FILES];
} OpenFiles;

typedef enum
{
  OPEN_FILES_SOUND,
  OPEN_FILES_DETACHED,  /* a name is missing, or leads to another file */
  OPEN_FILES_TRUNCATED, /* a file lost a part of what is stored */
} OpenFilesState;

/* Takes down the files of the database `path`, which has just been opened and put in WAL mode. */
void open_files_init (OpenFiles *open_files, const char *path);
void open_files_deinit (OpenFiles *open_files);

OpenFilesState open_files_check (OpenFiles *open_files, sqlite3 *db);

/* Whether the name leads to the file that is held. */
bool open_file_is_in_place (const OpenFile *file);
