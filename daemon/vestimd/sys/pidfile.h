/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* server.pid: the decimal PID and a newline, under a POSIX record lock held for life. Who runs is
 * known by the lock (F_GETLK names its holder) and the holder's identity, never by the number in
 * the file alone. Besides, the data directory itself is locked with flock(), so that a server.pid
 * which someone removed or replaced does not let a second daemon in.
 *
 * The record lock ends with the first close() of any descriptor of the file in the process, and is
 * not inherited by fork(): take it in the final process, and never open the file there again. */

typedef enum
{
  PIDFILE_ABSENT,
  PIDFILE_STALE,    /* a file without a living owner; `text` says what is in it */
  PIDFILE_STARTING, /* a vestimd holds it, and has not written its PID yet */
  PIDFILE_RUNNING,  /* held by `pid`, a vestimd of the same user */
  PIDFILE_FOREIGN,  /* held by `pid` (0: unknown), which is no vestimd of ours */
  PIDFILE_UNKNOWN,  /* cannot be looked at; `text` says why */
  PIDFILE_REFUSED,  /* a link, a folder, another user's …; `text` tells the way out */
} PidfileState;

typedef struct
{
  PidfileState state;
  pid_t pid;
  char text[1024]; /* a sentence on what was found, empty for ABSENT */
} PidfileReport;

typedef struct
{
  int fd;
  int folder_fd;
  char *path;
} Pidfile;

#define PIDFILE_INIT \
  { \
    -1, -1, NULL \
  }

/* Looks without changing anything. */
PidfileState pidfile_probe (const char *path, PidfileReport *report);

/* The same, but waits up to `timeout_ms` for what is about to change: STARTING, or the lock of a
 * daemon that was killed, until the last child it started has let go of it. */
PidfileState pidfile_probe_wait (const char *path, int timeout_ms, PidfileReport *report);

/* Takes the lock and writes the PID; a stale file is taken over, which is logged. 0, or -EBUSY with
 * `report` telling who holds it (RUNNING, STARTING or FOREIGN), or another -errno with REFUSED. */
int pidfile_take (Pidfile *self, const char *path, PidfileReport *report);

/* Removes the file, when it is still ours, and lets go of the lock. Does nothing for one not taken.
 */
void pidfile_release (Pidfile *self);

/* Removes what a daemon that is gone left behind: the PID file and `companion` (server.json), under
 * the lock, so that no daemon that starts meanwhile loses its own. True when there was something.
 */
bool pidfile_clean (const char *path, const char *companion);

/* Signals the daemon of `report` (RUNNING), after looking again that it still holds the lock. 0
 * with `*pidfd`, which is readable when the process has ended (-1 on kernels without pidfds);
 * -ESRCH when it is gone, or another -errno. */
int pidfile_signal (const char *path, const PidfileReport *report, int signal, int *pidfd);
