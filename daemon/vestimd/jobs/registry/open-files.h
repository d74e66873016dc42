/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <sys/types.h>

#include "common/vestim-machine.h"

/* The files of an open registry: the database, its write-ahead log and the log's index. SQLite
 * keeps using the files it has opened, whatever happens to their names. So what it commits can
 * vanish with the process. This module checks that the names still lead to the open files, and
 * saves what only the open files have. For one thread at a time. */

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
  off_t size; /* at the last check, as the next */
  struct timespec changed_at;
} OpenFile;

typedef enum
{
  OPEN_FILES_ATTACHED,
  OPEN_FILES_DETACHED,  /* a name is missing, or leads to another file */
  OPEN_FILES_TRUNCATED, /* a file lost a part of what is stored */
} OpenFilesState;

typedef struct
{
  OpenFile files[N_OPEN_FILES];
  VestimMachine machine;
} OpenFiles;

/* Notes the files of the database `path`, which has just been opened and put in WAL mode. */
void open_files_init (OpenFiles *files, const char *path);
/* The same after the database was opened again. False when another file has its name. */
bool open_files_renew (OpenFiles *files);
void open_files_deinit (OpenFiles *files);

/* Whether the registry may be changed: only while its files are attached. Logs each change of the
 * state. Finds a file that was cut off only if it was checked before at its full size. */
OpenFilesState open_files_check (OpenFiles *files, sqlite3 *db);

/* Before `db` is closed: writes the registry to its place if its files are detached. */
void open_files_save (OpenFiles *files, sqlite3 *db);
