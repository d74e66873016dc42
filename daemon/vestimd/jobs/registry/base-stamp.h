/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/stat.h>

/* A crash leaves registry.db and its log, which belong together. If somebody replaces the database
 * then, SQLite does not notice this and applies the log all the same. So a restored backup would
 * show the newer state, or a mixture.
 *
 * The file registry.db-stamp therefore contains the size and the time of change of the database.
 * Only a checkpoint changes them, and during a checkpoint the stamp is empty. The stamp is valid
 * only in the boot in which it was written, because it is not flushed. A copy of the stamp is not
 * valid, because a copy of the data directory may have other times. */
typedef struct
{
  int fd; /* -1: it could not be created */
  char *path;
  off_t size; /* its content; -1: it is empty */
  struct timespec changed_at;
} BaseStamp;

/* Makes an empty stamp for the database at `registry`. */
void base_stamp_open (BaseStamp *stamp, const char *registry);

/* Empties it, before a checkpoint. */
void base_stamp_clear (BaseStamp *stamp);

/* Writes size and time of the database; cheap if they are unchanged. */
void base_stamp_set (BaseStamp *stamp, off_t size, struct timespec changed_at);

/* Removes it, before the last checkpoint, after which there is no log. */
void base_stamp_close (BaseStamp *stamp);

/* At the start, if there is a log: 0, or REGISTRY_E_REFUSED with `*message` (transfer full) if the
 * stamp shows another database. */
int base_stamp_check (const char *registry, char **message);

/* Removes what a crash left, after the check. */
void base_stamp_forget (const char *registry);
