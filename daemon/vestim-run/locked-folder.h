/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "daemon/attempt/lock-record.h"

/* The job folder, while this process holds its lock, or has claimed the attempt (claimed-folder.h).
 * It is never closed: the end of the process releases the lock when everything else is done. */
typedef struct
{
  int fd;
  int lock;        /* run.lock */
  int claim;       /* attempt.N/, -1: the lock decides */
  int exit_file;   /* of exit_record_prepare(), -1: none */
  LockRecord last; /* what run.lock said before */
} LockedFolder;

/* Opens and locks it. 0, -EBUSY when another process has the lock, or -errno. */
int locked_folder_open (LockedFolder *folder, const char *path);

/* True when this attempt or a later one was started here: it must not run again. */
bool locked_folder_knows (const LockedFolder *folder, int attempt);

/* Puts the files of the last attempt away and reserves the room of the exit record. A crash
 * anywhere in here is harmless: run.lock still names the last attempt, and the next shim does all
 * of it again. 0 or -errno. */
int locked_folder_prepare (LockedFolder *folder);

/* The folder of the exit record. */
int locked_folder_exit_folder (const LockedFolder *folder);

/* The attempt cannot begin: removes run.lock, so that it may be tried again. */
void locked_folder_withdraw (const LockedFolder *folder);

/* Asks for a SIGIO whenever a file of the folder is removed or renamed. Where the kernel does not
 * know that, locked_folder_restore() is called at the end only. */
void locked_folder_watch (const LockedFolder *folder);

/* A job may empty, move or replace its own folder, or run.lock in it. The attempt must not look as
 * if it had never started, or the next daemon would start it again; and the exit record needs its
 * folder. Where `path` is no longer our folder, or its run.lock no longer ours, this makes new ones
 * and locks them. A link at `path` is removed, never followed. */
void locked_folder_restore (LockedFolder *folder, const char *path, const LockRecord *record);
