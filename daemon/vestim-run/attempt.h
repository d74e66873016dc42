/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-run/exit-record.h"
#include "daemon/vestim-run/options.h"
#include "daemon/vestim-run/record.h"

/* An attempt in its folder, while we hold the folder's lock. It is never closed: the end of the
 * process lets go of the lock when all else is done. */
typedef struct
{
  int folder;
  int lock;       /* run.lock */
  int exit_file;  /* exit.json under its temporary name */
  RunRecord last; /* what run.lock said before */
} Attempt;

/* Opens the folder and locks it. 0, -EAGAIN when it is locked, or -errno. */
int attempt_open (Attempt *attempt, const RunOptions *options);

/* True when this attempt or a later one was started here: it must not run again. */
bool attempt_is_used (const Attempt *attempt, int number);

/* Puts the files of the last attempt away and takes the room of the exit record. A crash anywhere
 * in here is harmless: run.lock still tells of the last attempt, and all is done again. 0 or
 * -errno. */
int attempt_prepare (Attempt *attempt);

/* The attempt cannot be begun, and leaves no trace that says so: it may be tried again. */
void attempt_withdraw (const Attempt *attempt);

/* Asks for a SIGIO whenever a file of the folder is removed or renamed. Without it, where the
 * kernel does not know it, attempt_keep() is called at the end only. */
void attempt_watch (const Attempt *attempt);

/* A job may empty, move or replace its own folder, or run.lock in it. Its attempt must not look as
 * if it had never been started, or the next daemon starts it again; and the exit record must find
 * its place. Puts a folder at `path` and a locked run.lock in it where they are not ours any more.
 * A link at `path` is removed, never followed. */
void attempt_keep (Attempt *attempt, const char *path, const RunRecord *record);

/* Says on stderr why the attempt of `options` was not run, and returns the exit code that stands
 * for -errno: of -EAGAIN that the folder is locked, of -EALREADY that attempt_is_used(). */
int attempt_refuse (const RunOptions *options, int r);

/* Milliseconds since the epoch. */
int64_t attempt_wall_clock (void);
