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
  HELD_DATABASE,
  HELD_LOG,
  HELD_INDEX,
  N_HELD_FILES,
};

typedef struct
{
  char *path;
  dev_t device;
  ino_t inode;
  off_t size;
} HeldFile;

typedef struct
{
  HeldFile files[N_HELD_FILES];
} HeldFiles;

typedef enum
{
  HELD_SOUND,
  HELD_GONE,      /* a name is missing, or leads to another file */
  HELD_SHORTENED, /* a file lost a part of what is stored */
} HeldState;

/* Takes down the files of the database `path`, which has just been opened and put in WAL mode. */
void held_files_init (HeldFiles *held, const char *path);
void held_files_deinit (HeldFiles *held);

HeldState held_files_check (HeldFiles *held, sqlite3 *db);

/* Whether the name leads to the file that is held. */
bool held_file_is_in_place (const HeldFile *file);
