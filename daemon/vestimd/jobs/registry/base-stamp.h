/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/stat.h>

/* A crash leaves registry.db and its log, which only fit each other. SQLite does not notice if the
 * database was replaced then: it applies the log to any database, so that a restored backup shows
 * the newer state, or a mixture.
 *
 * So the file registry.db-stamp says how the database looked when the daemon last knew it: its size
 * and time of change, which only a checkpoint alters. It is empty, which says nothing, during a
 * checkpoint. It counts in the boot in which it was written, since it is not flushed, and only as
 * the very file that was written, since a copy of the data directory may have other times. */
typedef struct
{
  int fd; /* -1: it could not be made */
  char *path;
  off_t size; /* what it says; -1: nothing */
  struct timespec changed_at;
} BaseStamp;

/* Makes the stamp of the database at `registry`; it says nothing. */
void base_stamp_open (BaseStamp *stamp, const char *registry);

/* Lets it say nothing: before a checkpoint. */
void base_stamp_clear (BaseStamp *stamp);

/* Lets it say how the database looks; cheap when it says so already. */
void base_stamp_set (BaseStamp *stamp, off_t size, struct timespec changed_at);

/* Removes it: before the last checkpoint, after which there is no log. */
void base_stamp_close (BaseStamp *stamp);

/* At the start, if there is a log: 0, or REGISTRY_E_REFUSED with `*message` (transfer full) if the
 * stamp shows another database. */
int base_stamp_check (const char *registry, char **message);

/* Removes what a crash left, after the check. */
void base_stamp_forget (const char *registry);
